// Telephone numbers, in the national form of the country where a language is spoken: `0612345678`, `612345678`.

import { isValidPhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { phoneFormOf } from './languages/first-words.ts'
import { languages } from './languages/index.ts'
import { type PhoneForm, phoneGroups } from './phone-form.ts'

export { phoneFormOf, phoneGroups }

/** How a number is read: in its country's groups, and one from abroad as `00`, its country, and the rest. */
export function readGroups(phone: string, form: PhoneForm): string[] {
  const parsed = phone.startsWith('00') ? parsePhoneNumberFromString(`+${phone.slice(2)}`) : undefined
  return parsed ? ['00', parsed.countryCallingCode, parsed.nationalNumber] : phoneGroups(phone, form)
}

/**
 * Whether the digits are a whole number in national form.
 *
 * The small metadata set is enough: it checks length and leading digits, and accepts numbers of the overseas
 * departments, which the large set files under other countries.
 */
export const isPhone = (digits: string, form: PhoneForm): boolean =>
  form.national.test(digits) && isValidPhoneNumber(digits, form.country)

/** Turns the digits of `+33 6…`, `0033 6…` and `33 6…` into `06…`; leaves all others as they are. */
export function nationalForm(digits: string, form: PhoneForm): string {
  const match = form.international.exec(digits)
  return match === null ? digits : `${form.trunk}${match[1]}`
}

/** How many digits of the national form these are, even if the number is not whole: `33 6 12` is 4. */
export const nationalLength = (digits: string, form: PhoneForm): number =>
  digits.replace(form.prefix, form.trunk).length

/**
 * The number in national form; undefined if it is not whole.
 *
 * @param groups digits in the groups in which they were said; a lone 6 or 7 may begin a number without its 0
 */
export function wholeForm(groups: readonly string[], form: PhoneForm): string | undefined {
  const digits = groups.join('')
  const national = nationalForm(digits, form)
  if (isPhone(national, form)) return national
  const lone = groups[0]?.length === 1 || (groups[0]?.length ?? 0) > 2
  return lone && form.lone.test(digits) ? `${form.trunk}${digits}` : undefined
}

/**
 * The number of a telephone line, as the network tells it (`+33612345678`, `0033…`, `33612345678`, `0612345678`), in
 * national form, or with `00` and the country when it is abroad: that can be dialled, and is all digits.
 *
 * @param language of the site: its country's numbers are the national ones
 * @returns undefined for what is no telephone number: a word for a withheld number, an extension, a short number
 */
export function lineNumber(text: string, language: string): string | undefined {
  const compact = text.replace(/[\s.()/-]/g, '')
  if (!/^\+?\d{1,20}$/.test(compact)) return undefined
  const form = phoneFormOf(language)
  const digits = compact.replace('+', '00')
  const national = nationalForm(digits, form)
  if (isPhone(national, form)) return national
  // Some networks leave out the +. A shorter number may be one of this country without its first digit.
  if (!digits.startsWith('0') && digits.length >= 11) return abroad(`00${digits}`)
  return abroad(digits)
}

/** The beginning of such numbers (`01 23`, `+33 1 23`, `+32`) as {@link lineNumber} writes it: `0123`, `0032`. */
export function lineBeginning(text: string, language: string): string {
  const form = phoneFormOf(language)
  const digits = text.replace(/[\s.()/-]/g, '').replace('+', '00')
  // Without 00, the country's digits may begin a short number.
  return digits.startsWith('00') ? digits.replace(form.prefix, form.trunk) : digits
}

const abroad = (digits: string): string | undefined =>
  digits.startsWith('00') && isValidPhoneNumber(`+${digits.slice(2)}`) ? digits : undefined

/**
 * A number as people write it (`06 12 34 56 78`, `+33 6…`, `+34 612…`) in the national form of any language's country,
 * or with `00` and the country (`+32 470…`).
 *
 * @returns undefined when it has none of these forms
 */
export function nationalNumber(text: string): string | undefined {
  const digits = text.replace(/[\s.()/-]/g, '').replace(/^\+/, '00')
  for (const code of languages) {
    const form = phoneFormOf(code)
    const national = nationalForm(digits, form)
    if (form.national.test(national)) return national
  }
  return abroad(digits)
}
