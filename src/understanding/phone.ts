// A telephone number is French and in national form here: ten digits that begin with 0.

import { isValidPhoneNumber } from 'libphonenumber-js/min'

/**
 * Whether the digits are a whole French number, `0612345678`.
 *
 * The small metadata set is enough: it checks length and leading digits, and accepts numbers of the overseas
 * departments, which the large set files under other countries.
 */
export const isPhone = (digits: string): boolean =>
  /^0[1-9]\d{8}$/.test(digits) && isValidPhoneNumber(digits, 'FR')

/** Turns the digits of `+33 6…`, `0033 6…` and `33 6…` into `06…`; leaves all others as they are. */
export function nationalForm(digits: string): string {
  const match = /^(?:00)?330?([1-9]\d{8})$/.exec(digits)
  return match === null ? digits : `0${match[1]}`
}

/** How many digits of the national form these are, even if the number is not whole: `33 6 12` is 4. */
export const nationalLength = (digits: string): number => digits.replace(/^(?:00)?330?(?=.|$)/, '0').length

/**
 * The number in national form; undefined if it is not whole.
 *
 * @param groups digits in the groups in which they were said; a lone 6 or 7 may begin a number without its 0
 */
export function wholeForm(groups: readonly string[]): string | undefined {
  const digits = groups.join('')
  const national = nationalForm(digits)
  if (isPhone(national)) return national
  const lone = groups[0]?.length === 1 || (groups[0]?.length ?? 0) > 2
  return lone && /^[67]\d{8}$/.test(digits) ? `0${digits}` : undefined
}
