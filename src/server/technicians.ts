// Opens the way of looking for a technician that TECHNICIANS names. With `asterisk` the opening hours only say when
// somebody will be there; a technician who is in the queue outside the hours still gets the call.

import { createQueueTechnicians } from '../asterisk/queue-status.ts'
import { parseSchedule } from '../asterisk/schedule.ts'
import {
  alwaysTechnicians,
  createScheduleTechnicians,
  neverTechnicians,
  type Technicians,
} from '../asterisk/technicians.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config.ts'

/** @throws {ConfigError} when OPENING_HOURS cannot be read */
export function openTechnicians(config: Config, clock: Clock, log: Log): Technicians {
  const schedule = () =>
    parseSchedule(config.OPENING_HOURS, {
      timeZone: config.TIME_ZONE,
      exceptions: config.OPENING_EXCEPTIONS,
    })
  switch (config.TECHNICIANS) {
    case 'always':
      return alwaysTechnicians
    case 'never':
      return neverTechnicians
    case 'schedule':
      return createScheduleTechnicians({ schedule: schedule(), clock })
    case 'asterisk':
      return createScheduleTechnicians({ schedule: schedule(), clock, queue: openQueue(config, clock, log) })
  }
}

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
