// What a stranger sends before anything is encrypted, and what a caller's browser may send after: offers, packets,
// messages. Thousands of each, from a seed; the real UDP port is attacked by `bun run fuzz --webrtc`.

import { describe, expect, test } from 'bun:test'
import { readCallerMessage } from '../../src/call/caller-message.ts'
import { loadOpus, openG711, openOpus } from '../../src/webrtc/codec.ts'
import { JitterBuffer } from '../../src/webrtc/jitter.ts'
import { Media } from '../../src/webrtc/media.ts'
import { readRed } from '../../src/webrtc/red.ts'
import { emptyPacket, readRtp } from '../../src/webrtc/rtp.ts'
import { codecNames, maxSdpBytes, readOffer, withPublic } from '../../src/webrtc/sdp.ts'
import { createRandom } from '../support/lab/random.ts'
import { capturedAnswer, capturedOffers, capturedPackets } from '../support/webrtc/captures.ts'
import { mutatedBytes, mutatedText } from '../support/webrtc/mutate.ts'

const cases = 4_000
const opus = (await loadOpus())!

describe('an offer, however damaged,', () => {
  const random = createRandom(18)
  const texts = Array.from({ length: cases }, (_, n) =>
    mutatedText(random, capturedOffers[n % capturedOffers.length]),
  )

  test('is read or refused with a reason', () => {
    let read = 0
    for (const text of texts) {
      const offer = readOffer(text, codecNames)
      if ('fault' in offer) expect(offer.fault.length).toBeGreaterThan(5)
      else {
        read++
        expect(offer.sdp).not.toMatch(/^a=candidate/m)
        expect(offer.sdp.length).toBeLessThan(2 * maxSdpBytes)
        expect(offer.payloadType).toBeWithin(0, 128)
        expect(offer.mid).toMatch(/^[\w-]{1,32}$/)
      }
    }
    // Proof that the damage reaches behind the first check, and is damage.
    expect(read).toBeWithin(cases / 20, cases)
  })

  test('is read in the same way a second time', () => {
    for (const text of texts.slice(0, 500))
      expect(readOffer(text, codecNames)).toEqual(readOffer(text, codecNames))
  })

  test('takes no time that grows with its square', () => {
    for (const line of ['a=rtpmap:0 ', 'a=candidate:', '\r\n', ' ', 'm=audio 9 UDP/TLS/RTP/SAVPF '])
      readOffer(`v=0\r\n${line.repeat(Math.floor(maxSdpBytes / line.length) - 1)}`, codecNames)
  })

  test('gets an answer with our addresses, whatever the answer is', () => {
    for (let n = 0; n < cases; n++) withPublic(mutatedText(random, capturedAnswer), ['198.51.100.7'], 5004)
  })
})

describe('a packet, however damaged,', () => {
  test('is read or ignored, and its payload lies inside it', () => {
    const random = createRandom(19)
    const packet = emptyPacket()
    let read = 0
    for (let n = 0; n < cases * 4; n++) {
      const bytes = mutatedBytes(random, capturedPackets[n % capturedPackets.length])
      if (!readRtp(bytes, packet)) continue
      read++
      expect(packet.payload.length).toBeWithin(1, bytes.length)
      let inside = 0
      readRed(packet.payload, (block, age) => {
        inside += block.length
        expect(age).toBeWithin(0, 2 ** 14)
      })
      expect(inside).toBeLessThanOrEqual(packet.payload.length)
    }
    expect(read).toBeGreaterThan(cases)
  })

  test.each([
    ['opus', () => openOpus(opus)],
    ['pcmu', async () => openG711('pcmu')],
    ['pcma', async () => openG711('pcma')],
  ] as const)(
    '%s: a call plays on, one frame per tick at most, and holds no more than before',
    async (_name, open) => {
      const random = createRandom(20)
      const codec = await open()
      const media = new Media({ codec, payloadType: 111, redType: 63, ssrc: 1, send() {} })
      const frame = new Int16Array(160)
      let heard = 0
      for (let n = 0; n < cases; n++) {
        media.receive(mutatedBytes(random, capturedPackets[n % capturedPackets.length]), n * 7)
        if (media.next(frame)) heard++
        if (media.jitter.depth > 32) throw new Error(`the buffer holds ${media.jitter.depth} frames`)
      }
      expect(heard).toBeGreaterThan(cases / 50)
      media.close()
    },
  )

  test('no order of sequence numbers and times makes the wanted depth leave its bounds', () => {
    const random = createRandom(21)
    const buffer = new JitterBuffer({ hasFec: () => random.below(2) === 0 })
    for (let n = 0; n < cases * 4; n++) {
      const back = random.below(4) === 0 ? random.below(20_000) : 0
      const nowMs = random.below(3) === 0 ? random.below(2 ** 31) : n * 20
      buffer.push(
        random.below(65_536),
        random.below(2 ** 31) * 2,
        new Uint8Array(1 + random.below(300)),
        nowMs,
        back,
      )
      buffer.take()
      expect(buffer.target).toBeWithin(2, 7)
    }
  })
})

test('a message of the data channel, however damaged, is a key, a typed turn or nothing', () => {
  const random = createRandom(22)
  const messages = [
    '{"type":"key","key":"5"}',
    '{"type":"text","text":"ma box ne marche plus"}',
    '{"type":"text","text":{"toString":null}}',
    '[[[[[[[[[[[[[[[[[[[[[[[[',
    '5',
  ]
  const kinds: Record<string, number> = { key: 0, text: 0, nothing: 0 }
  for (let n = 0; n < cases; n++) {
    const message = readCallerMessage(mutatedText(random, messages[n % messages.length]))
    kinds[message?.kind ?? 'nothing']++
    if (message?.kind === 'key') expect(message.key).toMatch(/^[0-9*#]$/)
    else if (message) expect(message.text.length).toBeWithin(1, 501)
  }
  expect(Math.min(...Object.values(kinds))).toBeGreaterThan(10)
})
