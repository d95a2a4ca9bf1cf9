// Runs the labelled barge-in set through detector, voice watch and playout as a call does, while the agent speaks: when
// his voice is 12 dB lower, when it is silent, and whether it comes back when it was nothing.

import { frameMs, frameSamples } from '../../src/audio/pcm.ts'
import { Playout } from '../../src/call/sound/playout.ts'
import { type VoiceDetector, VoiceWatch } from '../../src/call/sound/voice-watch.ts'
import { Fader, Yielding } from '../../src/call/sound/yielding.ts'
import type { Item } from './bargein-set.ts'

export type Yielded = {
  row: string
  /** Whether a caller speaks. */
  isSpeech: boolean
  /** From the caller's first sound to the end of the frame with which it is so; undefined for never. */
  lowMs: number | undefined
  silentMs: number | undefined
  /** Frames of the item that were silent. */
  silentFrames: number
  /** Whether each sample of the agent that left at all left once and in order, fades aside. */
  isExact: boolean
}

const loud = 8_000
/** The tick sends a frame up to this long after the caller's frame was judged. */
const tickMs = frameMs

/** @param confirmMs the voice that interrupts; nothing of the agent is looked at afterwards */
export function yieldOf(item: Item, detector: VoiceDetector, confirmMs: number): Yielded {
  const yielding = new Yielding()
  const fader = new Fader()
  const playout = new Playout({ trackBegun() {}, trackEnded() {} }, { capacityFrames: 1e6 })
  playout.begin(1)
  playout.push(1, new Int16Array(item.samples.length + frameSamples).fill(loud))
  playout.end(1)
  let nowMs = 0
  let hasCut = false
  const watch = new VoiceWatch(
    { now: () => nowMs },
    detector,
    confirmMs,
    (edge) => {
      hasCut ||= edge.kind === 'confirmed'
    },
    undefined,
    (onsetMs) => {
      const loudness = yielding.follow(onsetMs, nowMs)
      fader.isLow = loudness !== 'full'
      playout.hold(loudness === 'held')
    },
  )
  const fromMs = item.speech?.fromMs ?? 0
  const result: Yielded = {
    ...{ row: item.row, isSpeech: item.speech !== undefined },
    ...{ lowMs: undefined, silentMs: undefined, silentFrames: 0, isExact: true },
  }
  const frame = new Int16Array(frameSamples)
  let left = 0
  for (let at = 0; at + frameSamples <= item.samples.length && !hasCut; at += frameSamples) {
    nowMs += frameMs
    watch.frame(item.samples.subarray(at, at + frameSamples), true)
    const isSound = playout.next(frame)
    if (isSound) fader.apply(frame)
    else result.silentFrames++
    // The frame that fades out is played again.
    if (isSound && frame[frameSamples - 1] !== 0) left += frameSamples
    if (playout.heard(1)!.playedSamples !== left) result.isExact = false
    const afterMs = nowMs + tickMs - fromMs
    if (!isSound || Math.abs(frame[frameSamples - 1]!) <= loud / 4) result.lowMs ??= afterMs
    if (!isSound || frame[frameSamples - 1] === 0) result.silentMs ??= afterMs
  }
  return result
}

/** @param share 0.5 for the middle */
export function at(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}
