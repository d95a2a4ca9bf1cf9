// The texts that a call begins with: those of the phrase files, with the sentence of the opening hours and the message
// of the day. Asked for at the start of each call, so that a message ends with its day, without a restart.

import { readDay } from '../../asterisk/exceptions.ts'
import { dayNumber } from '../../asterisk/holidays.ts'
import { localMoment, parseSchedule } from '../../asterisk/schedule.ts'
import { type Config, settings } from '../../config.ts'
import { hoursSentence } from '../../desk/hours-sentence.ts'
import type { Texts } from '../../desk/texts.ts'
import { languageOf } from '../../understanding/languages/index.ts'
import { type Hours, hoursOf } from './hours.ts'

export type DeskTexts = (phrases: Texts, wallMs: number) => Texts

/** @throws {ConfigError} when the hours cannot be read */
export function createDeskTexts(config: Config, hours: Hours = hoursOf(config)): DeskTexts {
  const { week } = hours.schedule
  const { message, until } = hours
  const shipped = parseSchedule(settings.OPENING_HOURS.default)
  // With the shipped hours the line stays as it is, also when the site has found better words for it.
  const isShipped = JSON.stringify(week) === JSON.stringify(shipped.week)
  return (phrases, wallMs) => {
    // The operator wrote it in the desk's language: no other voice can say it.
    const isOurs = phrases.language === config.LANGUAGE
    const isOn = isOurs && message !== '' && isUntil(until, wallMs, config.TIME_ZONE)
    if (isShipped && !isOn) return phrases
    const lines: Record<string, string | readonly string[]> = { ...phrases.lines }
    if (!isShipped)
      lines.opening_hours = hoursSentence(languageOf(phrases.language).openingHours, week, phrases.numbers)
    if (isOn) lines.message_of_the_day = message
    return { ...phrases, lines }
  }
}

/** Whether the day is not over yet. @param until as readDay reads it, with its year; `''` for ever */
function isUntil(until: string, wallMs: number, timeZone: string): boolean {
  const last = readDay(until)
  if (last?.year === undefined) return true
  return dayNumber(localMoment(wallMs, timeZone).day) <= dayNumber({ ...last, year: last.year })
}
