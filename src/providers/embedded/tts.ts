// The embedded voice as a `Tts`: no key, no network, French and English.

import { ProviderError } from '../../base/errors.ts'
import type { SpeakRequest, Speech, Tts } from '../tts.ts'
import { voiceRateHz } from './engine.ts'
import { VoiceHost, type VoiceOptions } from './voice.ts'

/** Identifies voice and pronunciation together; raise the number when text.ts reads texts differently. */
export const embeddedVoiceName = 'pico-1'

export type EmbeddedTts = Tts & {
  /** Texts waiting, texts refused, threads replaced; `isDown` while one thread after another is lost. */
  readonly state: { waiting: number; refused: number; restarts: number; isDown: boolean }
  /**
   * Starts the thread and synthesises one word that is not played, so that the first sentence of a call comes after
   * 25 ms rather than 140.
   *
   * @throws {ProviderError} `badVoice` for a language without a voice, or files that cannot be read
   */
  warm(language: string): Promise<void>
}

/**
 * A `Tts` that streams `s16le` at 16 kHz while it synthesises. One thread serves all calls; a second of speech takes
 * about 15 ms of it.
 *
 * @returns `speak` throws {@link ProviderError} `limited` when 32 texts wait, `aborted` when the signal has
 *   aborted, `badVoice` for a language without a voice; the chunks throw `unavailable` or `timeout` when the
 *   thread dies or hangs in the middle, and simply end on abort
 */
export function createEmbeddedTts(options: Partial<VoiceOptions> = {}): EmbeddedTts {
  const host = new VoiceHost(options)
  return {
    name: 'embedded',
    voice: embeddedVoiceName,
    voiceKey: embeddedVoiceName,
    billed: { vendor: 'embedded', model: embeddedVoiceName },
    get state() {
      return { waiting: host.waiting, refused: host.refused, restarts: host.restarts, isDown: host.isDown }
    },
    get isDown() {
      return host.isDown
    },
    async speak(request) {
      const pipe = openPipe(host, request)
      await pipe.begun
      return { format: { encoding: 's16le', rateHz: voiceRateHz }, chunks: pipe.chunks() }
    },
    warm: (language) =>
      new Promise((resolve, reject) => {
        host.speak('Internet.', language, {
          onSamples() {},
          onEnd: (error) => (error ? reject(error) : resolve()),
        })
      }),
    close: () => host.close(),
  }
}

/** Keeps what the thread pushes until the reader pulls it: at most the speech of one text. */
function openPipe(host: VoiceHost, request: SpeakRequest) {
  if (request.signal.aborted) throw new ProviderError('aborted', 'the request was aborted before it began')
  const waiting: Uint8Array[] = []
  let ended = false
  let failure: ProviderError | undefined
  let wake = () => {}
  const begun = Promise.withResolvers<void>()

  const end = (error?: ProviderError) => {
    if (ended) return
    ended = true
    failure = error
    request.signal.removeEventListener('abort', stop)
    if (error && waiting.length === 0) begun.reject(error)
    begun.resolve()
    wake()
  }
  const giveUp = host.speak(request.text, request.language, {
    onSamples(samples) {
      waiting.push(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
      begun.resolve()
      wake()
    },
    onEnd: end,
  })
  const stop = () => {
    giveUp()
    waiting.length = 0
    end()
  }
  request.signal.addEventListener('abort', stop, { once: true })

  async function* chunks(): Speech['chunks'] {
    try {
      for (;;) {
        const chunk = waiting.shift()
        if (chunk) yield chunk
        else if (failure) throw failure
        else if (ended) return
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      stop()
    }
  }
  return { begun: begun.promise, chunks }
}
