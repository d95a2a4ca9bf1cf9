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

/** Half a second. */
const probeLength = 4_000
/** Of the half second at a quarter of the rate: less than this is something else. */
const worthALook = 0.7

/** A machine that others use too delays frames: from one piece of a phrase to the next, by so many samples at most. */
const mostSlip = 480
/** Long enough that no other piece of speech is alike, short enough that few frames are delayed within it: 0.2 s. */
const pieceLength = 1_600

/** More than this leaves nothing to be explained by delayed frames. Both laws leave 0.999. */
const sameWithoutSlip = 0.95

export type Match = { correlation: number; at: number }

/**
 * Looks for one recording in another that is still growing. The loudest half second of `wanted` is tried once at every
 * place, at a quarter of the rate, which keeps what is below 1 kHz and is 16 times less work; then all of it is
 * compared, sample by sample, around the best place.
 */
export class Search {
  private readonly probeAt: number
  private readonly probe: Int16Array
  private nextAt = 0
  private best: Match = { correlation: 0, at: -1 }
  private pieced: { about: number; match: Match } | undefined

  constructor(readonly wanted: Int16Array) {
    this.probeAt = loudest(wanted, probeLength)
    this.probe = quarter(wanted.subarray(this.probeAt, this.probeAt + probeLength))
  }

  /**
   * @param heard what was given before, and more
   * @returns the normalised cross-correlation of the whole, -1 to 1, and the sample of `heard` where it begins; the
   *   whole may not have been heard yet. Where a delayed frame has moved what follows it, the correlation is that of
   *   the pieces, each at its own place.
   */
  look(heard: Int16Array): Match {
    const coarse = quarter(heard)
    for (; this.nextAt + this.probe.length <= coarse.length; this.nextAt++) {
      const value = correlation(this.probe, coarse, this.nextAt)
      if (value > this.best.correlation) this.best = { correlation: value, at: this.nextAt }
    }
    if (this.best.correlation < worthALook) return this.best
    const about = this.best.at * 4 - this.probeAt
    let best: Match = { correlation: -1, at: about }
    for (let at = about - 6; at <= about + 6; at++) {
      const value = correlation(this.wanted, heard, at)
      if (value > best.correlation) best = { correlation: value, at }
    }
    if (best.correlation > sameWithoutSlip || about + this.wanted.length + mostSlip > heard.length)
      return best
    // Once all of it is there, more sound changes nothing: this is done once for a place.
    if (this.pieced?.about !== about) this.pieced = { about, match: this.inPieces(heard, about) }
    return this.pieced.match.correlation > best.correlation ? this.pieced.match : best
  }

  /** Walks from the probe to both ends: a piece lies where the one before it did, or a little to the side. */
  private inPieces(heard: Int16Array, about: number): Match {
    let weighted = 0
    let power = 0
    let firstAt = about
    for (const direction of [-1, 1]) {
      let slip = 0
      const first = direction < 0 ? this.probeAt - pieceLength : this.probeAt
      for (
        let from = first;
        from > -pieceLength && from < this.wanted.length;
        from += direction * pieceLength
      ) {
        const piece = this.wanted.subarray(Math.max(0, from), Math.max(0, from + pieceLength))
        const place = about + Math.max(0, from)
        const match = nearest(piece, heard, place + slip)
        // A piece of silence fits anywhere: it says nothing of where the next one is.
        if (match.correlation > worthALook) slip = match.at - place
        if (direction < 0) firstAt = about + slip
        const weight = rms(piece) ** 2 * piece.length
        weighted += match.correlation * weight
        power += weight
      }
    }
    return { correlation: weighted / (power || 1), at: firstAt }
  }
}

/** The best place of `piece` within `mostSlip` of `place`. */
function nearest(piece: Int16Array, heard: Int16Array, place: number): Match {
  let best: Match = { correlation: correlation(piece, heard, place), at: place }
  if (best.correlation > sameWithoutSlip) return best
  for (let at = place - mostSlip; at <= place + mostSlip; at++) {
    const value = correlation(piece, heard, at)
    if (value > best.correlation) best = { correlation: value, at }
  }
  return best
}

/** Normalised cross-correlation of `wanted` with `heard` from `at` on; outside of `heard` is silence. */
function correlation(wanted: Int16Array, heard: Int16Array, at: number): number {
  let both = 0
  let wantedPower = 0
  let heardPower = 0
  for (let i = 0; i < wanted.length; i++) {
    const place = at + i
    const sample = place >= 0 && place < heard.length ? heard[place] : 0
    both += wanted[i] * sample
    wantedPower += wanted[i] * wanted[i]
    heardPower += sample * sample
  }
  return both / (Math.sqrt(wantedPower * heardPower) || 1)
}

/** A quarter of the rate, by the mean of four. */
function quarter(samples: Int16Array): Int16Array {
  const mean = new Int16Array(samples.length >> 2)
  for (let i = 0; i < mean.length; i++)
    mean[i] = (samples[4 * i] + samples[4 * i + 1] + samples[4 * i + 2] + samples[4 * i + 3]) >> 2
  return mean
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
