// How each language is spoken: voice.yaml of its folder, apart from the rules, so that a thread that only speaks does
// not load them.

import { z } from 'zod'
import { type PhoneForm, phoneSchema } from '../phone-form.ts'
import { languageCodes, languageFile } from './folders.ts'

export const voiceSchema = z.strictObject({
  /** Files of the embedded voice in assets/voices/: text analysis and signal generation. */
  embedded: z.strictObject({ analysis: z.string(), signal: z.string() }),
  /** How a voice that takes instructions is to speak. */
  instructions: z.string(),
  /** Voice of Deepgram Aura for calls in this language, when AURA_VOICE speaks another one. */
  aura: z.string().optional(),
  /** The firm's name in X-SAMPA, for the embedded voice. */
  brand: z.string(),
  digits: z.array(z.string()).length(10),
  /** Initials that are read letter by letter although they have a vowel; those without one always are. */
  spelled: z.array(z.string().regex(/^\p{Lu}{2,5}$/u)),
  /** A telephone number is spoken in pairs: as numbers or as digits. */
  telephone: z.enum(['numbers', 'digits']),
  /** `{units}` and `{cents}`. */
  money: z.string(),
  /** Words for `& % € $ @ + = # * ° №`. */
  symbols: z.record(z.string(), z.string()),
})

const spokenSchema = z.strictObject({ voice: voiceSchema, phone: phoneSchema })

/** How a language is spoken, and the form of the numbers that it reads out. */
export type VoiceWords = z.infer<typeof voiceSchema> & { phone: PhoneForm }

const voices = new Map<string, VoiceWords>()

/** Undefined for a code that is not a language. */
export function voiceOf(code: string): VoiceWords | undefined {
  if (!voices.has(code) && languageCodes().includes(code)) {
    const files = { ...languageFile(code, 'voice'), ...languageFile(code, 'phone') }
    const { voice, phone } = spokenSchema.parse(files)
    voices.set(code, { ...voice, phone })
  }
  return voices.get(code)
}
