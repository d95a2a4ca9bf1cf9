// Silero VAD at 8 kHz: the probability of speech in each window of 32 ms, with separate state for every call. Runs
// wasm/vad/vad.wasm with the weights of assets/models; synchronous, one instance per thread for all its calls, no
// allocation after construction. detector.ts decides what a probability means.
//
// The WebAssembly is our own because onnxruntime-web would add 148 MB to an install and takes 5 to 8 times as long.

import { readFileSync } from 'node:fs'
import { programFile } from '../base/program.ts'
import { hasSimd } from './filter-kernel.ts'
import { AudioError } from './pcm.ts'

/** Samples of one window: 32 ms. */
export const windowSamples = 256

/** Inputs and outputs of the dense layers; vad.wasm takes their weights in blocks of 16 outputs. */
const dense1 = [384, 64] as const
const dense2 = [128, 64] as const
const dense3 = [64, 128] as const
const bins = 65
const hidden = 128
/** State of a call: 32 samples and the two states of the LSTM cell. */
const streamFloats = 32 + 2 * hidden
/** Weights in the file, all float32, little-endian. */
const fileFloats =
  (bins * 3 + 1) * 128 +
  [dense1, dense2, dense3].reduce((sum, [i, o]) => sum + (i + 1) * o, 0) +
  (2 * hidden + 1) * 4 * hidden +
  hidden +
  1

/** The stack of wasm/build.sh; the module has no data of its own. */
const stackBytes = 16_384
const modelBytes = 64

export class Silero {
  /** Write a window here, then call `judge`. */
  readonly window: Int16Array
  private readonly streams: Float32Array
  private readonly streamsAt: number
  private readonly windowAt: number
  private readonly run: (model: number, window: number, stream: number) => number

  /**
   * @param weights as written by wasm/vad/extract.ts
   * @param capacity calls at once, 1 152 bytes each
   * @throws {AudioError} `badModel` when the weights are another model's, `noSimd` on a machine without
   *   WebAssembly SIMD, `badWasm`
   */
  constructor(
    weights: Uint8Array,
    readonly capacity: number,
  ) {
    if (weights.length !== fileFloats * 4) {
      throw new AudioError(
        'badModel',
        `the weights have ${weights.length} bytes instead of ${fileFloats * 4}`,
      )
    }
    if (!hasSimd()) throw new AudioError('noSimd', 'this machine runs no WebAssembly SIMD')
    const file = new Float32Array(weights.slice().buffer)
    const parts = arrange(file)
    let end = stackBytes + modelBytes
    const place = (bytes: number) => {
      const at = end
      end = (end + bytes + 15) & ~15
      return at
    }
    const places = parts.map((part) => place(part.byteLength))
    this.windowAt = place(windowSamples * 2)
    this.streamsAt = place(capacity * streamFloats * 4)
    const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65_536) })
    for (const [i, part] of parts.entries()) new Float32Array(memory.buffer, places[i], part.length).set(part)
    new Int32Array(memory.buffer, stackBytes, places.length).set(places)
    this.window = new Int16Array(memory.buffer, this.windowAt, windowSamples)
    this.streams = new Float32Array(memory.buffer, this.streamsAt, capacity * streamFloats)
    const wasm = readFileSync(programFile('wasm/vad/vad.wasm'))
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), { env: { memory } })
    if (typeof exports.judge !== 'function') throw new AudioError('badWasm', 'vad.wasm exports no judge')
    this.run = exports.judge as typeof this.run
  }

  /**
   * Judges the samples in `window`, which must follow the stream's last window without a gap.
   *
   * @param stream 0 to capacity − 1
   * @returns 0 to 1; about 0.5 and more is speech
   */
  judge(stream: number): number {
    return this.run(stackBytes, this.windowAt, this.streamsAt + stream * streamFloats * 4)
  }

  /** Clears the stream's state: its next window is the first of a call, or follows a gap. */
  reset(stream: number): void {
    this.streams.fill(0, stream * streamFloats, (stream + 1) * streamFloats)
  }
}

/** The arrays of vad.wasm, in the order of its `Model`. */
function arrange(file: Float32Array): Float32Array[] {
  let at = 0
  const take = (length: number) => {
    at += length
    return file.subarray(at - length, at)
  }
  const dense = ([inputs, outputs]: readonly [number, number]) => [
    blocksOf(take(inputs * outputs), inputs),
    take(outputs),
  ]
  const convolution = [take(bins * 3 * 128), take(128)]
  const layers = [...dense(dense1), ...dense(dense2), ...dense(dense3)]
  const gates = joinRows(take(4 * hidden * hidden), take(4 * hidden * hidden), hidden)
  return [
    ...basis(),
    ...convolution,
    ...layers,
    blocksOf(gates, 2 * hidden),
    take(4 * hidden),
    take(hidden + 1),
  ]
}

/** Cosines and sines of 65 bins under a periodic Hann window of 128, samples 1 to 64. */
function basis(): [Float32Array, Float32Array] {
  const cosines = new Float32Array(bins * 64)
  const sines = new Float32Array(bins * 64)
  for (let k = 0; k < bins; k++) {
    for (let n = 1; n <= 64; n++) {
      const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / 128)
      const angle = (2 * Math.PI * ((k * n) % 128)) / 128
      cosines[k * 64 + n - 1] = hann * Math.cos(angle)
      sines[k * 64 + n - 1] = hann * Math.sin(angle)
    }
  }
  return [cosines, sines]
}

/** [outputs][inputs] as [outputs / 16][inputs][16]. */
function blocksOf(rows: Float32Array, inputs: number): Float32Array {
  return rows.map((_, i) => {
    const block = Math.floor(i / (16 * inputs))
    const input = Math.floor(i / 16) % inputs
    return rows[(16 * block + (i % 16)) * inputs + input]!
  })
}

/** Two matrices of the same number of rows, side by side. */
function joinRows(left: Float32Array, right: Float32Array, width: number): Float32Array {
  const out = new Float32Array(left.length + right.length)
  for (let row = 0; row < left.length / width; row++) {
    out.set(left.subarray(row * width, (row + 1) * width), 2 * row * width)
    out.set(right.subarray(row * width, (row + 1) * width), (2 * row + 1) * width)
  }
  return out
}
