// The orderly end of a server, in six steps: announce it to load balancers, refuse new calls, let live ones end, say
// goodbye in those that outlast the limit, wait for records and for the dialplan's last question, stop.

import type { NextSteps } from '../asterisk/next-steps.ts'
import type { Clock } from '../base/clock.ts'
import type { Registry } from '../calls/registry.ts'
import type { DrainSwitch } from './drain-switch.ts'

/** How long the goodbye of a call that outlasted the limit may take. */
const goodbyeMs = 15_000
/** How long to wait for the dialplan to ask for the next step: it does so within ms, or waits 3 s for the answer. */
const nextStepMs = 3_000

export type DrainDeps = {
  clock: Clock
  refusing: Pick<DrainSwitch, 'start'>
  registry: Pick<Registry, 'goodbyeAll' | 'noneLive' | 'close' | 'empty'>
  nextSteps: Pick<NextSteps, 'allAsked'>
  stop: () => Promise<void>
}

/** @param limitMs how long live calls may go on before they hear a goodbye, from the first refusal on */
export async function drain(
  { clock, refusing, registry, nextSteps, stop }: DrainDeps,
  limitMs: number,
): Promise<void> {
  await refusing.start()
  const goodbye = clock.at(clock.now() + limitMs, () => registry.goodbyeAll())
  const over = Promise.withResolvers<void>()
  const giveUp = clock.at(clock.now() + limitMs + goodbyeMs, over.resolve)
  await Promise.race([registry.noneLive(), over.promise])
  // New callers now go to the queue without the phrase, because callers who come one by one would keep the server up.
  // Their connections are still accepted: Asterisk 22 was seen to break other calls when a connection was refused.
  registry.close()
  await Promise.race([registry.empty(), over.promise])
  goodbye.cancel()
  giveUp.cancel()
  await nextSteps.allAsked(nextStepMs)
  await stop()
}
