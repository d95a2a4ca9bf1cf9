// What the Asterisk dialplan asks and tells besides the audio: the next step of each call, the calls it announces, and
// whether a technician is free. Several machines share the first two.

import { createExpectedCalls, type ExpectedCalls } from '../../asterisk/expected-calls.ts'
import { createNextSteps, type NextSteps } from '../../asterisk/next-steps.ts'
import type { NextStep } from '../../calls/next-step.ts'
import type { Cluster } from '../../cluster/cluster.ts'
import { SharedSteps } from '../../cluster/next-steps.ts'
import type { ServerContext } from '../context.ts'
import { Handover } from './handover.ts'
import type { NumberedCall } from './handover-forms.ts'
import { openTechnicians, type TechnicianSearch } from './technicians.ts'

export type Dialplan = {
  readonly nextSteps: NextSteps
  /** The same over all machines; undefined where there is one. */
  readonly shared: SharedSteps<NextStep> | undefined
  readonly handover: Handover | undefined
  /** Calls that were announced. Without AUDIOSOCKET_REGISTERED any other UUID may call too. */
  readonly expected: ExpectedCalls<NumberedCall>
  readonly technicians: TechnicianSearch
}

export function openDialplan(context: ServerContext, cluster: Cluster | undefined): Dialplan {
  const { config, clock, log, metrics, memories } = context
  const local = createNextSteps({ clock, defaultQueue: config.TRANSFER_QUEUE })
  const shared = cluster && new SharedSteps<NextStep>({ ...cluster, local, metrics })
  const nextSteps = shared ?? local
  const expected = createExpectedCalls<NumberedCall>({ clock })
  memories.add((callId) => nextSteps.forget(callId))
  memories.add((callId) => void expected.take(callId))
  return {
    ...{ nextSteps, shared, expected },
    handover: cluster && shared && new Handover(context, cluster, { expected, steps: shared }),
    technicians: openTechnicians(config, clock, log),
  }
}
