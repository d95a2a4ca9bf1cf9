// Opens the way of looking for a technician that TECHNICIANS names. With `asterisk` the opening hours only say when
// somebody will be there; a technician who is in the queue outside the hours still gets the call.

import { createQueueTechnicians } from '../../asterisk/queue-status.ts'
import type { Schedule } from '../../asterisk/schedule.ts'
import {
  alwaysTechnicians,
  createScheduleTechnicians,
  neverTechnicians,
  type TechnicianAnswer,
  type Technicians,
} from '../../asterisk/technicians.ts'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Config } from '../../config.ts'

/** As {@link Technicians}, by the hours that a call began with. */
export type TechnicianSearch = {
  check(schedule: Schedule): Promise<TechnicianAnswer>
  close(): void
}

export function openTechnicians(config: Config, clock: Clock, log: Log): TechnicianSearch {
  switch (config.TECHNICIANS) {
    case 'always':
      return alwaysTechnicians
    case 'never':
      return neverTechnicians
    case 'schedule':
      return bySchedule(clock)
    case 'asterisk':
      return bySchedule(clock, openQueue(config, clock, log))
  }
}

const bySchedule = (clock: Clock, queue?: Technicians): TechnicianSearch => ({
  check: (schedule) => createScheduleTechnicians({ schedule, clock, ...(queue && { queue }) }).check(),
  close: () => queue?.close(),
})

const openQueue = (config: Config, clock: Clock, log: Log): Technicians =>
  createQueueTechnicians({
    host: config.AMI_HOST,
    port: config.AMI_PORT,
    username: config.AMI_USER,
    secret: config.AMI_SECRET,
    queue: config.TRANSFER_QUEUE,
    clock,
    log,
  })
