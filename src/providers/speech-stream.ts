// The body of a voice's answer, streamed, with our deadlines. What the vendors' adapters share; it knows no SDK.

import type { Clock } from '../base/clock.ts'
import { ProviderFailure, thrownFailure } from './errors.ts'
import type { OpenRequests } from './requests.ts'
import { watched, within } from './watchdog.ts'

export type BodyLimits = { firstByteMs: number; gapMs: number }
export const bodyDefaults = { firstByteMs: 2_000, gapMs: 1_500 } as const satisfies BodyLimits

/**
 * A spoken answer's bytes with our deadlines: resolves when the first have arrived.
 *
 * @param open sends the request; `signal` ends it and its body
 * @throws {ProviderFailure} also out of the returned stream; `badAudio` when the answer is empty
 */
export async function speechBody(
  who: string,
  clock: Clock,
  limits: BodyLimits,
  caller: AbortSignal,
  requests: OpenRequests,
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
  // An answer that nobody reads is over with the turn.
  caller.addEventListener('abort', stop, { once: true })
  let body: AsyncGenerator<Uint8Array> | undefined
  const failure = (error: unknown, begun: boolean) => {
    stop()
    if (caller.aborted) return new ProviderFailure('aborted', `${who}: the request was ended`)
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
