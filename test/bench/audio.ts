// Resamplers side by side: quality by tones, speed by a minute of speech, in one run of interleaved rounds, one
// JSON line per row. `bun run bench:audio [24000-8000 …]`; sox and ffmpeg count their process, as a program
// that used them would.

import { readFileSync } from 'node:fs'
import { resample } from '../../src/audio/resample.ts'
import { readWav } from '../../src/audio/wav.ts'
import { commandLine, refuse } from '../../src/base/command-line.ts'
import { type Convert, quality } from '../audio/measure.ts'
import { resampleReference, resampleReferenceDefault } from '../audio/wave-resampler.ts'

const usualPairs = ['24000-8000', '8000-16000', '48000-8000', '44100-8000']
const usage = `usage: bun run bench:audio [rates]...

  compares resamplers, quality by tones and speed by a minute of speech; rates such as 24000-8000, in Hz
  without rates: ${usualPairs.join(' ')}`
const { positionals } = commandLine(usage, { allowPositionals: true })
const wrong = positionals.find((pair) => !/^\d+-\d+$/.test(pair))
if (wrong !== undefined) refuse(usage, `"${wrong}" is not two rates such as 24000-8000`)

type Row = {
  name: string
  convert: Convert
  only?: (fromHz: number, toHz: number) => boolean
  seconds: number
}

const rounds = 5
const whole = (fromHz: number, toHz: number) => Number.isInteger(fromHz / toHz)

const rows: Row[] = [
  { name: 'ours', convert: (samples, from, to) => resample(samples, from, to), seconds: 60 },
  {
    name: 'ours, no SIMD',
    convert: (samples, from, to) => resample(samples, from, to, { simd: false }),
    seconds: 10,
  },
  { name: 'wave-resampler, padded point + FIR 201', convert: resampleReference, only: whole, seconds: 20 },
  { name: 'wave-resampler, default', convert: resampleReferenceDefault, seconds: 20 },
  ...(await ffmpegWasm()),
  ...native('sox rate -v', 'sox', (from, to) => [
    ...['-D', ...soxRaw(from), '-', ...soxRaw(to), '-', 'rate', '-v'],
  ]),
  ...native('ffmpeg swr', 'ffmpeg', (from, to) => [
    ...['-v', 'error', ...ffmpegRaw(from), '-i', 'pipe:0', ...ffmpegRaw(to), 'pipe:1'],
  ]),
]

for (const pair of positionals.length > 0 ? positionals : usualPairs) {
  const [from, to] = pair.split('-').map(Number) as [number, number]
  const present = rows.filter(({ only }) => only?.(from, to) ?? true)
  const times = present.map((): number[] => [])
  const inputs = present.map(({ seconds }) => speech(from, seconds))
  for (let round = -1; round < rounds; round++) {
    for (const [i, { convert }] of present.entries()) {
      const start = performance.now()
      convert(inputs[i]!, from, to)
      // The first round warms up.
      if (round >= 0) times[i]!.push(performance.now() - start)
    }
  }
  for (const [i, { name, convert, seconds }] of present.entries()) {
    const { rippleDb, aliasDb, imageDb, snrDb } = quality(convert, from, to)
    const timesReal = (seconds * 1_000) / times[i]!.sort((a, b) => a - b)[rounds >> 1]!
    console.log(
      JSON.stringify({
        fromHz: from,
        toHz: to,
        name,
        timesReal: Math.round(timesReal),
        msPer2s: round(2_000 / timesReal, 3),
        rippleDb: round(rippleDb, 4),
        aliasDb: round(aliasDb, 1),
        imageDb: round(imageDb, 1),
        snrDb: round(snrDb, 1),
      }),
    )
  }
}

/** null where a value does not apply. */
function round(value: number, digits: number): number | null {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : null
}

function speech(rateHz: number, seconds: number): Int16Array {
  const path = new URL('../fixtures/audio/speech-48000.wav', import.meta.url)
  const second = resample(readWav(readFileSync(path)).samples, 48_000, rateHz)
  const out = new Int16Array(seconds * rateHz)
  for (let at = 0; at < out.length; at += second.length) out.set(second.subarray(0, out.length - at), at)
  return out
}

function soxRaw(rateHz: number): string[] {
  return ['-t', 'raw', '-r', `${rateHz}`, '-e', 'signed', '-b', '16', '-c', '1']
}

function ffmpegRaw(rateHz: number): string[] {
  return ['-f', 's16le', '-ar', `${rateHz}`, '-ac', '1']
}

function bytes(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
}

/** A row for a program, when it is installed. */
function native(name: string, command: string, args: (fromHz: number, toHz: number) => string[]): Row[] {
  if (Bun.which(command) === null) return []
  const convert: Convert = (samples, from, to) => {
    const { stdout, exitCode } = Bun.spawnSync([command, ...args(from, to)], { stdin: bytes(samples) })
    if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}`)
    return new Int16Array(stdout.buffer, stdout.byteOffset, stdout.byteLength >> 1)
  }
  return [{ name: `native ${name}, with its process`, convert, seconds: 60 }]
}

/** The part of @ffmpeg/core that this bench uses. */
type Core = {
  exec(...args: string[]): void
  reset(): void
  ret: number
  FS: { writeFile(path: string, data: Uint8Array): void; readFile(path: string): Uint8Array }
  asm: { Da(): number; Ea(pointer: number): void }
  setLogger(log: () => void): void
}

async function ffmpegWasm(): Promise<Row[]> {
  // The core asks for the page's address once, which Bun has not.
  Object.assign(globalThis, { location: { href: import.meta.url } })
  const { default: create } = await import('@ffmpeg/core')
  const createCore = create as unknown as (options: { wasmBinary: Uint8Array }) => Promise<Core>
  const wasmBinary = readFileSync(Bun.resolveSync('@ffmpeg/core/wasm', import.meta.dir))
  const core = await createCore({ wasmBinary })
  core.setLogger(() => undefined)
  const convert: Convert = (samples, from, to) => {
    // exec leaks 224 bytes of stack each time; saving and restoring the pointer gives them back.
    const stack = core.asm.Da()
    core.FS.writeFile('in', bytes(samples))
    core.exec('-v', 'error', ...ffmpegRaw(from), '-i', 'in', ...ffmpegRaw(to), 'out')
    core.asm.Ea(stack)
    const code = core.ret
    core.reset()
    if (code !== 0) throw new Error(`ffmpeg.wasm ended with ${code}`)
    const out = core.FS.readFile('out').slice()
    return new Int16Array(out.buffer, 0, out.length >> 1)
  }
  return [{ name: 'ffmpeg.wasm swr', convert, seconds: 10 }]
}
