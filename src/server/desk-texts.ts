// The texts that a call begins with: those of the phrase files, with the sentence of the opening hours and the message
// of the day. Asked for at the start of each call, so that a message ends with its day, without a restart.

import { readDay } from '../asterisk/exceptions.ts'
import { dayNumber } from '../asterisk/holidays.ts'
import { localMoment, parseSchedule } from '../asterisk/schedule.ts'
import { type Config, settings } from '../config.ts'
import { hoursSentence } from '../desk/hours-sentence.ts'
import type { Texts } from '../desk/texts.ts'
import { languageOf } from '../understanding/languages/index.ts'

/** A sentence that is said after the welcome. */
export type Message = { text: string; until: string }

export type DeskTexts = (phrases: Texts, wallMs: number) => Texts

/**
 * @param message asked for at each call, so that it may come from elsewhere than the settings later
 * @throws {ConfigError} when the hours cannot be read
 */
export function createDeskTexts(
  config: Config,
  message: () => Message = () => ({
    text: config.MESSAGE_OF_THE_DAY,
    until: config.MESSAGE_OF_THE_DAY_UNTIL,
  }),
): DeskTexts {
  const { week } = parseSchedule(config.OPENING_HOURS)
  const shipped = parseSchedule(settings.OPENING_HOURS.default)
  // With the shipped hours the line stays as it is, also when the site has found better words for it.
  const isShipped = JSON.stringify(week) === JSON.stringify(shipped.week)
  return (phrases, wallMs) => {
    const { text, until } = message()
    const isOn = text !== '' && isUntil(until, wallMs, config.TIME_ZONE)
    if (isShipped && !isOn) return phrases
    const lines: Record<string, string | readonly string[]> = { ...phrases.lines }
    if (!isShipped)
      lines.opening_hours = hoursSentence(languageOf(phrases.language).openingHours, week, phrases.numbers)
    if (isOn) lines.message_of_the_day = text
    return { ...phrases, lines }
  }
}

/** Whether the day is not over yet. @param until as readDay reads it, with its year; `''` for ever */
function isUntil(until: string, wallMs: number, timeZone: string): boolean {
  const last = readDay(until)
  if (last?.year === undefined) return true
  return dayNumber(localMoment(wallMs, timeZone).day) <= dayNumber({ ...last, year: last.year })
}
