// Schemas of the API's requests and responses, for validation, the OpenAPI description and the typed client. They
// describe the types of calls/views.ts, phrases/types.ts and recording/; the compiler checks that the two agree where
// a route returns a response.

import { z } from 'zod'
import { consentSchema } from '../recording/files.ts'
import { languages } from '../understanding/languages/index.ts'
import { wholeNumber } from './numbers.ts'

const speaker = z.enum(['caller', 'agent'])

export const callSchema = z.object({
  id: z.string(),
  startedWallMs: z.number(),
  /** In which the call is now. */
  language: z.string(),
  /** All that it was in, and since when. */
  languages: z.array(z.object({ language: z.string(), atMs: z.number() })),
  desk: z.string(),
  /** The number that the caller dialled, when the dialplan told it. */
  dialled: z.string().nullable(),
  /** The caller's line, and the name that the network shows for it; null when withheld. Older machines say nothing. */
  callerNumber: z.string().nullable().default(null),
  callerName: z.string().nullable().default(null),
  state: z.string(),
  phase: z.string(),
  turn: z.number(),
  speaking: z.enum(['caller', 'agent', 'nobody']),
  durationMs: z.number(),
  adapters: z.record(z.string(), z.string()),
  latencies: z.array(z.record(z.string(), z.number().optional())),
  transcript: z.array(
    z.object({ who: speaker, text: z.string(), atMs: z.number(), cut: z.boolean().optional() }),
  ),
  outcome: z.string().nullable(),
  recording: consentSchema,
  held: z.record(z.string(), z.number()),
  /** The agent's voice as the caller's telephone sends it back: dB against the agent's, ms until we hear it. */
  echo: z.object({ levelDb: z.number(), delayMs: z.number() }).nullable(),
})
export const callListSchema = z.object({ calls: z.array(callSchema) })
/** The machines of a cluster; empty where there is one. */
export const machinesSchema = z.object({
  machines: z.array(
    z.object({
      id: z.string(),
      /** Where its admin server answers. */
      url: z.string(),
      /** This is the machine that answers. */
      isAsked: z.boolean(),
      version: z.string(),
      live: z.number(),
      max: z.number(),
      draining: z.boolean(),
      /** Differs where settings differ that should be the same everywhere. */
      fingerprint: z.string(),
      voice: z.string(),
      phrases: z.number(),
      startedWallMs: z.number(),
    }),
  ),
  /** Seen in the last week, and not answering now. */
  away: z.array(z.object({ url: z.string(), lastSeenWallMs: z.number() })),
})
export type Machine = z.infer<typeof machinesSchema>['machines'][number]
export const doneSchema = z.object({ done: z.literal(true) })
export const drainSchema = z.object({ draining: z.boolean() })

const phraseSchema = z.object({
  name: z.string(),
  language: z.string(),
  text: z.string(),
  durationMs: z.number(),
  source: z.string(),
  generation: z.number(),
  bytes: z.number(),
  version: z.number(),
})
export const phraseListSchema = z.object({ phrases: z.array(phraseSchema) })
export const voiceSchema = z.object({
  voice: z.string(),
  onAir: z.boolean(),
  phase: z.enum(['off', 'speaking', 'paused', 'done']),
  phrases: z.number(),
  done: z.number(),
  cost: z.string(),
})
const deskEntry = z.object({
  name: z.string(),
  /** In the language asked for, or where it has none in the one that the bot speaks. */
  label: z.string(),
})
export const deskQuery = z.object({
  lang: z
    .string()
    .regex(/^[a-z]{2}$/)
    .optional(),
})
export const deskSchema = z.object({
  generation: z.number(),
  topics: z.array(
    deskEntry.extend({ key: z.string(), symptoms: z.array(deskEntry.extend({ key: z.string() })) }),
  ),
  steps: z.array(deskEntry),
  /** Facts about a caller that the technician should know. */
  notes: z.array(deskEntry),
})
export type DeskInfo = z.infer<typeof deskSchema>
/** A sentence of a caller, as an operator types it. */
export const tryBody = z.object({
  text: z.string().trim().min(1).max(500),
  language: z
    .string()
    .regex(/^[a-z]{2}$/)
    .optional(),
  /** With what the draft changes. */
  draft: z.boolean().default(false),
})
/** What the desk makes of it at each question. */
export const triedSchema = z.object({
  tries: z.array(
    z.object({
      question: z.string(),
      asks: z.string(),
      understood: z.record(z.string(), z.string()),
      says: z.string(),
      next: z.string().nullable(),
      why: z.array(z.object({ rule: z.string(), words: z.string() })),
      reader: z.string().nullable(),
    }),
  ),
})
export type Tries = z.infer<typeof triedSchema>['tries']
export const deskChangedSchema = z.object({ generation: z.number(), topics: z.number(), steps: z.number() })
export const changedSchema = z.object({ generation: z.number(), phrases: z.number() })

const hoursValue = z.object({ value: z.string(), setting: z.string(), source: z.enum(['site', 'settings']) })
export const hoursSchema = z.object({
  hours: hoursValue,
  exceptions: hoursValue,
  message: hoursValue,
  until: hoursValue,
  version: z.number(),
  isOpen: z.boolean(),
  decides: z.boolean(),
  sentence: z.string(),
  isMessageOn: z.boolean(),
  language: z.string(),
})

// ---- requests

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
export const language = z.enum(languages)
/** Text to be spoken, of a phrase or from an operator: a few sentences at most, without control characters. */
const spoken = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}]*$/u, 'contains control characters')
/** `welcome`, `number-06`, and `ok.2` for the second variant. */
const phraseName = '[a-z0-9][A-Za-z0-9_-]{0,63}(\\.[1-9]\\d?)?'

export const callParam = z.object({ id: z.string().regex(uuidPattern, 'is not a call id') })
export const sayBody = z.object({ text: spoken })
export const phraseParam = z.object({
  name: z.string().regex(new RegExp(`^${phraseName}$`), 'is not a phrase name'),
})
export const phraseWavParam = z.object({
  name: z.string().regex(new RegExp(`^${phraseName}\\.wav$`), 'is not a phrase name followed by .wav'),
})
export const phraseQuery = z.object({ language: language.default('fr') })
/** The `version` of the phrase that the change is based on; without it the change is made in any case. */
const version = wholeNumber(0).optional()
export const phraseBody = z.object({ text: spoken, language: language.default('fr'), version })
/** What is null is as in the settings, what is missing stays as it is. The server reads the texts. */
export const hoursBody = z.strictObject({
  hours: z.string().max(1_000).nullish(),
  exceptions: z.string().max(4_000).nullish(),
  message: z.string().max(1_000).nullish(),
  until: z.string().max(40).nullish(),
  version,
})
export const previewBody = z.object({ text: spoken, language: language.default('fr') })
export const soundQuery = z.object({ language: language.default('fr'), version })
export const historyQuery = z.object({ limit: wholeNumber(1, 200).default(50) })
export const generationParam = z.object({ generation: wholeNumber(1) })
const nullableText = z.string().nullable()
export const historySchema = z.object({
  changes: z.array(
    z.object({
      generation: z.number(),
      at: z.string(),
      by: z.string(),
      action: z.enum(['text', 'sound', 'reset', 'document', 'undo', 'import', 'repair', 'draft']),
      undoes: z.number().nullable(),
      canUndo: z.boolean(),
      items: z.array(
        z.object({
          id: z.string(),
          before: nullableText,
          after: nullableText,
          soundBefore: nullableText,
          soundAfter: nullableText,
        }),
      ),
      more: z.number(),
    }),
  ),
})
