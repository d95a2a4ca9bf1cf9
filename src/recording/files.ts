// The files of a recording and the schema of its JSON. One call is `<day>/<id>.caller.raw`, `<day>/<id>.agent.raw`
// (slin8, equally long, first sample at the same moment) and `<day>/<id>.json`; the archive turns the two RAW files
// into `<day>/<id>.mp3`. `<day>/<id>.inputs.jsonl` is what the call can be played again from. recorder.ts writes
// recordings, library.ts finds them.

import { join, resolve, sep } from 'node:path'
import { z } from 'zod'

/** The call's UUID; with `-2` to `-9` when the same call came back from a queue. */
export const recordingIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-[2-9])?$/
export const dayPattern = /^\d{4}-\d{2}-\d{2}$/

const atMs = z.number()

/** What the caller was told of the recording and chose. */
export const consentSchema = z.object({
  policy: z.enum(['off', 'notice', 'consent']),
  choice: z.enum(['objected', 'agreed', 'declined']).nullable(),
  /** When the caller chose; 0 when it was in an earlier part of the call. */
  atMs: atMs.nullable(),
  /** When the notice had been played to its end; 0 when in an earlier part. */
  noticeAtMs: atMs.nullable(),
})

/** A turn of the caller's that the desk could not use. */
export const notUnderstoodSchema = z.object({
  /** The question that was open, such as `symptom`. */
  question: z.string(),
  /** The topic, as far as it was known. */
  topic: z.string().nullable(),
  /** Of the call at that moment. */
  language: z.string(),
  /** As in the transcript; '' for speech in which no words were recognised. */
  text: z.string(),
  /** When the caller began to speak. */
  atMs,
})

/** What happened in a call, from the session; every time is in milliseconds since the call began. */
export const callDetailsSchema = z.object({
  /** In which the call began. */
  language: z.string().default('fr'),
  /** The languages that the call was in, and since when; empty in records of older versions. */
  languages: z.array(z.object({ language: z.string(), atMs })).default([]),
  /** Name of the desk; missing in records of older versions. */
  desk: z.string().optional(),
  /** The number that the caller dialled, when the dialplan told it. */
  dialled: z.string().nullish(),
  /** The caller's line, in national form or with 00 and the country; null when it is withheld or not known. */
  callerNumber: z.string().nullish(),
  /** The name that the network shows for that line. */
  callerName: z.string().nullish(),
  /** What the operator's system said of that line (LOOKUP_URL), as far as it was used. */
  customer: z
    .object({
      contract: z.string().nullable(),
      vulnerable: z.boolean(),
      incident: z
        .object({
          topic: z.string().nullable(),
          until: z
            .object({
              ...{ inDays: z.number(), weekday: z.number(), day: z.number(), month: z.number() },
              minute: z.number(),
            })
            .nullable(),
        })
        .nullable(),
    })
    .nullish(),
  /** How the call ended; null while it runs. */
  outcome: z.string().nullable().default(null),
  /** Why, in the log's words: `peer closed`, `time up`. */
  reason: z.string().nullable().default(null),
  phone: z.string().nullable().default(null),
  /** Numbers the caller gave and did not take back, confirmed or not; the call can be erased by each of them. */
  numbers: z.array(z.string()).default([]),
  name: z.string().nullable().default(null),
  topic: z.string().nullable().default(null),
  /** A technician was promised to call back on `phone`. */
  callBack: z.boolean().default(false),
  adapters: z.record(z.string(), z.string()).default({}),
  states: z.array(z.object({ state: z.string(), atMs })).default([]),
  transcript: z
    .array(
      z.object({
        who: z.enum(['caller', 'agent']),
        text: z.string(),
        atMs,
        /** The caller interrupted: only part of the text was heard. */
        cut: z.boolean().optional(),
      }),
    )
    .default([]),
  /** Turns that the desk could not use, each at the question that was open; see {@link notUnderstoodSchema}. */
  notUnderstood: z.array(notUnderstoodSchema).default([]),
  /** What the caller was told of the recording and chose; null in records of older versions. */
  recording: consentSchema.nullable().default(null),
  /** How many sentences of the language model were not spoken, by reason. */
  held: z.record(z.string(), z.number()).default({}),
  /** One entry per turn, milliseconds per stage: `{ turn, endpointing, firstToken, firstFrame }`. */
  latencies: z.array(z.record(z.string(), z.number().optional())).default([]),
  /** Address of the machine of a cluster that has the recording of the call's part before this one. */
  partBefore: z.string().optional(),
})
export type CallDetails = z.infer<typeof callDetailsSchema>

/** A stretch of silence in the files, for audio that could not be written. */
export const gapSchema = z.object({ track: z.enum(['caller', 'agent']), fromMs: atMs, toMs: atMs })
export type Gap = z.infer<typeof gapSchema>

export const callRecordSchema = callDetailsSchema.extend({
  version: z.literal(1),
  /** `statistics`: the transcript's term is over, and words, name and numbers are gone (terms.ts). */
  stage: z.enum(['whole', 'statistics']).default('whole'),
  id: z.string().regex(recordingIdPattern),
  callId: z.string(),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  /** Null while the call runs, and forever when the process died during it. */
  endedAt: z.string().nullable(),
  /** The server ended during the call; the end was found at the next start (repair.ts). */
  repaired: z.boolean().optional(),
  /** The record was lost and made again from the audio: nothing says that the notice was heard (repair.ts). */
  orphan: z.boolean().optional(),
  /** Address of the machine that went on with the call when this part was lost (parts.ts). */
  partAfter: z.string().optional(),
  durationMs: z.number().nullable(),
  audio: z.object({
    rateHz: z.literal(8_000),
    /** Samples in each of the two RAW files once the call has ended. */
    samples: z.number(),
    gaps: z.array(gapSchema),
    /** Stretches in which both tracks hold silence on purpose: a telephone number was given (RECORDING_PAUSE). */
    pauses: z.array(z.object({ fromMs: atMs, toMs: atMs })).default([]),
    /**
     * Why and when recording ended before the call did. `refused` and `notAnnounced`: the audio was deleted, because
     * the caller did not want it, or did not hear the notice to its end.
     */
    stopped: z.object({ reason: z.enum(['failed', 'noSpace', 'refused', 'notAnnounced']), atMs }).nullable(),
  }),
})
export type CallRecord = z.infer<typeof callRecordSchema>

/** A recording as one machine lists it for another. */
export const listedSchema = z.object({
  key: z.number(),
  day: z.string(),
  audio: z.enum(['raw', 'mp3', 'none']),
  stage: z.enum(['whole', 'statistics', 'incomplete', 'unreadable']),
  record: callRecordSchema,
})

/** A turn that the desk could not use, as one machine lists it for another. */
export const listedTurnSchema = notUnderstoodSchema.extend({
  /** Rises with the moment of the turn. */
  key: z.number(),
  /** Of the recording. */
  id: z.string(),
  /** The turn's place among those of the recording. */
  n: z.number(),
  day: z.string(),
  startedAt: z.string(),
  audio: listedSchema.shape.audio,
})
/**
 * Whether the audio of a call may be kept: its record says that the caller agreed, or heard the notice and did not
 * object. A recorder that was killed has not deleted the audio itself. Records of versions without a notice say nothing
 * of it, and their audio stays.
 */
export function mayKeepAudio({ recording, orphan }: Pick<CallRecord, 'recording' | 'orphan'>): boolean {
  if (orphan) return false
  if (recording === null || recording.policy === 'off') return true
  if (recording.policy === 'consent') return recording.choice === 'agreed'
  return recording.choice === null && recording.noticeAtMs !== null
}

/** Audio without a record can be heard and deleted for this long after its last write, and is then deleted. */
export const orphanAudioMs = 24 * 3_600_000

export type RecordingFiles = { caller: string; agent: string; json: string; mp3: string; inputs: string }

/**
 * Paths of one recording.
 *
 * @param day `2026-11-23`
 * @returns undefined for an id or a day of another form, so that no outside text becomes a path
 */
export function recordingFiles(dir: string, day: string, id: string): RecordingFiles | undefined {
  if (!dayPattern.test(day) || !recordingIdPattern.test(id)) return undefined
  const folder = resolve(dir, day)
  const base = join(folder, id)
  if (!base.startsWith(`${resolve(dir)}${sep}`)) return undefined
  return {
    caller: `${base}.caller.raw`,
    agent: `${base}.agent.raw`,
    json: `${base}.json`,
    mp3: `${base}.mp3`,
    inputs: `${base}${inputsEnd}`,
  }
}

/** How the name of the file ends that a call can be played again from: one line of JSON an input (call/inputs/). */
export const inputsEnd = '.inputs.jsonl'

/** The file that keeps the statistics of a call when its transcript is gone. */
export const statisticsFile = (id: string): string => `${id}.statistics.json`

/** The recording that a file of a day's folder belongs to, unfinished files included; undefined for other files. */
export function idOfFile(name: string): string | undefined {
  const dot = name.indexOf('.')
  const id = dot < 0 ? '' : name.slice(0, dot)
  return recordingIdPattern.test(id) ? id : undefined
}

/** The day of a call in the operator's time zone: `2026-11-23`. */
export function recordingDay(wallMs: number, timeZone = 'Europe/Paris'): string {
  let format = dayFormats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    dayFormats.set(timeZone, format)
  }
  return format.format(wallMs)
}

const dayFormats = new Map<string, Intl.DateTimeFormat>()
