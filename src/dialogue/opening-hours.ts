// Says when a technician will be available again, in recorded lines: the day, the date if it is over six days away, the
// hour.

import { type Draft, say, sayNumber } from './decision-draft.ts'
import type { Opening } from './types.ts'

/**
 * "We will be here again · tomorrow · at nine · thirty". A language that says "the third" and not "three" has a line
 * for each day of the month: `date_3`.
 */
export const sayOpening = (draft: Draft, opens: Opening): Draft =>
  sayMoment(say(draft, 'opens_before'), opens)

/** The day and the hour alone. */
export function sayMoment(draft: Draft, { inDays, weekday, day, month, minute }: Opening): Draft {
  if (inDays < 2) say(draft, inDays === 0 ? 'day_today' : 'day_tomorrow')
  else say(draft, `weekday_${weekday}`)
  if (inDays > 6) {
    const named = day === 1 ? 'date_first' : `date_${day}`
    if (named in draft.state.texts.lines) say(draft, named)
    else sayNumber(draft, String(day))
    say(draft, `month_${month}`)
  }
  say(draft, `hour_${Math.floor(minute / 60)}`)
  return minute % 60 === 0 ? draft : sayNumber(draft, String(minute % 60).padStart(2, '0'))
}
