// When it opens next, in words that a voice can say: `demain à 9 heures 30`, `on Monday at 9 a.m.`.

import { dayNumber } from './holidays.ts'
import type { LocalMoment } from './schedule.ts'

const words = {
  fr: {
    weekdays: ['dimanche', 'lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi'],
    months: 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre'.split(' '),
  },
  en: {
    weekdays: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
    months: 'January February March April May June July August September October November December'.split(
      ' ',
    ),
  },
} as const

/** @param language `en` or anything else for French @returns for example `lundi à 9 heures`, to follow "nous ouvrons" */
export function spokenMoment(moment: LocalMoment, now: LocalMoment, language: string): string {
  return language === 'en' ? english(moment, now) : french(moment, now)
}

function french(moment: LocalMoment, now: LocalMoment): string {
  const time = `à ${frenchTime(moment.minute)}`
  const days = dayNumber(moment.day) - dayNumber(now.day)
  if (days === 0) return `aujourd'hui ${time}`
  if (days === 1) return `demain ${time}`
  const weekday = words.fr.weekdays[weekdayOf(moment)]
  if (days < 7) return `${weekday} ${time}`
  const date = moment.day.day === 1 ? 'premier' : String(moment.day.day)
  return `le ${weekday} ${date} ${words.fr.months[moment.day.month - 1]} ${time}`
}

function frenchTime(minute: number): string {
  const hour = Math.floor(minute / 60)
  const rest = minute % 60
  const name = hour === 12 ? 'midi' : hour === 0 ? 'minuit' : `${hour} heure${hour === 1 ? '' : 's'}`
  return rest === 0 ? name : `${name} ${rest}`
}

function english(moment: LocalMoment, now: LocalMoment): string {
  const time = `at ${englishTime(moment.minute)}`
  const days = dayNumber(moment.day) - dayNumber(now.day)
  if (days === 0) return `today ${time}`
  if (days === 1) return `tomorrow ${time}`
  const weekday = words.en.weekdays[weekdayOf(moment)]
  if (days < 7) return `on ${weekday} ${time}`
  return `on ${weekday}, ${words.en.months[moment.day.month - 1]} ${moment.day.day}, ${time}`
}

function englishTime(minute: number): string {
  const hour = Math.floor(minute / 60)
  const rest = minute % 60
  if (rest === 0 && hour === 12) return 'noon'
  if (rest === 0 && hour === 0) return 'midnight'
  const twelve = hour % 12 === 0 ? 12 : hour % 12
  return `${twelve}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`} ${hour < 12 ? 'a.m.' : 'p.m.'}`
}

function weekdayOf(moment: LocalMoment): number {
  return (dayNumber(moment.day) + 4) % 7
}
