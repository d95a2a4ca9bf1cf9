// What the Asterisk dialplan asks and tells besides the audio: the next step of each call, the calls it announces, and
// whether a technician is free.

import { createExpectedCalls, type ExpectedCalls } from '../asterisk/expected-calls.ts'
import { createNextSteps, type NextSteps } from '../asterisk/next-steps.ts'
import type { AnnouncedCall } from '../calls/call-start.ts'
import type { ServerContext } from './context.ts'
import { openTechnicians, type TechnicianSearch } from './technicians.ts'

export type Dialplan = {
  readonly nextSteps: NextSteps
  /** Calls that were announced. Without AUDIOSOCKET_REGISTERED any other UUID may call too. */
  readonly expected: ExpectedCalls<AnnouncedCall>
  readonly technicians: TechnicianSearch
}

export function openDialplan({ config, clock, log, memories }: ServerContext): Dialplan {
  const nextSteps = createNextSteps({ clock, defaultQueue: config.TRANSFER_QUEUE })
  const expected = createExpectedCalls({ clock })
  memories.add((callId) => nextSteps.forget(callId))
  memories.add((callId) => void expected.take(callId))
  return {
    nextSteps,
    expected,
    technicians: openTechnicians(config, clock, log),
  }
}
