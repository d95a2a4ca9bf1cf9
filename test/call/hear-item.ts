// Runs the labelled set through a detector as a call does: speech that lasts `confirmMs` interrupts the agent.

import { frameMs, frameSamples } from '../../src/audio/pcm.ts'
import type { VoiceDetector } from '../../src/call/sound/voice-watch.ts'
import type { Item } from './bargein-set.ts'

export type Row = {
  row: string
  items: number
  /** Interruptions before the caller had spoken that long: caused by something else. */
  early: number
  /** Callers who stopped without having interrupted the agent. */
  missed: number
  /** Items without a caller in which the agent was interrupted. */
  false: number
  /** Times from the caller's first sound to the interruption, in ms. */
  delaysMs: number[]
}

/** An interruption within this time cannot be caused by the caller's first sounds. */
const soonestMs = 120

/** When the agent would be interrupted, in ms from the start of the item; undefined for never. */
export function cutAtMs(item: Item, detector: VoiceDetector, confirmMs: number): number | undefined {
  let sinceMs: number | undefined
  for (let at = 0; at + frameSamples <= item.samples.length; at += frameSamples) {
    const endMs = (at / frameSamples + 1) * frameMs
    const speech = detector.push(item.samples.subarray(at, at + frameSamples), true) === 'speech'
    if (!speech) sinceMs = undefined
    else sinceMs ??= endMs - detector.speechMs
    if (sinceMs !== undefined && endMs - sinceMs >= confirmMs) return endMs
  }
  return undefined
}

/** The results of all items, one row for each row of the set, in its order. */
export function hearSet(items: Iterable<Item>, create: () => VoiceDetector, confirmMs: number): Row[] {
  const rows = new Map<string, Row>()
  for (const item of items) {
    const row = rows.get(item.row) ?? { row: item.row, items: 0, early: 0, missed: 0, false: 0, delaysMs: [] }
    rows.set(item.row, row)
    row.items++
    const cutMs = cutAtMs(item, create(), confirmMs)
    if (item.speech === undefined) {
      if (cutMs !== undefined) row.false++
    } else if (cutMs === undefined || cutMs > item.speech.toMs) row.missed++
    else if (cutMs < item.speech.fromMs + confirmMs - soonestMs) row.early++
    else row.delaysMs.push(cutMs - item.speech.fromMs)
  }
  return [...rows.values()]
}
