import { expect, test } from 'bun:test'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Silero, windowSamples } from '../../src/audio/silero.ts'
import { goldenInput } from '../fixtures/audio/silero.ts'
import golden from '../fixtures/audio/silero-golden.json'

const weights = readFileSync(new URL('../../assets/models/silero-vad-8k.bin', import.meta.url))
const folder = new URL('../../wasm/vad/', import.meta.url).pathname
const built = readFileSync(join(folder, 'vad.wasm'))

function judgeAll(silero: Silero, stream: number, samples: Int16Array): number[] {
  return Array.from({ length: Math.floor(samples.length / windowSamples) }, (_, i) => {
    silero.window.set(samples.subarray(i * windowSamples, (i + 1) * windowSamples))
    return silero.judge(stream)
  })
}

test('17 s of speech, hiss and tones get the probabilities that onnxruntime gives, within 1e-5', () => {
  const heard = judgeAll(new Silero(weights, 1), 0, goldenInput())
  expect(heard.length).toBe(golden.probabilities.length)
  const worst = Math.max(...heard.map((value, i) => Math.abs(value - golden.probabilities[i]!)))
  expect(worst).toBeLessThan(1e-5)
  expect(Math.max(...heard)).toBeGreaterThan(0.99)
  expect(Math.min(...heard)).toBeLessThan(0.01)
})

test('calls do not hear each other, and a reset stream is as new', () => {
  const samples = goldenInput().subarray(0, 100 * windowSamples)
  const alone = judgeAll(new Silero(weights, 1), 0, samples)
  const silero = new Silero(weights, 3)
  judgeAll(
    silero,
    1,
    samples.map((_, i) => samples[samples.length - 1 - i]!),
  )
  const mixed = Array.from({ length: 100 }, (_, i) => {
    silero.window.set(samples.subarray(i * windowSamples, (i + 1) * windowSamples))
    const probability = silero.judge(2)
    silero.window.fill(i * 100)
    silero.judge(1)
    return probability
  })
  expect(mixed).toEqual(alone)
  silero.reset(1)
  expect(judgeAll(silero, 1, samples)).toEqual(alone)
})

test('full scale, offsets and silence have finite probabilities', () => {
  const silero = new Silero(weights, 1)
  for (const value of [32_767, -32_768, 0]) {
    const samples = Int16Array.from({ length: 40 * windowSamples }, (_, i) =>
      i % 16 < 8 ? value : -value - 1,
    )
    for (const probability of judgeAll(silero, 0, samples)) {
      expect(probability).toBeGreaterThanOrEqual(0)
      expect(probability).toBeLessThanOrEqual(1)
    }
  }
})

test('weights of another size are refused', () => {
  expect(() => new Silero(weights.subarray(4), 1)).toThrow(expect.objectContaining({ code: 'badModel' }))
})

test('vad.wasm takes a memory, gives one function, and brings no data that the model would overwrite', () => {
  const module = new WebAssembly.Module(built)
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
  expect(WebAssembly.Module.exports(module)).toEqual([{ name: 'judge', kind: 'function' }])
  expect(sectionsOf(built)).not.toContain(11)
  expect(built.length).toBeLessThan(16_384)
})

/** What the committed file was built with; another version may choose other instructions. */
const madeWith = '14.'
const unfit = ['clang', 'wasm-ld'].filter((command) => {
  if (Bun.which(command) === null) return true
  const said = Bun.spawnSync([command, '--version']).stdout.toString()
  return !/(?:version|LLD) (\d+\.\S+)/.exec(said)?.[1]?.startsWith(madeWith)
})

// In CI the toolchain has to be there, so that the test fails rather than stays out.
test.skipIf(unfit.length > 0 && process.env.CI !== 'true')(
  `vad.wasm is what build.sh makes of vad.c (clang and wasm-ld ${madeWith}x)`,
  () => {
    const out = join(tmpdir(), `vad-${process.pid}.wasm`)
    try {
      const { exitCode, stderr } = Bun.spawnSync(['sh', join(folder, 'build.sh'), out])
      expect(stderr.toString()).toBe('')
      expect(exitCode).toBe(0)
      expect(readFileSync(out).equals(built)).toBe(true)
    } finally {
      rmSync(out, { force: true })
    }
  },
)

/** The ids of a module's sections; 11 is data. */
function sectionsOf(wasm: Uint8Array): number[] {
  const ids: number[] = []
  for (let at = 8; at < wasm.length; ) {
    ids.push(wasm[at++]!)
    let length = 0
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++]!
      length |= (byte & 127) << shift
      if (byte < 128) break
    }
    at += length
  }
  return ids
}
