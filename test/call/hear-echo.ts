// Plays the echo set to a detector as a call does, and counts: whom the agent's own voice interrupted, and which callers
// did not.

import type { EchoCanceller } from '../../src/audio/echo-canceller.ts'
import { type VoiceDetector, VoiceWatch } from '../../src/call/sound/voice-watch.ts'
import { Yielding } from '../../src/call/sound/yielding.ts'
import type { EchoItem } from './echo-set.ts'

export type EchoResult = {
  row: string
  items: number
  /** The agent's own voice interrupted him: with nobody else on the line, and before the caller spoke. */
  false: number
  early: number
  /** With nobody else on the line: how often his own voice made the agent wait for a moment. */
  held: number
  /** Callers who did not interrupt him until 300 ms after their last sound. */
  missed: number
  /** From the caller's first sound to the interruption, in ms. */
  delaysMs: number[]
  /** By how much the echo was lowered from second 3 on, in dB; items without a caller. */
  lossDb: number[]
}

/** What hears one item: `judge` takes a frame of each side and says whether the caller's voice is confirmed now. */
export type EchoEar = {
  /** @param near undefined for a frame that never came @returns what the detector got */
  hear(near: Int16Array | undefined, far: Int16Array, atMs: number): Int16Array | undefined
  /** Whether voice has interrupted the agent by now. */
  readonly hasCut: boolean
  /** Whether voice has made the agent wait by now. */
  readonly hasHeld?: boolean
}

/** An interruption within this time of the caller's first sound has another cause. */
const soonestMs = 120
const lateMs = 300

export function hearEcho(
  items: Iterable<EchoItem>,
  open: () => EchoEar,
  confirmMs: number,
  onItem?: (item: EchoItem, cutMs: number | undefined) => void,
): EchoResult[] {
  const results = new Map<string, EchoResult>()
  for (const item of items) {
    const result = results.get(item.row) ?? {
      ...{ row: item.row, items: 0, false: 0, early: 0, held: 0, missed: 0 },
      ...{ delaysMs: [], lossDb: [] },
    }
    results.set(item.row, result)
    result.items++
    const ear = open()
    const { cutMs, lossDb } = hearOne(item, ear)
    if (item.speech === undefined && ear.hasHeld) result.held++
    if (lossDb !== undefined) result.lossDb.push(lossDb)
    onItem?.(item, cutMs)
    if (item.speech === undefined) {
      if (cutMs !== undefined) result.false++
    } else if (cutMs === undefined || cutMs > item.speech.toMs + lateMs) result.missed++
    else if (cutMs < item.speech.fromMs + confirmMs - soonestMs) result.early++
    else result.delaysMs.push(cutMs - item.speech.fromMs)
  }
  return [...results.values()]
}

function hearOne(item: EchoItem, ear: EchoEar) {
  let cutMs: number | undefined
  let [before, after] = [0, 0]
  for (let at = 0; at + 160 <= item.near.length; at += 160) {
    const near = item.near.subarray(at, at + 160)
    const frame = at / 160
    const out = ear.hear(item.lost.has(frame) ? undefined : near, item.far.subarray(at, at + 160), frame * 20)
    if (ear.hasCut) cutMs ??= (frame + 1) * 20
    if (at < 3 * 8_000 || item.speech !== undefined || out === undefined) continue
    for (let i = 0; i < 160; i++) {
      before += near[i]! ** 2
      after += out[i]! ** 2
    }
  }
  return { cutMs, lossDb: item.speech ? undefined : 10 * Math.log10((before + 1) / (after + 1)) }
}

/** The detector alone, as before there was a canceller. */
export function plainEar(detector: VoiceDetector, confirmMs: number): EchoEar {
  let sinceMs: number | undefined
  let hasCut = false
  const silence = new Int16Array(160)
  return {
    hear(near, _far, atMs) {
      const speech = detector.push(near ?? silence, true) === 'speech'
      if (!speech) sinceMs = undefined
      else sinceMs ??= atMs + 20 - detector.speechMs
      if (sinceMs !== undefined && atMs + 20 - sinceMs >= confirmMs) hasCut = true
      return near
    },
    get hasCut() {
      return hasCut
    },
  }
}

/** One line for each row, for the tables of docs/figures.md. */
export function printed({ row, items, delaysMs, lossDb, ...counts }: EchoResult): string {
  const delays = [...delaysMs].sort((a, b) => a - b)
  const middle = (numbers: number[]) => numbers[numbers.length >> 1]
  const losses = [...lossDb].sort((a, b) => a - b)
  const loss =
    losses.length === 0 ? '' : `, loss ${middle(losses)!.toFixed(0)} dB, least ${losses[0]!.toFixed(0)}`
  const delay = delays.length === 0 ? '' : `, delay p50 ${Math.round(middle(delays)!)} ms`
  return `${row}: of ${items} false ${counts.false}, held ${counts.held}, early ${counts.early}, missed ${counts.missed}${delay}${loss}`
}

/**
 * The call's own way to the detector: canceller, if there is one, and `VoiceWatch`, with the agent speaking all the time.
 */
export function cancelledEar(
  canceller: EchoCanceller | undefined,
  detector: VoiceDetector,
  confirmMs: number,
): EchoEar {
  let hasCut = false
  let hasHeld = false
  let nowMs = 0
  const yielding = new Yielding()
  const watch = new VoiceWatch(
    { now: () => nowMs },
    detector,
    confirmMs,
    (edge) => {
      if (edge.kind === 'confirmed') hasCut = true
    },
    canceller && { canceller, onEcho() {} },
    (onsetMs) => {
      hasHeld ||= yielding.follow(onsetMs, nowMs) === 'held'
    },
  )
  return {
    hear(near, far, atMs) {
      nowMs = atMs + 20
      canceller?.sent(far)
      const heard = near && watch.frame(near, true)
      if (watch.isMissing(nowMs)) watch.missing(true, nowMs)
      return heard
    },
    get hasHeld() {
      return hasHeld
    },
    get hasCut() {
      return hasCut
    },
  }
}
