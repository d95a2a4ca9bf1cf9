// Several voices as one. When a voice breaks off in mid-sentence, the next one speaks the rest in its own audio format.
// A sentence is therefore a sequence of parts, usually just one.

import type { Clock } from '../base/clock.ts'
import { ProviderError } from '../base/errors.ts'
import type { Counter, Metrics } from '../base/metrics.ts'
import { number } from '../base/setting.ts'
import type { BreakerOptions } from './breaker.ts'
import { ProviderFailure, thrownFailure } from './errors.ts'
import {
  type Asked,
  attempt,
  type ChainDeps,
  createMembers,
  type Member,
  type RetryPolicy,
} from './fallback.ts'
import { speechLimitDefaults } from './speech-stream.ts'
import { SpeechVerdict } from './speech-verdict.ts'
import type { SpeakRequest, Speech, Tts } from './tts.ts'
import { bytesPerS, unspokenText, usualSPerChar } from './unspoken.ts'
import { characterUsage } from './usage.ts'

export const ttsRetryPolicy: RetryPolicy = {
  deadlineMs: 6_000,
  attemptMs: speechLimitDefaults.firstByteMs,
  backoffMs: 100,
  retries: 1,
}

export const ttsChainSettings = {
  TTS_DEADLINE_MS: number(
    ttsRetryPolicy.deadlineMs,
    'ms',
    500,
    60_000,
    'longest wait for the first byte of all attempts together; then the error phrase is played and a human takes over',
  ),
}

/** One voice's part of a sentence. */
export type SpeechPart = Speech & {
  voice: string
  /** `Tts.voiceKey`: the phrase cache keeps a sentence under it. */
  voiceKey: string
  /** The voice's place in the list. */
  index: number
  adapter: string
  text: string
  /** Whether the voice broke off, so far. */
  readonly isCut: boolean
  /** The reader has found speech in it: from now on the request counts as `ok`. */
  accept(): void
  /**
   * The reader could not decode these bytes, or found no speech in them: the next voice speaks what was not heard.
   *
   * @param saidS seconds of audio that were good
   */
  fail(error: unknown, saidS: number): void
}

export type VoiceOrder = {
  /** The place in the list of the voice that is asked first; those before it are asked last. */
  from?: number
  /** No other voice stands in, and the breaker neither stops the request nor counts it. */
  alone?: boolean
}

export type TtsChain = Tts & {
  /**
   * Speaks one text, in one part or, when a voice breaks off, in several. Before the reader requests the next part, it
   * must read the part's `chunks` to their end or give the part up with `fail`. The chunks end without an error even
   * where the voice broke off.
   *
   * @param voices who may speak; default: the whole list, from its beginning
   * @throws {ProviderFailure} when no voice speaks: the last adapter's failure, or `cut` after part of the text
   */
  parts(request: SpeakRequest, voices?: VoiceOrder): AsyncIterable<SpeechPart>
}

export type TtsChainOptions = {
  policy?: Partial<RetryPolicy>
  breaker?: Partial<BreakerOptions>
  /** Seconds per character until a voice's own pace is known. */
  sPerChar?: number
}

/** A sentence of at least this many characters that took less than a quarter of its usual time was cut off. */
const judgedFromChars = 20
const shortest = 0.25
/** Weight of one finished sentence in the estimate of a voice's pace. */
const paceRate = 0.2

type Voice = { tts: Tts; sPerChar: number; characters: Counter | undefined }

/** How far a voice has come in its text. */
type Progress = {
  seconds: number
  failure: ProviderFailure | undefined
  /** The failure is concluded from the length alone; what the reader found explains it better. */
  isTooShort: boolean
}

/** @param adapters in the order they are asked, at least one */
export function createTtsChain(
  adapters: readonly Tts[],
  deps: ChainDeps,
  options: TtsChainOptions = {},
): TtsChain {
  const policy = { ...ttsRetryPolicy, ...options.policy }
  const { clock, metrics } = deps
  const voices = adapters.map((tts) => voiceOf(tts, metrics, options))
  const members = createMembers(voices, ({ tts }) => tts.voice, deps, options.breaker)
  const rests = metrics.counter('tts_rests_total', 'Sentences that a fallback voice finished')

  const ask = (
    request: SpeakRequest,
    from: number,
    order: readonly Member<Voice>[] = members,
    how: Pick<Asked<Voice, Speech>, 'isJudgedLater' | 'isInAdvance'> = {},
  ) =>
    attempt(
      {
        members: order,
        insists: true,
        ...how,
        from,
        policy,
        language: request.language,
        deadlineAtMs: clock.now() + policy.deadlineMs,
        signal: request.signal,
        request: async ({ tts, characters }: Voice, signal) => {
          const speech = await tts.speak({ ...request, signal })
          // All of the text, because a vendor bills what it was asked, also when the caller interrupts.
          characters?.add(request.text.length)
          return speech
        },
      },
      deps,
    )

  async function* parts(request: SpeakRequest, voices: VoiceOrder = {}): AsyncGenerator<SpeechPart> {
    const order = inOrder(members, voices)
    let { text } = request
    let from = 0
    while (from < order.length) {
      const { result, index, permit } = await begin(text, from)
      if (from > 0) rests.add()
      const member = order[index]
      const verdict = new SpeechVerdict(member, permit, deps, request.language)
      const progress: Progress = { seconds: 0, failure: undefined, isTooShort: false }
      const chunks = followProgress(result, member, text, progress, clock)
      try {
        yield {
          format: result.format,
          ...{ chunks, isFreeable: result.isFreeable },
          voice: member.adapter.tts.voice,
          voiceKey: member.adapter.tts.voiceKey,
          index: members.indexOf(member),
          adapter: member.adapter.tts.name,
          text,
          get isCut() {
            return progress.failure !== undefined
          },
          accept: () => verdict.accept(),
          fail(error, saidS) {
            progress.seconds = saidS
            if (!progress.failure || progress.isTooShort) progress.failure = readFailure(member.label, error)
          },
        }
        if (request.signal.aborted) return
        if (!progress.failure) return verdict.accept()
        verdict.refuse(progress.failure)
      } finally {
        verdict.drop()
      }
      text = unspokenText(text, progress.seconds, member.adapter.sPerChar)
      if (text === '') return
      from = index + 1
    }
    throw restUnspoken()

    async function begin(rest: string, at: number) {
      try {
        const how = { isJudgedLater: true, isInAdvance: voices.alone }
        return await ask({ ...request, text: rest }, at, order, how)
      } catch (error) {
        const failure = thrownFailure('tts', error, false, clock.wallMs())
        if (at === 0 || failure.code === 'aborted') throw failure
        throw restUnspoken(failure)
      }
    }
  }

  return {
    name: 'chain',
    voice: adapters[0]?.voice ?? 'none',
    voiceKey: adapters[0]?.voiceKey ?? 'none',
    parts,
    speak: async (request) => (await ask(request, 0)).result,
    close() {
      for (const tts of adapters) tts.close()
    },
  }
}

const voiceOf = (tts: Tts, metrics: Metrics, { sPerChar = usualSPerChar }: TtsChainOptions): Voice => ({
  ...{ tts, sPerChar },
  characters: tts.billed && characterUsage(metrics, tts.billed),
})

function inOrder<T>(members: readonly T[], { from = 0, alone = false }: VoiceOrder): readonly T[] {
  return alone ? members.slice(from, from + 1) : [...members.slice(from), ...members.slice(0, from)]
}

/** Passes the audio on, records the progress, and learns the voice's pace from a finished text. Never throws. */
async function* followProgress(
  speech: Speech,
  { adapter: voice, label }: Member<Voice>,
  text: string,
  progress: Progress,
  clock: Clock,
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
    progress.failure = thrownFailure(label, error, true, clock.wallMs())
    return
  }
  if (text.length < judgedFromChars) return
  if (progress.seconds < shortest * text.length * voice.sPerChar) {
    progress.failure = new ProviderFailure('cut', `${label} spoke too little`, { retryable: true })
    progress.isTooShort = true
  } else voice.sPerChar += paceRate * (progress.seconds / text.length - voice.sPerChar)
}

const restUnspoken = (cause?: ProviderFailure) =>
  new ProviderFailure('cut', 'the voice broke off and no other voice spoke the rest', { cause })

/** Classifies what the reader of a part reported: anything but bad audio is a problem of the reader. */
function readFailure(label: string, error: unknown): ProviderFailure {
  if (error instanceof ProviderError && error.code === 'badAudio')
    return new ProviderFailure('badAudio', `${label} sent bytes that are not speech`)
  return new ProviderFailure('aborted', `${label} could not be read`, { cause: error })
}
