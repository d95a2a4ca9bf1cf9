// The audio stream of a voice's answer, with our deadlines. The vendors' adapters share it; it knows no SDK.

import type { Clock } from '../base/clock.ts'
import { number, type Values } from '../base/setting.ts'
import { statedFormat } from './audio-type.ts'
import { ProviderFailure, thrownFailure } from './errors.ts'
import type { OpenRequests } from './requests.ts'
import type { AudioFormat, Speech } from './tts.ts'
import { watched, within } from './watchdog.ts'

export type SpeechLimits = {
  /** From the request to the first byte. */
  firstByteMs: number
  /** From one chunk to the next. */
  gapMs: number
}
export const speechLimitDefaults = { firstByteMs: 2_000, gapMs: 1_500 } as const satisfies SpeechLimits

/** The settings of every voice that is streamed from a vendor. */
export const speechSettings = {
  TTS_FIRST_BYTE_MS: number(
    speechLimitDefaults.firstByteMs,
    'ms',
    100,
    20_000,
    'longest wait for the first byte of one attempt; then the next voice is asked',
  ),
  TTS_GAP_MS: number(
    speechLimitDefaults.gapMs,
    'ms',
    100,
    20_000,
    'longest silence of a voice within a sentence',
  ),
}

export const speechLimits = (values: Values<typeof speechSettings>): SpeechLimits => ({
  firstByteMs: values.TTS_FIRST_BYTE_MS,
  gapMs: values.TTS_GAP_MS,
})

/**
 * The most that a text's speech can take: 0.35 s a character and 3 s, five times the usual pace. A server that repeats
 * itself for ever is stopped there.
 */
export const longestSpeechS = (text: string): number => 0.35 * text.length + 3
/** 48 kHz in stereo, the largest format there is, and room for heads and covers. */
const longestBytes = (text: string): number => longestSpeechS(text) * 192_000 + 262_144

/** A response's body, and what its header says of it. */
export type SpeechAnswer = { body: AsyncIterable<Uint8Array>; contentType: string | null }

export type SpeechWatch = {
  /** The adapter's name, for errors. */
  who: string
  /** What is spoken; it bounds the answer. */
  text: string
  /** The format of the request. */
  format: AudioFormat
  clock: Clock
  limits: SpeechLimits
  /** Ends the request and its stream. */
  caller: AbortSignal
  requests: OpenRequests
}

/**
 * Resolves with the answer when its first bytes have arrived.
 *
 * @param open sends the request; `signal` ends it and its body
 * @throws {ProviderFailure} also out of the returned stream; `badAudio` when the answer is empty, is called text,
 *   or has more bytes than its text can need
 */
export async function speechStream(
  { who, text, format: asked, clock, limits, caller, requests }: SpeechWatch,
  open: (signal: AbortSignal) => Promise<SpeechAnswer>,
): Promise<Speech> {
  const control = new AbortController()
  const signal = AbortSignal.any([caller, control.signal])
  const watch = { clock, who, signal: caller }
  const firstAtMs = clock.now() + limits.firstByteMs
  const stop = () => {
    requests.remove(control)
    control.abort()
  }
  requests.add(control)
  // The turn may end before anyone reads the answer.
  caller.addEventListener('abort', stop, { once: true })
  let body: AsyncGenerator<Uint8Array> | undefined
  const failure = (error: unknown, begun: boolean) => {
    stop()
    if (caller.aborted) return new ProviderFailure('aborted', `${who}: the request was aborted`)
    return thrownFailure(who, error, begun, clock.wallMs())
  }
  let first: IteratorResult<Uint8Array>
  let format = asked
  try {
    const source = await within(open(signal), firstAtMs, watch)
    format = statedFormat(who, source.contentType, asked)
    body = watched(source.body, { firstAtMs, gapMs: limits.gapMs }, watch, stop)
    do first = await body.next()
    while (!first.done && first.value.length === 0)
  } catch (error) {
    throw failure(error, false)
  }
  if (first.done) {
    if (caller.aborted) throw failure(undefined, false)
    throw new ProviderFailure('badAudio', `${who} sent no audio`, { retryable: true })
  }
  const rest = body
  let left = longestBytes(text) - first.value.length
  const chunks = (async function* () {
    try {
      yield first.value
      for await (const bytes of rest) {
        left -= bytes.length
        if (left < 0) throw new ProviderFailure('badAudio', `${who} sent more audio than its text can need`)
        if (bytes.length > 0) yield bytes
      }
    } catch (error) {
      throw failure(error, true)
    } finally {
      stop()
    }
  })()
  return { format, chunks, isFreeable: true }
}
