// The audio stream of a voice's answer, with our deadlines. The vendors' adapters share it; it knows no SDK.

import type { Clock } from '../base/clock.ts'
import { number, type Values } from '../base/setting.ts'
import { ProviderFailure, thrownFailure } from './errors.ts'
import type { OpenRequests } from './requests.ts'
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

export type SpeechWatch = {
  /** The adapter's name, for errors. */
  who: string
  clock: Clock
  limits: SpeechLimits
  /** Ends the request and its stream. */
  caller: AbortSignal
  requests: OpenRequests
}

/**
 * Resolves with the answer's bytes when the first of them have arrived.
 *
 * @param open sends the request; `signal` ends it and its body
 * @throws {ProviderFailure} also out of the returned stream; `badAudio` when the answer is empty
 */
export async function speechStream(
  { who, clock, limits, caller, requests }: SpeechWatch,
  open: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>,
): Promise<AsyncIterable<Uint8Array>> {
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
  try {
    const source = await within(open(signal), firstAtMs, watch)
    body = watched(source, { firstAtMs, gapMs: limits.gapMs }, watch, stop)
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
  return (async function* () {
    try {
      yield first.value
      for await (const bytes of rest) if (bytes.length > 0) yield bytes
    } catch (error) {
      throw failure(error, true)
    } finally {
      stop()
    }
  })()
}
