// Sentences known by their sound: what was heard is compared with each of them, band by band and 10 ms by 10 ms, and
// is that sentence or nothing. So the transcript of a fake recogniser depends on the audio that really arrived.

/** `samples`: mono, 8 kHz, the sentence alone or with silence around it. */
export type KnownSentence = { text: string; samples: Int16Array }

/** How a sound differs from the nearest sentence: 0 for the same samples, `Infinity` for another length. */
export type Nearest = { text: string; difference: number }

/**
 * Mean difference of two spectra, in nepers of power a band, below which they are one sentence. Of thirty sentences
 * both laws leave 0.03, 5 % of lost packets 0.3, noise 30 dB below them 0.45; another sentence, or the same with its
 * bytes swapped, at another speed, backwards or with every third frame silent, is 0.5 or more.
 */
const sameBelow = 0.4
/** Power from this share of the loudest on is sound. */
const soundShare = 1e-3
/** What is weaker than this share of the mean counts as that: the noise of a line tells nothing. */
const weakestShare = 1e-2
/** How far two may be out of step, for packets that were lost or late, and what a step costs. */
const outOfStep = 25
const outOfStepCost = 0.5
/** Less of a sentence is not guessed at. */
const shortestBeginning = 40

const hop = 80
const windowLength = 200
const bandsHz = Array.from({ length: 20 }, (_, i) => 200 + 160 * i)

/** By 10 ms and by band. */
type Powers = readonly Float32Array[]

export class Vocabulary {
  private readonly known: readonly { text: string; powers: Powers }[]

  constructor(sentences: readonly KnownSentence[]) {
    this.known = sentences.map(({ text, samples }) => ({ text, powers: powersOf(samples) }))
  }

  /** The sentence that was heard from its first sound to its last; '' when it is not a known sentence. */
  whole(heard: Int16Array): string {
    const { text, difference } = this.nearest(heard)
    return difference < sameBelow ? text : ''
  }

  nearest(heard: Int16Array): Nearest {
    return nearestOf(powersOf(heard), this.known)
  }

  /** The words said so far of the sentence that begins like this; '' when none does. */
  begun(heard: Int16Array): string {
    const powers = powersOf(heard)
    if (powers.length < shortestBeginning) return ''
    const longer = this.known.filter((sentence) => sentence.powers.length >= powers.length)
    const begun = longer.map(({ text, powers: all }) => {
      const words = text.split(' ')
      const said = words.slice(0, Math.floor((words.length * powers.length) / all.length))
      return { text: said.join(' '), powers: all.slice(0, powers.length) }
    })
    const { text, difference } = nearestOf(powers, begun)
    return difference < sameBelow ? text : ''
  }
}

function nearestOf(heard: Powers, sentences: readonly { text: string; powers: Powers }[]): Nearest {
  let best: Nearest = { text: '', difference: Number.POSITIVE_INFINITY }
  const spectrum = spectrumOf(heard)
  for (const { text, powers } of sentences) {
    if (heard.length === 0 || Math.abs(heard.length - powers.length) > outOfStep) continue
    const difference = differenceOf(spectrum, spectrumOf(powers))
    if (difference < best.difference) best = { text, difference }
  }
  return best
}

const waves = bandsHz.map((hz) => {
  const window = (i: number) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / windowLength)
  const turn = (2 * Math.PI * hz) / 8_000
  return {
    cosine: Float32Array.from({ length: windowLength }, (_, i) => window(i) * Math.cos(turn * i)),
    sine: Float32Array.from({ length: windowLength }, (_, i) => window(i) * Math.sin(turn * i)),
  }
})

/** From the first sound to the last. */
function powersOf(samples: Int16Array): Powers {
  const powers: Float32Array[] = []
  for (let at = 0; at + windowLength <= samples.length; at += hop)
    powers.push(powerOf(samples.subarray(at, at + windowLength)))
  const sums = powers.map(sum)
  const least = Math.max(...sums) * soundShare
  const isSound = (each: number) => each > least
  return powers.slice(Math.max(0, sums.findIndex(isSound)), sums.findLastIndex(isSound) + 1)
}

function powerOf(samples: Int16Array): Float32Array {
  return Float32Array.from(waves, ({ cosine, sine }) => {
    let real = 0
    let imaginary = 0
    for (let i = 0; i < windowLength; i++) {
      real += samples[i] * cosine[i]
      imaginary += samples[i] * sine[i]
    }
    return real * real + imaginary * imaginary
  })
}

/** As logarithms of shares of the mean: how loud it was is no part of a sentence. */
function spectrumOf(powers: Powers): Powers {
  const mean = powers.reduce((all, power) => all + sum(power), 0) / (powers.length * bandsHz.length)
  return powers.map((power) => power.map((each) => Math.log(weakestShare + each / mean)))
}

/** Mean along the best way through both (dynamic time warping): each may stand while the other goes on, at a price. */
function differenceOf(one: Powers, other: Powers): number {
  const nowhere = new Float64Array(other.length + 1).fill(Number.POSITIVE_INFINITY)
  let before = nowhere.slice()
  before[0] = 0
  for (let i = 1; i <= one.length; i++) {
    const row = nowhere.slice()
    for (let j = Math.max(1, i - outOfStep); j <= Math.min(other.length, i + outOfStep); j++) {
      const way = Math.min(before[j - 1], before[j] + outOfStepCost, row[j - 1] + outOfStepCost)
      row[j] = way + distance(one[i - 1], other[j - 1])
    }
    before = row
  }
  return before[other.length] / Math.max(one.length, other.length)
}

function distance(one: Float32Array, other: Float32Array): number {
  let all = 0
  for (let band = 0; band < one.length; band++) all += Math.abs(one[band] - other[band])
  return all / one.length
}

function sum(values: Float32Array): number {
  let all = 0
  for (const value of values) all += value
  return all
}
