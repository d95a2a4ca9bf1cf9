import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { inspectAudio, kindOf } from '../../src/codecs/inspect.ts'
import { fixture } from './audio.ts'

setDefaultTimeout(60_000)

const whole = [
  ['tone24.mp3', 'mp3', 1_000, 80],
  ['tone8.mp3', 'mp3', 1_000, 300],
  ['tone44-stereo-vbr.mp3', 'mp3', 1_000, 80],
  ['speech24.mp3', 'mp3', 2_100, 100],
  ['tone.opus', 'ogg', 1_000, 1],
  ['tone.aac', 'adts', 1_000, 130],
  ['tone.m4a', 'mp4', 1_000, 90],
  ['tone24.wav', 'wav', 1_000, 0],
  ['tone24-streamed.wav', 'wav', 1_000, 0],
  ['tone48-stereo-float.wav', 'wav', 250, 0],
] as const

describe('a whole file', () => {
  test.each(whole)('%s is recognised as %s, with its length', async (name, kind, ms, slackMs) => {
    const found = inspectAudio(await fixture(name))
    expect([found?.kind, found?.fault]).toEqual([kind, undefined])
    expect(Math.abs(found!.durationMs! - ms)).toBeLessThanOrEqual(slackMs)
  })

  test('tags before and after an MP3 do not count as damage', async () => {
    const mp3 = await fixture('tone24.mp3')
    const tagged = new Uint8Array(mp3.length + 128)
    tagged.set(mp3)
    tagged.set(new TextEncoder().encode('TAG'), mp3.length)
    expect(inspectAudio(tagged)?.fault).toBeUndefined()
  })
})

describe('a file that was cut', () => {
  // ADTS has no length anywhere: cut between two frames it is a shorter file. A streamed WAV promises nothing.
  const promising = whole.filter(([name, kind]) => kind !== 'adts' && name !== 'tone24-streamed.wav')
  test.each(promising)('%s never passes as whole, wherever it is cut', async (name) => {
    const bytes = await fixture(name)
    const missed: number[] = []
    for (let length = 0; length < bytes.length; length += 7) {
      const found = inspectAudio(bytes.subarray(0, length))
      if (found !== undefined && found.kind !== 'text' && found.fault === undefined) missed.push(length)
    }
    expect(missed).toEqual([])
  })

  test('ADTS cut within a frame is recognised as cut', async () => {
    const bytes = await fixture('tone.aac')
    expect(inspectAudio(bytes.subarray(0, bytes.length - 1))?.fault).toBe('cut')
  })
})

test('inspecting a damaged file never throws or hangs', async () => {
  let seed = 7
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed % below
  }
  for (const [name] of whole) {
    const bytes = (await fixture(name)).slice(0, 12_000)
    for (let i = 0; i < 1_000; i++) {
      const spoilt = bytes.slice(0, 1 + random(bytes.length))
      for (let flips = random(6); flips > 0; flips--)
        spoilt[random(Math.min(200, spoilt.length))] = random(256)
      const found = inspectAudio(spoilt)
      if (found?.durationMs !== undefined) expect(found.durationMs).not.toBeNaN()
    }
  }
})

test('an MP4 whose header is too short for its length is cut', () => {
  const box = (name: string, size: number) => [0, 0, 0, size, ...new TextEncoder().encode(name)]
  for (let size = 18; size < 36; size++) {
    const moov = [...box('moov', size), ...box('mvhd', 8), ...new Array<number>(36).fill(0)].slice(0, size)
    const found = inspectAudio(Uint8Array.from([...box('ftyp', 8), ...moov]))
    expect(found).toEqual({ kind: 'mp4', durationMs: undefined, fault: 'cut' })
  }
})

test('the first characters tell text from audio', () => {
  const kind = (text: string) => kindOf(new TextEncoder().encode(text))
  expect(kind('  <html>')).toBe('text')
  expect(kind('{"error":1}')).toBe('text')
  expect(kind('hello')).toBeUndefined()
})
