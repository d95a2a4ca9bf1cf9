// Several voices as one. When a voice breaks off in mid-sentence the next one says the rest, in a format of its
// own: so a sentence is a row of parts, mostly of one.

import { ProviderError } from '../base/errors.ts'
import { number } from '../base/setting.ts'
import type { BreakerOptions } from './breaker.ts'
import { ProviderFailure, thrownFailure } from './errors.ts'
import { attempt, brokeOff, type ChainDeps, createMembers, type Member, type Patience } from './fallback.ts'
import { speechLimitDefaults } from './speech-stream.ts'
import type { SpeakRequest, Speech, Tts } from './tts.ts'
import { bytesPerS, restOf, usualSPerChar } from './unspoken.ts'

export const ttsPatience: Patience = {
  deadlineMs: 6_000,
  attemptMs: speechLimitDefaults.firstByteMs,
  backoffMs: 100,
  retries: 1,
}

export const ttsChainSettings = {
  TTS_DEADLINE_MS: number(
    ttsPatience.deadlineMs,
    'ms',
    500,
    60_000,
    'longest wait for the first byte of all attempts together; then the error phrase is played and a human takes over',
  ),
}

/** One voice's share of a sentence; `voice` says whose, for the phrase cache. */
export type SpeechPart = Speech & {
  voice: string
  adapter: string
  text: string
  /**
   * The reader could make no sound of these bytes: the next voice says what was not heard.
   *
   * @param saidS seconds of sound that were good
   */
  fail(error: unknown, saidS: number): void
}

export type TtsChain = Tts & {
  /**
   * Speaks one text, in one part or, when a voice broke off, in several. Each part's `chunks` are to be read to
   * their end, which comes without an error also where the voice broke off, or given up with `fail`, before the next
   * part is asked for.
   *
   * @throws {ProviderFailure} when nobody speaks: the last adapter's failure, or `cut` after some was spoken
   */
  parts(request: SpeakRequest): AsyncIterable<SpeechPart>
}

export type TtsChainOptions = {
  patience?: Partial<Patience>
  breaker?: Partial<BreakerOptions>
  /** Seconds a character takes, before a voice's own pace is known. */
  sPerChar?: number
}

/** A sentence of so many characters or more that took less than a quarter of its usual time was cut. */
const judgedFromChars = 20
const shortest = 0.25
/** How much one finished sentence changes what is known of a voice's pace. */
const paceRate = 0.2

type Voice = { tts: Tts; sPerChar: number }

/** @param adapters in the order they are asked, at least one */
export function createTtsChain(
  adapters: readonly Tts[],
  deps: ChainDeps,
  options: TtsChainOptions = {},
): TtsChain {
  const patience = { ...ttsPatience, ...options.patience }
  const { clock, metrics } = deps
  const voices = adapters.map((tts): Voice => ({ tts, sPerChar: options.sPerChar ?? usualSPerChar }))
  const members = createMembers(voices, ({ tts }) => tts.voice, metrics, options.breaker)
  const rests = metrics.counter('tts_rests_total', 'Sentences whose rest another voice said')

  const ask = (request: SpeakRequest, from: number) =>
    attempt(
      {
        members,
        from,
        patience,
        deadlineAtMs: clock.now() + patience.deadlineMs,
        signal: request.signal,
        request: ({ tts }: Voice, signal) => tts.speak({ ...request, signal }),
      },
      deps,
    )

  async function* parts(request: SpeakRequest): AsyncGenerator<SpeechPart> {
    let { text } = request
    let from = 0
    while (from < members.length) {
      const { result, index } = await begin(text, from)
      const member = members[index]
      const progress: Progress = { seconds: 0, failure: undefined }
      const chunks = followed(result, member, text, progress)
      yield {
        format: result.format,
        chunks,
        voice: member.adapter.tts.voice,
        adapter: member.adapter.tts.name,
        text,
        fail(error, saidS) {
          progress.seconds = saidS
          progress.failure ??= readFailure(member.label, error)
        },
      }
      if (!progress.failure || request.signal.aborted) return
      // A converter without room is no fault of the voice's.
      if (progress.failure.code !== 'aborted') brokeOff(member, progress.failure, metrics)
      text = restOf(text, progress.seconds, member.adapter.sPerChar)
      if (text === '') return
      rests.add()
      from = index + 1
    }
    throw new ProviderFailure('cut', 'the voice broke off and nobody said the rest')

    async function begin(rest: string, at: number) {
      try {
        return await ask({ ...request, text: rest }, at)
      } catch (error) {
        const failure = thrownFailure('tts', error, false, clock.wallMs())
        if (at === 0 || failure.code === 'aborted') throw failure
        throw new ProviderFailure('cut', 'the voice broke off and nobody said the rest', { cause: failure })
      }
    }
  }

  type Progress = { seconds: number; failure: ProviderFailure | undefined }

  async function* followed(
    speech: Speech,
    member: Member<Voice>,
    text: string,
    progress: Progress,
  ): AsyncGenerator<Uint8Array> {
    let perS = 0
    let bytes = 0
    try {
      for await (const chunk of speech.chunks) {
        if (perS === 0) perS = bytesPerS(speech.format, chunk)
        bytes += chunk.length
        progress.seconds = bytes / perS
        yield chunk
      }
    } catch (error) {
      progress.failure = thrownFailure(member.label, error, true, clock.wallMs())
      return
    }
    const usualS = text.length * member.adapter.sPerChar
    if (text.length >= judgedFromChars && progress.seconds < shortest * usualS)
      progress.failure = new ProviderFailure('cut', `${member.label} said too little`, { retryable: true })
    else if (text.length >= judgedFromChars)
      member.adapter.sPerChar += paceRate * (progress.seconds / text.length - member.adapter.sPerChar)
  }

  return {
    name: 'chain',
    voice: adapters[0]?.voice ?? 'none',
    parts,
    speak: async (request) => (await ask(request, 0)).result,
    close() {
      for (const tts of adapters) tts.close()
    },
  }
}

/** What the reader of a part threw; all but bad audio is the reader's own trouble. */
function readFailure(label: string, error: unknown): ProviderFailure {
  if (error instanceof ProviderError && error.code === 'badAudio')
    return new ProviderFailure('badAudio', `${label} sent what is no sound`)
  return new ProviderFailure('aborted', `${label} could not be read`, { cause: error })
}
