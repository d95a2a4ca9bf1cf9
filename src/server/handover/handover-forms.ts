// The forms of what machines tell each other of their calls, and keep in Redis for each other. Readers ignore fields
// that they do not know, so that two versions work side by side.

import { z } from 'zod'
import type { AnnouncedCall } from '../../calls/call-start.ts'
import { recordingChoices } from '../../desk/types.ts'
import { knownSchema } from '../../dialogue/checkpoint.ts'

/** The nonce tells two announcements of one UUID apart: each is good for one call on one machine. */
export type NumberedCall = AnnouncedCall & { nonce?: string }

const aboutSchema = z.object({
  language: z.string().optional(),
  desk: z.string().optional(),
  dialled: z.string().optional(),
  callerNumber: z.string().optional(),
  callerName: z.string().optional(),
  nonce: z.string().optional(),
})
/** What one machine tells the others. */
export const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('announced'), callId: z.string(), about: aboutSchema }),
  z.object({ kind: z.literal('taken'), callId: z.string() }),
  z.object({
    kind: z.literal('returns'),
    callId: z.string(),
    why: z.enum(['queue', 'lost']),
    about: aboutSchema,
  }),
])
/** A call that waits for people, as the machine needs it to which it comes back. `machine`: where its recording is. */
export const endedSchema = z.object({
  known: knownSchema,
  language: z.string(),
  choice: z.enum(recordingChoices).nullable(),
  noticeHeard: z.boolean(),
  machine: z.string().optional(),
})
/** Where a conversation is (dialogue/checkpoint.ts), what the call began with, and which machine records it. */
export const keptSchema = z.object({
  checkpoint: z.unknown(),
  about: aboutSchema,
  machine: z.string().optional(),
})
/** A line of the transcript. */
export const wordSchema = z.object({
  who: z.enum(['caller', 'agent']),
  text: z.string(),
  wallMs: z.number(),
  cut: z.boolean(),
})
