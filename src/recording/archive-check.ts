// Checks that an MP3 holds what was recorded: the same length, and the same level in every second of each side. MP3
// changes every sample, so only levels can be compared; they show a second that moved, fell silent or changed sides.

import { levelDb } from '../audio/pcm.ts'

/** slin8 of one side; undefined when its file is already gone. */
export type Side = Int16Array | undefined

const windowSamples = 8_000
/** One granule set of 8 kHz MP3: 576 samples, 72 ms. */
const lengthSlack = 576
/** MP3 at 16 kbit/s a side changed no second of speech or noise by 1 dB; a lost word changes it by 6 or more. */
const levelSlackDb = 3
/** Below this the encoder may produce silence. */
const quietDb = -55
/** A codec spreads a loud, clipped second into the silence beside it, up to −50 dB as measured; that is no fault. */
const spreadDb = -40

/**
 * @param both decoded, interleaved: the caller's samples, then the agent's
 * @returns the fault; undefined when there is none
 */
export function compareSides(both: Int16Array, caller: Side, agent: Side): string | undefined {
  const length = Math.max(caller?.length ?? 0, agent?.length ?? 0)
  const decoded = both.length / 2
  if (Math.abs(decoded - length) > lengthSlack) {
    return `${Math.round(decoded / 8)} ms instead of ${Math.round(length / 8)}`
  }
  return compareSide('caller', both, 0, caller) ?? compareSide('agent', both, 1, agent)
}

function compareSide(name: string, both: Int16Array, offset: number, side: Side): string | undefined {
  if (side === undefined) return undefined
  const window = new Int16Array(windowSamples)
  for (let at = 0; at < side.length; at += windowSamples) {
    const length = Math.min(windowSamples, side.length - at)
    for (let i = 0; i < length; i++) window[i] = both[2 * (at + i) + offset] ?? 0
    const wantedDb = levelDb(side.subarray(at, at + length))
    const foundDb = levelDb(window.subarray(0, length))
    const isLost = wantedDb >= quietDb && foundDb < wantedDb - levelSlackDb
    const isAdded = foundDb > Math.max(wantedDb + levelSlackDb, spreadDb)
    // A last piece may be so short that the codec's spread decides its level.
    if ((isLost || isAdded) && length >= lengthSlack) {
      return `${name} at ${at / 8} ms is ${foundDb.toFixed(1)} dB instead of ${wantedDb.toFixed(1)}`
    }
  }
  return undefined
}
