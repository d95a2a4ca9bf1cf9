// Opening hours, their exceptions and the message of the day: as the settings have them, and over these what the site
// has changed. The site keeps its own in one document, `hours/hours.yaml`; what is not in it is as in the settings.

import { z } from 'zod'
import { parseExceptions } from '../../asterisk/exceptions.ts'
import { parseSchedule, type Schedule } from '../../asterisk/schedule.ts'
import { AppError, errorText } from '../../base/errors.ts'
import { parseYaml } from '../../base/yaml.ts'
import { isLastDay, isMessage, lastDayFault, messageFault } from '../../config/message.ts'
import type { Config } from '../../config.ts'

export const hoursId = 'hours/hours.yaml'

/** `bad_hours`, `bad_exceptions`, `bad_message`, `bad_until`, `bad_document`. */
export class HoursError extends AppError {
  override name = 'HoursError'
}

const schema = z.strictObject({
  hours: z.string().trim().max(1_000).optional(),
  /** Separated by `;` or line ends. */
  exceptions: z.string().trim().max(4_000).optional(),
  message: z.string().trim().optional(),
  /** Last day of the message, `2026-12-24`. */
  until: z.string().trim().optional(),
})

/** What the site has changed; the rest is as in the settings. */
export type OwnHours = z.infer<typeof schema>
export type HoursField = keyof OwnHours
export const hoursFields = schema.keyof().options

/** As calls that begin now use them. */
export type Hours = Required<OwnHours> & { own: OwnHours; schedule: Schedule }

/** @throws {HoursError} naming the field that cannot be used */
export function parseHours(text: string): OwnHours {
  let content: unknown
  try {
    content = parseYaml(text)
  } catch (cause) {
    throw new HoursError('bad_document', `is not YAML (${errorText(cause)})`, { cause })
  }
  const found = schema.safeParse(content ?? {})
  if (!found.success)
    throw new HoursError('bad_document', `may have ${hoursFields.join(', ')}, each a text`, {
      cause: found.error,
    })
  const { hours, exceptions, message, until } = found.data
  if (hours !== undefined) readable('hours', hours, readWeek)
  if (exceptions !== undefined) readable('exceptions', exceptions, parseExceptions)
  if (message !== undefined && !isMessage(message))
    throw new HoursError('bad_message', `message ${messageFault}`)
  if (until !== undefined && !isLastDay(until)) throw new HoursError('bad_until', `until ${lastDayFault}`)
  return found.data
}

/** The document for these values; {@link parseHours} reads it. */
export const hoursText = (own: OwnHours): string => `${Bun.YAML.stringify(own, null, 2)}\n`

/** What the settings say. */
export const settingsOf = (config: Config): Required<OwnHours> => ({
  hours: config.OPENING_HOURS,
  exceptions: config.OPENING_EXCEPTIONS,
  message: config.MESSAGE_OF_THE_DAY,
  until: config.MESSAGE_OF_THE_DAY_UNTIL,
})

/** @throws {ConfigError} when hours of the settings cannot be read */
export function hoursOf(config: Config, own: OwnHours = {}): Hours {
  const values = { ...settingsOf(config), ...own }
  const { hours, exceptions } = values
  return { ...values, own, schedule: parseSchedule(hours, { timeZone: config.TIME_ZONE, exceptions }) }
}

/** An empty text would close the desk for ever, which `closed` says on purpose. */
function readWeek(text: string): void {
  if (text === '') throw new Error('is empty; write closed for a desk that never opens')
  parseSchedule(text)
}

function readable(field: HoursField, text: string, read: (text: string) => unknown): void {
  try {
    read(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new HoursError(`bad_${field}`, `${field} ${reason}`, { cause })
  }
}
