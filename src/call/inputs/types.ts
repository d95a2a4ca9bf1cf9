// The inputs of a call: everything that comes from outside and that the call depends on, so that it can be played again
// (rehearsal/). A file of them has one JSON object a line: first the settings, then each input at its time.

import { z } from 'zod'
import { keys } from '../../base/keys.ts'
import { recordingChoices } from '../../desk/types.ts'
import { knownSchema, readCheckpoint } from '../../dialogue/checkpoint.ts'

/** Grows when older files can no longer be played. */
export const inputsVersion = 1

/** Milliseconds since the call began, with thousandths. */
const ms = z.number()
const count = z.number().int().min(0)
const text = z.string()
/** Which line of the agent: its turn and its place in the reply; -1 for the line that bridges a wait. */
const ofLine = { turn: count, index: z.number().int().min(-1) }
/** The letters of the line's text that were heard, from and to. */
const heard = z.tuple([count, count])

const opening = z.object({
  inDays: z.number(),
  weekday: z.number(),
  day: z.number(),
  month: z.number(),
  minute: z.number(),
})

const words = z.array(z.object({ who: z.enum(['caller', 'agent']), text, atMs: ms, cut: z.boolean() }))

const earlier = z.object({
  known: knownSchema,
  choice: z.enum(recordingChoices).nullable(),
  noticeHeard: z.boolean(),
  checkpoint: z
    .unknown()
    .optional()
    .transform((json) => (json === undefined ? undefined : readCheckpoint(json))),
  words: words.optional(),
})

/** What a call began with, beside desk and phrases, which are those of today when it is played again. */
export const callSettings = z.object({
  kind: z.literal('settings'),
  version: z.literal(inputsVersion),
  language: text,
  /** The languages that the call can be in, that of the desk first. `message`: the message of the day. */
  offered: z.array(z.object({ language: text, hasModel: z.boolean(), message: text.nullable() })),
  hearsWords: z.boolean(),
  /** The caller's line, as the record has it; null when it is withheld. */
  callerNumber: text.nullable().default(null),
  /** The line that opened the call in place of `welcome`. */
  greeting: text.nullable().default(null),
  policy: z.enum(['off', 'notice', 'consent']),
  pausesForNumbers: z.boolean(),
  maxCallMs: ms,
  fillAfterMs: ms,
  resumed: earlier.optional(),
})
export type CallSettings = z.infer<typeof callSettings>

/** `n`: which request to the language model, or to the technicians, of this call; the first is 1. */
export const callInput = z.discriminatedUnion('kind', [
  z.object({ at: ms, kind: z.literal('speech'), atMs: ms }),
  z.object({ at: ms, kind: z.literal('silence'), atMs: ms }),
  z.object({ at: ms, kind: z.literal('confirmed') }),
  z.object({ at: ms, kind: z.literal('transcript'), text, isFinal: z.boolean() }),
  z.object({ at: ms, kind: z.literal('eager'), text }),
  z.object({ at: ms, kind: z.literal('turnResumed') }),
  z.object({ at: ms, kind: z.literal('verdict') }),
  z.object({ at: ms, kind: z.literal('recogniser'), late: z.boolean() }),
  /** The recogniser of a language that was changed to failed for good. */
  z.object({ at: ms, kind: z.literal('unheard') }),
  z.object({ at: ms, kind: z.literal('key'), key: z.enum(keys) }),
  z.object({ at: ms, kind: z.literal('typed'), text }),
  z.object({ at: ms, kind: z.literal('operator'), wants: z.enum(['transfer', 'goodbye']) }),
  z.object({ at: ms, kind: z.literal('says'), text }),
  z.object({ at: ms, kind: z.literal('hint'), text }),
  /** A supervisor takes the call over, and gives it back. */
  z.object({ at: ms, kind: z.literal('takeOver') }),
  z.object({ at: ms, kind: z.literal('handBack'), lost: z.boolean() }),
  /** A line of the agent left the loudspeaker's queue: begun, played to its end, or how it ended otherwise. */
  z.object({ at: ms, kind: z.literal('lineBegun'), ...ofLine }),
  z.object({ at: ms, kind: z.literal('lineEnded'), ...ofLine, heard: heard.optional() }),
  z.object({ at: ms, kind: z.literal('lineCut'), ...ofLine, heard }),
  z.object({ at: ms, kind: z.literal('lineFailed'), ...ofLine, heard }),
  z.object({ at: ms, kind: z.literal('lineLeftOut'), ...ofLine, heard }),
  /** Dropped before any of it was heard. */
  z.object({ at: ms, kind: z.literal('lineUnheard'), ...ofLine }),
  z.object({ at: ms, kind: z.literal('modelAsked'), n: count }),
  z.object({ at: ms, kind: z.literal('model'), n: count, text }),
  z.object({ at: ms, kind: z.literal('modelSign'), n: count, sign: z.enum(['thinking', 'truncated']) }),
  z.object({ at: ms, kind: z.literal('modelEnded'), n: count }),
  z.object({ at: ms, kind: z.literal('modelFailed'), n: count, code: text }),
  z.object({ at: ms, kind: z.literal('technicianAsked'), n: count }),
  z.object({
    ...{ at: ms, kind: z.literal('technician'), n: count },
    ...{ available: z.boolean(), opens: opening.optional() },
  }),
  z.object({ at: ms, kind: z.literal('technicianFailed'), n: count }),
  /** What the operator's system knew of the caller. */
  z.object({
    ...{ at: ms, kind: z.literal('customer'), name: text.nullable(), contract: text.nullable() },
    vulnerable: z.boolean(),
    incident: z.object({ topic: text.nullable(), until: opening.nullable() }).nullable(),
  }),
  /** A timer of the call ran, which was due at `due`. */
  z.object({ at: ms, kind: z.literal('timer'), due: ms }),
  z.object({ at: ms, kind: z.literal('taken') }),
  z.object({ at: ms, kind: z.literal('defect') }),
  z.object({ at: ms, kind: z.literal('closed'), reason: text }),
  /** Nothing is kept from here on: a telephone number is given that the record shall not hold, or it is too much. */
  z.object({ at: ms, kind: z.literal('rest'), why: z.enum(['hidden', 'long']) }),
])
export type CallInput = z.infer<typeof callInput>
