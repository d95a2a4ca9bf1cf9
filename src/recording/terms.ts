// How long each part of a recording is kept, and what is left of a record when its transcript is over: the only place
// that decides either. retention.ts carries it out.

import type { CallRecord } from './files.ts'

/** Days since the call began. The audio goes first, then the transcript with name and numbers, then the statistics. */
export type Terms = { audioDays: number; transcriptDays: number; statisticsDays: number }

/**
 * The terms from the settings.
 *
 * @param given `TRANSCRIPTS_DAYS` 0 keeps transcripts as long as the audio, `STATISTICS_DAYS` 0 keeps no statistics
 */
export function termsOf(given: {
  RECORDINGS_DAYS: number
  TRANSCRIPTS_DAYS: number
  STATISTICS_DAYS: number
}): Terms {
  const audioDays = given.RECORDINGS_DAYS
  // Audio outlives no transcript: an erasure finds the caller's audio by the transcript and the numbers.
  const transcriptDays = Math.max(audioDays, given.TRANSCRIPTS_DAYS)
  const statisticsDays = given.STATISTICS_DAYS > transcriptDays ? given.STATISTICS_DAYS : 0
  return { audioDays, transcriptDays, statisticsDays }
}

/** Days after which nothing of a call is left. */
export const lastDay = ({ transcriptDays, statisticsDays }: Terms): number =>
  Math.max(transcriptDays, statisticsDays)

const hourMs = 3_600_000

/**
 * What may stay when the transcript's term is over: how the call went, without a word, a name, a number, or an id that
 * Asterisk's call records know. The time is cut to the hour, because the exact time would lead back to the caller too.
 *
 * @param id a new random one
 */
export function statisticsOf(record: CallRecord, id: string): CallRecord {
  const {
    version,
    language,
    languages,
    outcome,
    reason,
    topic,
    callBack,
    adapters,
    states,
    latencies,
    held,
  } = record
  const startedMs = Math.floor(Date.parse(record.startedAt) / hourMs) * hourMs
  const startedAt = new Date(startedMs).toISOString()
  return {
    ...{ version, id, callId: id, startedAt, durationMs: record.durationMs, stage: 'statistics' },
    endedAt: record.durationMs === null ? null : new Date(startedMs + record.durationMs).toISOString(),
    ...{
      language,
      languages,
      outcome,
      reason,
      phone: null,
      numbers: [],
      name: null,
      topic,
      callBack,
      adapters,
    },
    ...{ states, transcript: [], notUnderstood: [], latencies, held, recording: record.recording },
    audio: {
      rateHz: 8_000,
      samples: record.audio.samples,
      gaps: [],
      pauses: [],
      stopped: record.audio.stopped,
    },
  }
}
