// The operator's system as a scenario has it: the real look-up asks it, on the lab's clock, without a network.

import type { Log } from '../../../src/base/log.ts'
import { Metrics } from '../../../src/base/metrics.ts'
import type { CallCustomer } from '../../../src/call/reply/thinker-deps.ts'
import type { CallStart } from '../../../src/calls/call-start.ts'
import type { Config } from '../../../src/config.ts'
import { createLookup } from '../../../src/integrations/lookup.ts'
import { callCustomer } from '../../../src/server/integrations.ts'
import type { FakeClock } from '../lab/fake-clock.ts'
import type { LookupAnswer } from './scenario-file.ts'

type Asked = { config: Config; log: Log; start: CallStart; clockOf: () => FakeClock }

/** @returns undefined when the line is not known, or the system answers too late or nonsense */
export async function lookedUp(
  { answers, text, status, after }: LookupAnswer,
  { config, log, start, clockOf }: Asked,
): Promise<CallCustomer | undefined> {
  const { callerNumber, dialled } = start
  if (callerNumber === null) throw new Error('a look-up needs `announced: { callerNumber }`')
  // The clock is made with the lab, which is being made.
  await Promise.resolve()
  const clock = clockOf()
  const lookup = createLookup({
    ...{ url: 'http://crm.invalid/', token: '', deadlineMs: config.LOOKUP_MS, clock, log },
    metrics: new Metrics(),
    // It does not obey the signal either.
    fetch: async () => {
      await new Promise<void>((done) => clock.at(clock.now() + after * 1_000, done))
      return new Response(text ?? JSON.stringify(answers ?? {}), { status })
    },
  })
  const found = await lookup.find({ callId: 'scenario', callerNumber, dialled })
  return found && callCustomer(found, clock.wallMs(), config.TIME_ZONE)
}
