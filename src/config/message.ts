// The rules of a message of the day, for the settings and for what a site writes on the page.

import { readDay } from '../asterisk/exceptions.ts'

/** A sentence to be spoken as it is: no placeholder and no markup. */
export const isMessage = (text: string): boolean => text.length <= 200 && !/[{}<>\p{Cc}]|%s/u.test(text)
export const messageFault = 'has more than 200 characters, or a placeholder or markup in it'

/** A day with its year; empty sets no end. */
export const isLastDay = (text: string): boolean => text === '' || readDay(text)?.year !== undefined
export const lastDayFault = 'is not a date such as 2026-12-24'
