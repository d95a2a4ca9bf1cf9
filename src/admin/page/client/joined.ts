// Two parts of a call as one sound: the one that a machine recorded until it died, and the one of the next machine.

import { writeWav } from '../../../audio/wav.ts'
import { type Found, isSame, type Parts, type Playable } from './found.ts'

const rateHz = 8_000
/** Further apart they are heard one by one: the caller was with people in between. */
const togetherMs = 60_000

/** The part right before this one, if it can be heard together with it. */
export function partBefore(found: Playable, { parts }: Pick<Parts, 'parts'>): Found | undefined {
  const at = parts.findIndex((part) => isSame(part, found))
  const before = parts[at - 1]
  if (before === undefined || before.audio === 'none' || before.record.endedAt === null) return undefined
  const gapMs = Date.parse(found.record.startedAt) - Date.parse(before.record.endedAt)
  return gapMs <= togetherMs ? before : undefined
}

/** Decoded sound of a part: both sides at 8 kHz. */
export type Sound = { left: Float32Array; right: Float32Array }

/** Two parts as one sound, with silence between them. @param laterMs when the second began, after the first one */
export function joined(first: Sound, second: Sound, laterMs: number): Sound {
  const at = Math.max(0, Math.round((laterMs * rateHz) / 1_000))
  const join = (a: Float32Array, b: Float32Array) => {
    const both = new Float32Array(at + b.length)
    // The clocks of two machines differ, so the first part may seem to end after the second has begun.
    both.set(a.subarray(0, at))
    both.set(b, at)
    return both
  }
  return { left: join(first.left, second.left), right: join(first.right, second.right) }
}

/** For an `<audio>` element. */
export function wavOf({ left, right }: Sound): Blob {
  const samples = new Int16Array(left.length * 2)
  for (let i = 0; i < left.length; i++) {
    samples[i * 2] = left[i]! * 32_767
    samples[i * 2 + 1] = right[i]! * 32_767
  }
  return new Blob([writeWav(samples, { rateHz, channels: 2 })], { type: 'audio/wav' })
}
