// What peers send: Chromium's offer (captures/chromium.sdp, made here by `createOffer` with a microphone and a data
// channel), Firefox's and Safari's (written by hand in the form that their users have published), an answer of
// libdatachannel, and packets as browsers send them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { browserOffer } from '../../webrtc/offers.ts'

const offerOf = (name: string) => readFileSync(join(import.meta.dir, `captures/${name}.sdp`), 'utf8')
const chromium = offerOf('chromium')
export const capturedOffers: readonly string[] = [
  ...[chromium, offerOf('firefox'), offerOf('safari')],
  browserOffer(),
]
export const capturedAnswer = chromium
  .replace('a=setup:actpass', 'a=setup:passive')
  .replace('a=mid:0\r\n', 'a=mid:0\r\na=candidate:1 1 UDP 2122317823 10.0.0.2 5004 typ host\r\n')

const rtp = (type: number, payload: readonly number[], extension: readonly number[] = []) =>
  Uint8Array.of(
    ...[extension.length > 0 ? 0x90 : 0x80, type, 0x12, 0x34, 0, 0, 0x30, 0, 1, 2, 3, 4],
    ...extension,
    ...payload,
  )
/** One frame of SILK with FEC, as libopus writes it, without its sound. */
const opus = [0x08, 0xc0, ...Array.from({ length: 40 }, (_, i) => (i * 37) & 255)]

export const capturedPackets: readonly Uint8Array[] = [
  rtp(111, opus),
  // Chromium's header extension of the audio level.
  rtp(111, opus, [0xbe, 0xde, 0, 1, 0x10, 0xff, 0, 0]),
  rtp(63, [128 | 111, 960 >> 6, (960 & 63) << 2, opus.length, 111, ...opus, ...opus]),
  rtp(0, Array<number>(160).fill(0x7f)),
  // RTCP: a sender report, a receiver report, BYE.
  Uint8Array.of(0x81, 200, 0, 12, ...Array<number>(48).fill(9)),
  Uint8Array.of(0x81, 201, 0, 7, ...Array<number>(28).fill(9)),
  Uint8Array.of(0x81, 203, 0, 1, 1, 2, 3, 4),
  // STUN: a binding request with its magic cookie. DTLS: the head of a ClientHello.
  Uint8Array.of(0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42, ...Array<number>(20).fill(7)),
  Uint8Array.of(22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, ...Array<number>(20).fill(1)),
]
