import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Framer, type FramerResampler } from '../../src/audio/framer.ts'

setDefaultTimeout(60_000)

/** Keeps every n-th sample: exact numbers to compare, which a real filter would not give. */
function everyNth(fromHz: number, toHz: number): FramerResampler {
  const step = fromHz / toHz
  let phase = 0
  return {
    push(input) {
      const out: number[] = []
      for (; phase < input.length; phase += step) out.push(input[phase])
      phase -= input.length
      return Int16Array.from(out)
    },
    flush() {
      phase = 0
      return new Int16Array(0)
    },
  }
}

function listen(createResampler: (fromHz: number, toHz: number) => FramerResampler = everyNth) {
  const heard: number[] = []
  const unusable: string[] = []
  let frames = 0
  const framer = new Framer({
    createResampler,
    onFrame: (frame) => {
      expect(frame).toHaveLength(160)
      heard.push(...frame)
      frames++
    },
    onUnusable: (why) => unusable.push(why),
  })
  return { framer, heard, unusable, frames: () => frames }
}

const ramp = (length: number, from = 0) =>
  Int16Array.from({ length }, (_, i) => ((from + i) % 60_000) - 30_000)
const bytesOf = (samples: Int16Array) =>
  new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)

describe('packets of every length become whole frames without loss', () => {
  test.each([2, 80, 160, 276, 318, 320, 322, 480, 640, 960, 65_534])('%i bytes', (bytes) => {
    const { framer, heard } = listen()
    const all = ramp((bytes / 2) * 20)
    for (let at = 0; at < all.length; at += bytes / 2)
      framer.push(bytesOf(all.subarray(at, at + bytes / 2)), 8_000)
    expect(heard).toEqual([...all.subarray(0, all.length - (all.length % 160))])
  })
})

test('a payload at an odd byte offset gives the same samples', () => {
  for (const rateHz of [8_000, 16_000]) {
    const samples = ramp(640)
    const bytes = new Uint8Array(1 + samples.byteLength)
    bytes.set(bytesOf(samples), 1)
    const { framer, heard } = listen()
    framer.push(bytes.subarray(1), rateHz)
    const step = rateHz / 8_000
    expect(heard).toEqual([...samples].filter((_, i) => i % step === 0))
  }
})

describe('audio of every rate keeps its duration', () => {
  test.each([12_000, 16_000, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000])('%i Hz', (rateHz) => {
    const { framer, frames } = listen((fromHz, toHz) => {
      expect([fromHz, toHz]).toEqual([rateHz, 8_000])
      let due = 0
      return {
        push(input) {
          due += (input.length * toHz) / fromHz
          const out = new Int16Array(Math.floor(due + 1e-9))
          due -= out.length
          return out
        },
        flush: () => new Int16Array(0),
      }
    })
    for (let i = 0; i < 50; i++) framer.push(new Uint8Array((rateHz / 50) * 2), rateHz)
    expect(frames()).toBe(50)
  })
})

test('audio of odd length becomes silence of the same duration, at 8 kHz and at another rate', () => {
  for (const [rateHz, bytes] of [
    [8_000, 321],
    [16_000, 641],
  ]) {
    const { framer, heard, unusable } = listen()
    framer.push(new Uint8Array(bytes).fill(0x55), rateHz)
    expect(heard).toEqual(new Array(160).fill(0))
    expect(unusable).toEqual(['odd'])
  }
})

test('a single byte and empty audio last no time, and both are counted', () => {
  const { framer, heard, unusable } = listen()
  framer.push(new Uint8Array(1), 8_000)
  framer.push(new Uint8Array(0), 8_000)
  framer.push(bytesOf(ramp(160)), 8_000)
  expect(heard).toEqual([...ramp(160)])
  expect(unusable).toEqual(['odd', 'empty'])
})

test('the longest odd payload becomes 4 s of silence', () => {
  const { framer, heard, frames } = listen()
  framer.push(new Uint8Array(65_535).fill(0x7f), 8_000)
  expect(frames()).toBe(204)
  expect(heard.every((sample) => sample === 0)).toBe(true)
})

test('a change of rate flushes the old filter, and each rate gets one resampler', () => {
  let made = 0
  let flushes = 0
  const { framer } = listen(() => {
    made++
    const flush = () => {
      flushes++
      return new Int16Array(3)
    }
    return { push: (input) => input.subarray(0, 1), flush }
  })
  for (const rateHz of [16_000, 16_000, 48_000, 8_000, 16_000]) framer.push(new Uint8Array(640), rateHz)
  expect([made, flushes]).toEqual([2, 2])
})

test('a frame that lies whole in a chunk is the same wherever the frames before it ended', () => {
  const chunk = new Uint8Array(3 + 320 + 5)
  for (let i = 0; i < chunk.length; i++) chunk[i] = i
  for (const before of [0, 100]) {
    const [one, other] = [listen(), listen()]
    for (const { framer } of [one, other]) framer.push(new Uint8Array(before).fill(7), 8_000)
    one.framer.pushFrame(chunk, 3)
    other.framer.push(chunk.slice(3, 323), 8_000)
    for (const { framer } of [one, other]) framer.push(new Uint8Array(320), 8_000)
    expect(one.heard).toEqual(other.heard)
    expect(one.frames()).toBe(2)
  }
})
