// A whole way without a network and without time: speech is encoded and packed, packets are lost by a fixed pattern, and
// what the receiver restored is counted against exactly those.

import { describe, expect, test } from 'bun:test'
import { frameSamples, levelDb } from '../../src/audio/pcm.ts'
import { readWav } from '../../src/audio/wav.ts'
import { loadOpus, maxEncodedBytes, openOpus } from '../../src/webrtc/codec.ts'
import { Media } from '../../src/webrtc/media.ts'
import { headerBytes, writeHeader } from '../../src/webrtc/rtp.ts'
import { fivePercent, lossPattern } from '../support/webrtc/loss.ts'

const opus = (await loadOpus())!
const [opusType, redType] = [111, 63]

/** Speech without its pauses: libopus encodes no FEC for a frame of silence, which needs none. */
async function speech(): Promise<Int16Array[]> {
  const { samples } = readWav(
    await Bun.file(new URL('../fixtures/audio/caller-slow.wav', import.meta.url)).bytes(),
  )
  return Array.from({ length: Math.floor(samples.length / frameSamples) }, (_, n) =>
    samples.subarray(n * frameSamples, (n + 1) * frameSamples),
  ).filter((frame) => levelDb(frame) > -40)
}

/** What a browser sends that puts one copy of the frame before into each packet, as Chromium does, or none. */
async function browserPackets(count: number, copies: 0 | 1): Promise<Uint8Array[]> {
  const payloads = await payloadsOf(count)
  return payloads.map((payload, n) => {
    const before = payloads[n - 1]
    const body =
      copies === 0 || before === undefined
        ? [...(copies === 0 ? [] : [opusType]), ...payload]
        : [128 | opusType, 960 >> 6, (960 & 63) << 2, before.length, opusType, ...before, ...payload]
    const packet = new Uint8Array(headerBytes + body.length)
    writeHeader(packet, copies === 0 ? opusType : redType, n === 0, n, n * 960, 1)
    packet.set(body, headerBytes)
    return packet
  })
}

async function payloadsOf(count: number): Promise<Uint8Array[]> {
  const frames = await speech()
  const encoder = await openOpus(opus)
  const payloads = Array.from({ length: count }, (_, n) => {
    const out = new Uint8Array(maxEncodedBytes)
    return out.subarray(0, encoder.encode(frames[n % frames.length], out))
  })
  encoder.close()
  return payloads
}

async function mediaTo(send: (packet: Uint8Array) => void): Promise<Media> {
  return new Media({ codec: await openOpus(opus), payloadType: opusType, redType, ssrc: 1, send })
}

/** What we send to a browser that offers redundancy. */
async function ourPackets(count: number): Promise<Uint8Array[]> {
  const packets: Uint8Array[] = []
  const media = await mediaTo((packet) => void packets.push(packet.slice()))
  const frames = await speech()
  for (let n = 0; n < count; n++) media.sendFrame(frames[n % frames.length])
  media.close()
  return packets
}

/** Gives the packets that were not lost to a receiver, each in its 20 ms. @returns what its jitter buffer counted */
async function hear(packets: readonly Uint8Array[], lost: readonly boolean[]) {
  const media = await mediaTo(() => {})
  const frame = new Int16Array(frameSamples)
  for (const [n, packet] of packets.entries()) {
    if (!lost[n]) media.receive(packet, n * 20 + (n % 4))
    media.next(frame)
  }
  for (let n = 0; n < 10; n++) media.next(frame)
  media.close()
  return media.jitter.counts
}

/** The first packets and the last arrive: a call begins and ends with sound. */
const lost = [
  ...Array<boolean>(20).fill(false),
  ...lossPattern(fivePercent, 7),
  ...Array<boolean>(5).fill(false),
]
const runs = lost.filter((isLost, n) => isLost && !lost[n + 1]).length

describe('of 5 % lost frames at least 95 % are restored', () => {
  test('with the one copy that Chromium sends, and FEC inside the copy for two losses in a row', async () => {
    const counts = await hear(await browserPackets(lost.length, 1), lost)
    expect(counts.recovered).toBe(runs)
    expect(counts.recovered + counts.restored).toBeGreaterThanOrEqual(95)
    expect(counts.restored).toBeGreaterThanOrEqual(4)
  })

  test('with the two copies that we send', async () => {
    const counts = await hear(await ourPackets(lost.length), lost)
    expect(counts.recovered).toBe(99)
    expect(counts.recovered + counts.restored).toBeGreaterThanOrEqual(99)
  })
})

test('FEC alone restores the last frame of each run of lost ones, which is all it can', async () => {
  const counts = await hear(await browserPackets(lost.length, 0), lost)
  expect(runs).toBe(94)
  expect(counts.restored).toBeGreaterThanOrEqual(0.95 * runs)
})

test('the pattern has 5 % losses, as single ones, pairs and triples as chance has them', () => {
  const text = lossPattern(fivePercent, 7)
    .map((isLost) => (isLost ? 'x' : '.'))
    .join('')
  const lengths = text
    .split('.')
    .filter((run) => run !== '')
    .map(({ length }) => length)
  expect(text).toHaveLength(2_000)
  expect([1, 2, 3, 4].map((length) => lengths.filter((one) => one === length).length)).toEqual([89, 4, 1, 0])
})

test('the buffer holds a frame more only while two losses in a row happen', async () => {
  const packets = await browserPackets(1_900, 1)
  const media = await mediaTo(() => {})
  const frame = new Int16Array(frameSamples)
  const targets: number[] = []
  for (const [n, packet] of packets.entries()) {
    if (n < 90 || n > 91) media.receive(packet, n * 20)
    media.next(frame)
    targets.push(media.jitter.target)
  }
  expect([targets[89], targets[95], targets[1_500], targets[1_700], media.jitter.depth]).toEqual([
    2, 3, 3, 2, 1,
  ])
  expect(media.jitter.counts).toMatchObject({ lost: 1, restored: 1, recovered: 1, dropped: 1 })
  media.close()
})
