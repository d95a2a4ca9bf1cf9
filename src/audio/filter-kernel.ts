// Runs the resampler's filter over samples, without state: in WebAssembly with SIMD, or with the same sums in
// TypeScript on a machine without SIMD. One kernel per thread and pair of rates, shared by all streams of that pair;
// resample.ts keeps what a stream remembers.
//
// The fallback is TypeScript and not the package wave-resampler, because that needs the whole file before its first
// sample and a live call cannot wait (and this is 15 times as fast). wave-resampler is the yardstick of the golden
// tests: test/audio/wave-resampler.ts.

import { readFileSync } from 'node:fs'
import { programFile } from '../base/program.ts'
import { designFilter, type Filter } from './fir.ts'
import { AudioError } from './pcm.ts'

export type FilterKernel = {
  readonly filter: Filter
  /** New input samples that fit in one run, besides the `taps` that a stream remembers. */
  readonly capacity: number
  /** Write `length` samples here, then call `run`. */
  readonly input: Int16Array
  /** `run` writes `count` samples here; the next call of any stream overwrites them. */
  readonly output: Int16Array
  /** @param phase of the first output, 0 ≤ phase < filter.up; later ones follow by filter.down */
  run(length: number, phase: number, count: number): void
}

/** Pairs of rates kept ready per thread; open streams keep their kernel beyond that. */
const maxKernels = 16
const kernels = new Map<string, FilterKernel>()
let compiled: WebAssembly.Module | undefined
let simdSupport: boolean | undefined

/** The smallest module with a SIMD instruction: `i32.const 0, i8x16.splat, drop`. */
const simdProbe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11],
)

/** Whether this machine runs WebAssembly with SIMD. */
export function hasSimd(): boolean {
  simdSupport ??= WebAssembly.validate(simdProbe)
  return simdSupport
}

/**
 * The kernel of a pair of rates. The first call on a thread reads and compiles the module (4 kB, under 1 ms), the first
 * call for a pair designs its filter.
 *
 * @param simd false for the TypeScript kernel
 */
export function filterKernelOf(fromHz: number, toHz: number, simd: boolean): FilterKernel {
  const key = `${fromHz}-${toHz}-${simd}`
  let kernel = kernels.get(key)
  if (kernel !== undefined) kernels.delete(key)
  else kernel = (simd ? wasmKernel : plainKernel)(designFilter(fromHz, toHz))
  kernels.set(key, kernel)
  if (kernels.size > maxKernels) kernels.delete(kernels.keys().next().value!)
  return kernel
}

function capacityOf(filter: Filter): number {
  return Math.max(256, Math.min(4_096, Math.floor((8_192 * filter.down) / filter.up)))
}

function outputsOf(filter: Filter, samples: number): number {
  return Math.ceil((samples * filter.up) / filter.down) + 1
}

const stackBytes = 1_024
const filterBytes = 64

function wasmKernel(filter: Filter): FilterKernel {
  compiled ??= new WebAssembly.Module(readFileSync(programFile('wasm/resample/resample.wasm')))
  const capacity = capacityOf(filter)
  // Up to 7 samples beyond the last are read and written: see widen() in resample.c.
  const samples = filter.taps + capacity + 8
  const outputs = outputsOf(filter, samples) + 4
  let end = stackBytes + filterBytes
  const place = (bytes: number) => {
    const at = end
    end = (end + bytes + 15) & ~15
    return at
  }
  const coefficients = place(filter.coefficients.byteLength)
  const input = place(samples * 2)
  const floats = place(samples * 4)
  const output = place(outputs * 2)
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65_536) })
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } })
  const resample = exports.resample
  if (typeof resample !== 'function') throw new AudioError('badWasm', 'resample.wasm exports no resample')
  new Float32Array(memory.buffer, coefficients, filter.coefficients.length).set(filter.coefficients)
  new Int32Array(memory.buffer, stackBytes, 9).set([
    ...[filter.up, filter.down, filter.taps, filter.rows, filter.exact ? 1 : 0],
    ...[coefficients, input, floats, output],
  ])
  return {
    filter,
    capacity,
    input: new Int16Array(memory.buffer, input, samples),
    output: new Int16Array(memory.buffer, output, outputs),
    run: (length, phase, count) => resample(stackBytes, length, phase, count),
  }
}

function plainKernel(filter: Filter): FilterKernel {
  const { up, down, taps, rows, exact, coefficients } = filter
  const capacity = capacityOf(filter)
  const input = new Int16Array(taps + capacity)
  const samples = new Float64Array(taps + capacity)
  const output = new Int16Array(outputsOf(filter, taps + capacity))
  const dot = (row: number, at: number) => {
    let even = 0
    let odd = 0
    for (let k = 0; k < taps; k += 2) {
      even += coefficients[row * taps + k]! * samples[at + k]!
      odd += coefficients[row * taps + k + 1]! * samples[at + k + 1]!
    }
    return even + odd
  }
  const run = (length: number, phase: number, count: number) => {
    for (let i = 0; i < length; i++) samples[i] = input[i]!
    for (let o = 0; o < count; o++) {
      const time = phase + o * down
      const at = Math.floor(time / up)
      const part = ((time % up) * rows) / up
      const row = Math.floor(part)
      let sum = dot(row, at)
      if (!exact) sum += (dot(row + 1, at) - sum) * (part - row)
      output[o] = sum >= 32_767 ? 32_767 : sum <= -32_768 ? -32_768 : Math.round(sum)
    }
  }
  return { filter, capacity, input, output, run }
}
