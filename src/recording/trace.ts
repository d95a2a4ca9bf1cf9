// What took its time in a recorded call, from its record: who spoke when, where the caller waited and for which part of
// the program, and what failed. Pure, and used in the browser.

import type { CallRecord } from './files.ts'

export const traceRows = ['caller', 'agent', 'recogniser', 'model', 'voice', 'trouble'] as const
export type TraceRow = (typeof traceRows)[number]

/** @property kind what a `trouble` is, for the page's words; the text of a line otherwise */
export type TracePart = { row: TraceRow; fromMs: number; toMs: number; kind: string }

/** Waits of one turn in ms, by who was waited for. @property atMs when the caller had stopped speaking */
export type TraceTurn = { atMs: number; waitMs: number; recogniser: number; model: number; voice: number }

export type Trace = { durationMs: number; parts: TracePart[]; turns: TraceTurn[] }

/** A letter takes so long to say: the record has the beginning of a line and not its end. */
const letterMs = 65
/** The reply's first frame and its line's beginning are one moment, measured twice. */
const sameMs = 60

type RecordPart = Pick<CallRecord, 'transcript' | 'latencies' | 'audio' | 'durationMs' | 'outcome' | 'reason'>

export function traceOf(whole: RecordPart): Trace {
  // Lines of a part of the call that another machine recorded have times before this one began.
  const record = { ...whole, transcript: whole.transcript.filter(({ atMs }) => atMs >= 0) }
  const { transcript, audio } = record
  const last = transcript.at(-1)
  const durationMs = record.durationMs ?? (last ? last.atMs + last.text.length * letterMs : 0)
  const turns = turnsOf(record)
  const parts: TracePart[] = [...speech(record, turns, durationMs), ...turns.flatMap(waits)]
  const trouble = (kind: string, fromMs: number, toMs = fromMs) =>
    parts.push({ row: 'trouble', kind, fromMs, toMs })
  for (const { fromMs, toMs } of audio.gaps) trouble('gap', fromMs, toMs)
  for (const { fromMs, toMs } of audio.pauses) trouble('pause', fromMs, toMs)
  if (audio.stopped) trouble('stopped', audio.stopped.atMs, durationMs)
  for (const { who, cut, atMs } of transcript) if (who === 'agent' && cut) trouble('interrupted', atMs)
  for (const { atMs, waitMs } of turns) if (waitMs > slowMs) trouble('slow', atMs, atMs + waitMs)
  if (record.outcome === 'error' || record.outcome === 'lost') trouble(record.outcome, durationMs)
  return { durationMs, parts, turns }
}

/** Callers notice a longer wait; the page's alert threshold for one reply. */
export const slowMs = 1_000

/**
 * A turn's place in the call. Its latencies say how long after the end of speech the turn was over, which is when the
 * caller's line begins in the transcript, and when the reply's first frame left, which is when the agent's begins.
 */
function turnsOf({ latencies, transcript }: RecordPart): TraceTurn[] {
  const turns: TraceTurn[] = []
  let from = 0
  for (const latency of latencies) {
    const { endpointing, firstFrame, firstToken, firstSentence } = latency
    if (endpointing === undefined || firstFrame === undefined) continue
    const isTurn = ({ who, atMs }: RecordPart['transcript'][number], at: number) =>
      at >= from &&
      who === 'caller' &&
      transcript.some(
        (reply) =>
          reply.who === 'agent' && Math.abs(reply.atMs - (atMs - endpointing + firstFrame)) <= sameMs,
      )
    const at = transcript.findIndex(isTurn)
    if (at < 0) continue
    from = at + 1
    const thought = Math.max(endpointing, firstSentence ?? firstToken ?? endpointing)
    turns.push({
      ...{ atMs: transcript[at]!.atMs - endpointing, waitMs: firstFrame, recogniser: endpointing },
      ...{ model: thought - endpointing, voice: Math.max(0, firstFrame - thought) },
    })
  }
  return turns
}

function waits({ atMs, recogniser, model, voice }: TraceTurn): TracePart[] {
  const ends = [atMs, atMs + recogniser, atMs + recogniser + model, atMs + recogniser + model + voice]
  return (['recogniser', 'model', 'voice'] as const)
    .map((row, i) => ({ row, fromMs: ends[i]!, toMs: ends[i + 1]!, kind: '' }))
    .filter(({ fromMs, toMs }) => toMs > fromMs)
}

function speech({ transcript }: RecordPart, turns: readonly TraceTurn[], durationMs: number): TracePart[] {
  return transcript.map(({ who, text, atMs }, at) => {
    const lengthMs = text.length * letterMs
    if (who === 'agent') {
      const nextMs = transcript.slice(at + 1).find((line) => line.who === 'agent')?.atMs ?? durationMs
      return { row: who, kind: text, fromMs: atMs, toMs: Math.max(atMs, Math.min(atMs + lengthMs, nextMs)) }
    }
    // A caller's line is written when the turn is over.
    const endMs = turns.findLast((turn) => turn.atMs + turn.recogniser === atMs)?.atMs ?? atMs
    return { row: who, kind: text, fromMs: Math.max(0, endMs - lengthMs), toMs: endMs }
  })
}
