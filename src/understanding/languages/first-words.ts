// What a call needs of a language before its first frame, each from a file of its own: all of a language takes up to a
// tenth of a second of the call thread, and the first call after a start may come before it is read.

import { z } from 'zod'
import { type PhoneForm, phoneSchema } from '../phone-form.ts'
import { languageFile } from './folders.ts'

const terms = z.array(z.string()).readonly()

/** Words that the recogniser shall expect: always, and by kind of question (dialogue/keyterms.ts). */
export const keytermsSchema = z.strictObject({ always: terms, step: terms, yesNo: terms, number: terms })

const alone = <T>(file: string, key: string, schema: z.ZodType<T>): ((code: string) => T) => {
  const read = new Map<string, T>()
  return (code) => {
    const known = read.get(code) ?? schema.parse(languageFile(code, file)[key])
    read.set(code, known)
    return known
  }
}

/** @throws {Error} for a code that is not a language */
export const keytermsOf: (code: string) => z.infer<typeof keytermsSchema> = alone(
  'speech',
  'keyterms',
  keytermsSchema,
)

/** How the telephone numbers of a language's country look. @throws {Error} for a code that is not a language */
export const phoneFormOf: (code: string) => PhoneForm = alone('phone', 'phone', phoneSchema)
