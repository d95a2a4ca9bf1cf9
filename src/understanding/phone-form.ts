// How telephone numbers look where a language is spoken: `phone` in its folder.

import type { CountryCode } from 'libphonenumber-js/min'
import { z } from 'zod'

export const phoneSchema = z
  .strictObject({
    /** Whose numbers are valid. */
    country: z.string().regex(/^[A-Z]{2}$/),
    /** Calling code, as in +33. */
    code: z.string().regex(/^[1-9]\d{0,2}$/),
    /** What a national number begins with that the international form leaves out: the 0 of 06. */
    trunk: z.string().regex(/^\d?$/),
    /** Fewest and most digits of the national number, without the trunk digit. */
    digits: z.tuple([z.int(), z.int()]),
    /** First digits of a national number behind the trunk digit. */
    begins: z.string().regex(/^[0-9]+$/),
    /** First digits of numbers that callers begin without the trunk digit, when they say them one by one. */
    loneBegins: z
      .string()
      .regex(/^[0-9]*$/)
      .default(''),
    /** In which groups people say and read a number, trunk digit included; the last one repeats. */
    groups: z.array(z.int().min(1)).min(1),
  })
  .transform(
    (form): PhoneForm => ({
      ...form,
      country: form.country as CountryCode,
      national: new RegExp(`^${form.trunk}[${form.begins}]\\d{${form.digits[0] - 1},${form.digits[1] - 1}}$`),
      international: new RegExp(
        `^(?:00)?${form.code}${form.trunk}?([${form.begins}]\\d{${form.digits[0] - 1},${form.digits[1] - 1}})$`,
      ),
      prefix: new RegExp(`^(?:00)?${form.code}${form.trunk === '' ? '' : `${form.trunk}?`}(?=.|$)`),
      opens: new RegExp(`^${form.trunk === '' ? `[${form.begins}]` : form.trunk}`),
      begun: new RegExp(`^(?:${form.trunk === '' ? `[${form.begins}]|00` : form.trunk}|${form.code})`),
      lone: form.loneBegins === '' ? /(?!)/ : new RegExp(`^[${form.loneBegins}]\\d{${form.digits[0] - 1}}$`),
      longest: form.trunk.length + form.digits[1],
      longestDialled: 2 + form.code.length + form.digits[1],
      inPairs: form.groups.every((group) => group === 2),
      varies: form.digits[0] !== form.digits[1],
      ...writtenForms(form),
    }),
  )

/** A number in its groups, with a space, a dot or a hyphen between them or nothing. */
function writtenForms({
  code,
  trunk,
  begins,
  digits,
  groups,
}: Pick<PhoneForm, 'code' | 'trunk' | 'groups'> & { begins: string; digits: readonly number[] }): Pick<
  PhoneForm,
  'written' | 'writtenAbroad'
> {
  const sizes: number[] = []
  for (let left = trunk.length + digits[1]!; left > 0; left -= sizes.at(-1)!)
    sizes.push(Math.min(left, groups[Math.min(sizes.length, groups.length - 1)]!))
  const [first, ...others] = sizes
  const rest = others.map((size) => `[ .-]?\\d{${size}}`).join('')
  const behindTrunk = `(?=[${begins}])\\d{${first! - trunk.length}}${rest}`
  return {
    written: new RegExp(`(?<![\\d+])${trunk}${behindTrunk}(?!\\d)`, 'g'),
    writtenAbroad: new RegExp(`(?<![\\d+])\\+${code}[ .]?(${behindTrunk})(?!\\d)`, 'g'),
  }
}

export type PhoneForm = {
  country: CountryCode
  code: string
  trunk: string
  groups: readonly number[]
  /** First digits of numbers that callers begin without the trunk digit. */
  loneBegins: string
  /** The whole national form. */
  national: RegExp
  /** The whole international form; its first group is the number behind the trunk digit. */
  international: RegExp
  /** `0033`, `33` and `330` before anything. */
  prefix: RegExp
  /** Digits with which a national number opens. */
  opens: RegExp
  /** The same, or an international one. */
  begun: RegExp
  /** A whole number without its trunk digit, if callers say such. */
  lone: RegExp
  /** Most digits of the national form, and with the international prefix. */
  longest: number
  longestDialled: number
  /** Read two digits at a time. */
  inPairs: boolean
  /** Numbers have different lengths: a whole one may go on. */
  varies: boolean
  /** A number in a text, in national form; in international form its first group is what follows the trunk digit. */
  written: RegExp
  writtenAbroad: RegExp
}

/** The digits in the groups in which the number is read: `06 12 34 56 78`, `612 34 56 78`. */
export function phoneGroups(digits: string, form: PhoneForm): string[] {
  const groups: string[] = []
  for (let at = 0; at < digits.length; ) {
    const size = form.groups[Math.min(groups.length, form.groups.length - 1)]
    groups.push(digits.slice(at, at + size))
    at += size
  }
  return groups
}
