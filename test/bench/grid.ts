// How well the frames of one call keep their time: each against the absolute grid of that call, one every 20 ms. A
// server may begin to speak one frame ahead and make up for it in the next silence; the frames between are on the
// grid all the same, a place earlier. Pure.

const periodMs = 20
const toleranceMs = 5
/** Frames in a row that are late by a whole place or more: it is they that are missing, not late. */
const lateRun = 5

export type GridResult = {
  frames: number
  /** Within 5 ms of their place. */
  onGrid: number
  /** First frames of speech that left before their place, on purpose. */
  earlyOnsets: number
  /** Places that no frame came for. */
  missing: number
}

/**
 * @param atMs when frames arrived, in order; one clock
 * @param onsets whether a frame is the first of speech after silence
 */
export function gridOf(atMs: Float64Array, onsets: Uint8Array): GridResult {
  const result: GridResult = { frames: atMs.length, onGrid: 0, earlyOnsets: 0, missing: 0 }
  if (atMs.length === 0) return result
  const anchorMs = anchorOf(atMs)
  const deviations = new Float64Array(atMs.length)
  let place = Math.round((atMs[0] - anchorMs) / periodMs)
  let late = 0
  for (let i = 0; i < atMs.length; i++, place++) {
    deviations[i] = atMs[i] - (anchorMs + place * periodMs)
    late = deviations[i] > 1.5 * periodMs ? late + 1 : 0
    if (late < lateRun) continue
    const lost = Math.round(deviations[i] / periodMs)
    result.missing += lost
    place += lost
    late = 0
  }
  const level = levelOf(deviations)
  for (let i = 0; i < atMs.length; i++) {
    const deviation = deviations[i] - level
    if (Math.abs(deviation) <= toleranceMs || Math.abs(deviation + periodMs) <= toleranceMs) result.onGrid++
    else if (onsets[i] === 1 && deviation < 0 && deviation > -periodMs) result.earlyOnsets++
  }
  return result
}

/** The median phase, measured from the most frequent one, because phases are a circle. */
function anchorOf(atMs: Float64Array): number {
  const counts = new Uint32Array(periodMs)
  for (const at of atMs) counts[Math.floor(at) % periodMs]++
  const modeMs = counts.indexOf(Math.max(...counts)) + 0.5
  const phases = atMs.map((at) => wrapped(at - modeMs)).sort()
  return modeMs + phases[phases.length >> 1]
}

/** Into −10 … 10 ms. */
function wrapped(ms: number): number {
  return ms - Math.round(ms / periodMs) * periodMs
}

/** The latest place that frames keep: a call that was one ahead when the measurement began is so no longer. */
function levelOf(deviations: Float64Array): number {
  for (const level of [periodMs, 0]) {
    const near = deviations.reduce(
      (count, deviation) => count + (Math.abs(deviation - level) <= toleranceMs ? 1 : 0),
      0,
    )
    if (near >= deviations.length / 20) return level
  }
  return 0
}
