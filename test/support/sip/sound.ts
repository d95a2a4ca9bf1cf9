// Measuring sound: the strength of one frequency, and whether one recording lies within another.

/** Amplitude (0 to 32 767) of `frequencyHz` in 8 kHz samples, by Goertzel's algorithm. */
export function amplitudeAt(samples: Int16Array, frequencyHz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequencyHz) / 8_000)
  let last = 0
  let before = 0
  for (const sample of samples) {
    const now = sample + coefficient * last - before
    before = last
    last = now
  }
  const power = last * last + before * before - coefficient * last * before
  return (2 * Math.sqrt(Math.max(0, power))) / Math.max(1, samples.length)
}

export function rms(samples: Int16Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return Math.sqrt(sum / Math.max(1, samples.length))
}

/** A sine of `frequencyHz`, one second at 8 kHz: whole periods for whole numbers of Hz, so it can be looped. */
export function tone(frequencyHz: number, amplitude = 8_000): Int16Array {
  return Int16Array.from({ length: 8_000 }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / 8_000)),
  )
}

export type Match = { correlation: number; at: number }

/**
 * Finds `wanted` in `heard`: the loudest half second of it is looked for at every place, then all of it is compared
 * where that fits best.
 *
 * @returns the normalised cross-correlation of the whole, -1 to 1, and the sample in `heard` where it begins
 */
export function find(wanted: Int16Array, heard: Int16Array): Match {
  const probe = loudest(wanted, 4_000)
  const probeSamples = wanted.subarray(probe, probe + 4_000)
  let best: Match = { correlation: 0, at: -1 }
  for (let at = 0; at + 4_000 <= heard.length; at++) {
    const value = quickCorrelation(probeSamples, heard, at)
    if (value > best.correlation) best = { correlation: value, at }
  }
  const at = best.at - probe
  if (best.at < 0) return best
  return { correlation: correlation(wanted, heard, at), at }
}

/** Normalised cross-correlation of all of `wanted` with `heard` from `at` on; outside of `heard` is silence. */
export function correlation(wanted: Int16Array, heard: Int16Array, at: number): number {
  let both = 0
  let wantedPower = 0
  let heardPower = 0
  for (let i = 0; i < wanted.length; i++) {
    const sample = heard[at + i] ?? 0
    both += wanted[i] * sample
    wantedPower += wanted[i] * wanted[i]
    heardPower += sample * sample
  }
  return both / (Math.sqrt(wantedPower * heardPower) || 1)
}

/** As `correlation`, on every third sample: enough to find the place, a third of the work. */
function quickCorrelation(wanted: Int16Array, heard: Int16Array, at: number): number {
  let both = 0
  let wantedPower = 0
  let heardPower = 0
  for (let i = 0; i < wanted.length; i += 3) {
    const sample = heard[at + i]
    both += wanted[i] * sample
    wantedPower += wanted[i] * wanted[i]
    heardPower += sample * sample
  }
  return both / (Math.sqrt(wantedPower * heardPower) || 1)
}

function loudest(samples: Int16Array, length: number): number {
  let best = 0
  let bestPower = -1
  for (let at = 0; at + length <= samples.length; at += 400) {
    const power = rms(samples.subarray(at, at + length))
    if (power > bestPower) {
      bestPower = power
      best = at
    }
  }
  return best
}
