// Whether the vendors in use are there and accept our keys, as far as that costs nothing: their lists of models are
// read in the background after the start. What is wrong is listed as degraded, and looked at again until it is well.

import type { Timer } from '../base/clock.ts'
import type { InUse, Providers } from '../providers/catalog.ts'
import { thrownFailure } from '../providers/errors.ts'
import type { ServerContext } from './context.ts'

/** A list that has not come by then does not come. */
const limitMs = 10_000
/** How long after a finding the list is read again. */
const againMs = 300_000

/** @returns a stop function */
export function startProbe(context: ServerContext, { stt, llm, tts }: Providers['adapters']): () => void {
  const { clock } = context
  const control = new AbortController()
  const timers = new Set<Timer>()
  const look = (one: InUse) => {
    probe(context, one, control.signal)
      .then((isWell) => {
        if (isWell || control.signal.aborted) return
        const timer = clock.at(clock.now() + againMs, () => {
          timers.delete(timer)
          look(one)
        })
        timers.add(timer)
      })
      // Nothing in it throws; a start must not depend on that.
      .catch(() => undefined)
  }
  for (const one of [...stt, ...llm, ...tts] as readonly InUse[]) if (one.models) look(one)
  return () => {
    control.abort()
    for (const timer of timers) timer.cancel()
  }
}

async function probe(
  { clock, log, degraded }: ServerContext,
  one: InUse,
  stopped: AbortSignal,
): Promise<boolean> {
  const { label: adapter, models, definition } = one
  const key = `probe ${definition.service} ${adapter}`
  const late = new AbortController()
  const timer = clock.at(clock.now() + limitMs, () => late.abort())
  let reason: string | undefined
  try {
    await models?.read(AbortSignal.any([stopped, late.signal]))
  } catch (error) {
    if (!stopped.aborted) reason = reasonOf(adapter, error, late.signal.aborted)
  } finally {
    timer.cancel()
  }
  if (stopped.aborted) return true
  if (reason === undefined) {
    if (degraded.delete(key)) log.info('a vendor is well again', { adapter })
    return true
  }
  if (degraded.get(key) !== reason)
    log.warn('a vendor cannot be used; `bun run doctor` says more', { adapter, reason })
  degraded.set(key, reason)
  return false
}

/** @returns undefined for what says nothing: many servers have no list, and a key may not be allowed to read it */
function reasonOf(adapter: string, error: unknown, isLate: boolean): string | undefined {
  if (isLate) return `${adapter}: no answer within ${limitMs} ms`
  const failure = thrownFailure(adapter, error, false)
  const isReached = failure.status !== undefined && failure.status !== 401 && failure.status !== 402
  return isReached || failure.code === 'malformed' ? undefined : `${adapter}: ${failure.message}`
}
