// What a telephone number is here: French, in national form, ten digits that begin with 0.

import { isValidPhoneNumber } from 'libphonenumber-js/min'

/**
 * Whether the digits are a whole French number, `0612345678`.
 *
 * The small metadata are enough: they know the length and the leading digits, and numbers of the overseas
 * departments, which the large ones file under other countries, stay valid.
 */
export const isPhone = (digits: string): boolean =>
  /^0[1-9]\d{8}$/.test(digits) && isValidPhoneNumber(digits, 'FR')

/** `+33 6…`, `0033 6…` and `33 6…` as digits become `06…`; everything else stays as it is. */
export function nationalForm(digits: string): string {
  const match = /^(?:00)?330?([1-9]\d{8})$/.exec(digits)
  return match === null ? digits : `0${match[1]}`
}
