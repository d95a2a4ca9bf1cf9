// Designs the resampler's filter: a Kaiser-windowed sinc, as rows of coefficients, one row per phase. filter-kernel.ts
// runs it.

export type Filter = {
  /** Output and input rate, divided by their common divisor: `up` outputs for `down` inputs. */
  up: number
  down: number
  /**
   * Coefficients of a row, a multiple of 8. The output at input time t needs the samples ⌊t⌋ − taps/2 + 1 to
   * ⌊t⌋ + taps/2.
   */
  taps: number
  /** Rows of phases 0/rows … (rows − 1)/rows of an input sample. */
  rows: number
  /** Whether each output falls on a row. If not, there is one row more, and outputs are interpolated between two. */
  exact: boolean
  /** Each row's sum is 1. */
  coefficients: Float32Array
}

export type FilterOptions = {
  /** Edge of the pass band and start of the stop band, as fractions of half the lower rate. */
  pass: number
  stop: number
  attenuationDb: number
  /** A pair of rates with more phases than this has this many rows, and interpolates. */
  maxRows: number
}

/**
 * The bands' edges are 3 400 and 4 200 Hz when the lower rate is 8 kHz. 512 rows suffice for 44.1 → 8 kHz (80) and
 * 8 → 11.025 kHz (441) exactly; linear interpolation between 512 rows errs by at most (π/512)²/8, −106 dB.
 */
export const filterDefaults = {
  pass: 0.85,
  stop: 1.05,
  attenuationDb: 96,
  maxRows: 512,
} as const satisfies FilterOptions

/**
 * @param fromHz whole number of Hz
 * @param toHz whole number of Hz
 * @see J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974
 */
export function designFilter(fromHz: number, toHz: number, options: FilterOptions = filterDefaults): Filter {
  const common = divisor(fromHz, toHz)
  const up = toHz / common
  const down = fromHz / common
  const exact = up <= options.maxRows
  const rows = exact ? up : options.maxRows
  const halfHz = Math.min(fromHz, toHz) / 2
  const cutoff = (halfHz * (options.pass + options.stop)) / 2 / fromHz
  const width = (2 * Math.PI * halfHz * (options.stop - options.pass)) / fromHz
  const taps = Math.ceil(((options.attenuationDb - 8) / (2.285 * width) + 2) / 8) * 8
  const beta = 0.1102 * (options.attenuationDb - 8.7)
  const half = taps / 2
  const allRows = exact ? rows : rows + 1
  const coefficients = new Float32Array(allRows * taps)
  const row = new Float64Array(taps)
  for (let r = 0; r < allRows; r++) {
    if (2 * r > rows) {
      // The mirror image of a row that exists: half the work.
      const mirror = rows - r
      for (let k = 0; k < taps; k++) coefficients[r * taps + k] = coefficients[mirror * taps + taps - 1 - k]!
      continue
    }
    let sum = 0
    for (let k = 0; k < taps; k++) {
      // Time from the output to sample k of the row. On phase 0 the first sample lies exactly at the window's end: its
      // tap is zero, so that the others are symmetric about a whole sample.
      const distance = r / rows + half - 1 - k
      row[k] = sinc(2 * cutoff * distance) * window(distance / half, beta)
      sum += row[k]!
    }
    for (let k = 0; k < taps; k++) coefficients[r * taps + k] = row[k]! / sum
  }
  return { up, down, taps, rows, exact, coefficients }
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** Kaiser's window without its constant factor, which the division by the row's sum removes. */
function window(x: number, beta: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel0(beta * Math.sqrt(1 - x * x))
}

/** Modified Bessel function of the first kind, order 0, by its power series, to 1e-11: finer than a coefficient. */
function bessel0(x: number): number {
  const quarter = (x * x) / 4
  let sum = 1
  let term = 1
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= quarter / (k * k)
    sum += term
  }
  return sum
}
