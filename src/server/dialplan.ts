// What the Asterisk dialplan asks and tells besides the audio: the next step of each call, the calls it announces, and
// whether a technician is free.

import { createExpectedCalls, type ExpectedCalls } from '../asterisk/expected-calls.ts'
import { createNextSteps, type NextSteps } from '../asterisk/next-steps.ts'
import type { ServerContext } from './context.ts'
import { openTechnicians, type TechnicianSearch } from './technicians.ts'

export type Dialplan = {
  readonly nextSteps: NextSteps
  /** Calls that were announced; undefined when any UUID may call. */
  readonly expected: ExpectedCalls | undefined
  readonly technicians: TechnicianSearch
}

export function openDialplan({ config, clock, log, memories }: ServerContext): Dialplan {
  const nextSteps = createNextSteps({ clock, defaultQueue: config.TRANSFER_QUEUE })
  const expected = config.AUDIOSOCKET_REGISTERED ? createExpectedCalls({ clock }) : undefined
  memories.add((callId) => nextSteps.forget(callId))
  memories.add((callId) => expected?.take(callId))
  return {
    nextSteps,
    expected,
    technicians: openTechnicians(config, clock, log),
  }
}
