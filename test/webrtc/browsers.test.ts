// Offers in the form of each browser, and the answers that they get from the real library. Chromium's was captured here;
// Firefox's and Safari's are written by hand after offers that users of these browsers have published.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { type Addon, loadAddon } from '../../src/webrtc/peer.ts'
import { type Offer, readOffer } from '../../src/webrtc/sdp.ts'

setDefaultTimeout(60_000)

const offerOf = (name: string) =>
  readFileSync(new URL(`../support/webrtc/captures/${name}.sdp`, import.meta.url), 'utf8')
const read = (text: string) => readOffer(text, ['opus', 'pcmu', 'pcma']) as Offer
const fail = (error: unknown) => {
  throw error
}
const loaded = await loadAddon({
  ...{ port: 40_000 + Math.floor(Math.random() * 10_000), host: '127.0.0.1' },
  ...{ publicAddresses: ['198.51.100.7'], failed: fail },
})
const addon = loaded as Addon
const answerTo = async (text: string) => {
  const peer = await addon.open(read(text))
  peer.close()
  return peer.answer
}
/** The lines of each section of an SDP, the session's first. */
const sections = (sdp: string) => sdp.split(/(?=^m=)/m).map((section) => section.trimEnd().split('\r\n'))

const browsers = [
  ['chromium', { codec: 'opus', payloadType: 111, redType: 63, mid: '0' }],
  ['firefox', { codec: 'opus', payloadType: 109, redType: undefined, mid: '0' }],
  ['safari', { codec: 'opus', payloadType: 111, redType: 63, mid: '0' }],
] as const

test.each(browsers)('the offer of %s is read', (name, expected) => {
  expect(read(offerOf(name))).toMatchObject(expected)
})

test.each(browsers)('the offer of %s with G.711 alone is read', (name) => {
  const without = offerOf(name).replaceAll(/a=rtpmap:\d+ (opus|red).*\r\n/g, '')
  expect(read(without)).toMatchObject({ codec: 'pcmu', payloadType: 0 })
})

describe.skipIf('missing' in loaded)('the library', () => {
  test.each(browsers)(
    'answers %s with what each browser needs of an answer',
    async (name, { payloadType }) => {
      const [session, audio, channel, ...more] = sections(await answerTo(offerOf(name)))
      expect(more).toEqual([])
      expect(session).toContain('a=group:BUNDLE 0 1')
      expect(audio![0]).toMatch(/^m=audio \d+ UDP\/TLS\/RTP\/SAVPF /)
      for (const line of ['a=mid:0', 'a=sendrecv', 'a=rtcp-mux', `a=rtpmap:${payloadType} opus/48000/2`])
        expect(audio).toContain(line)
      expect(channel![0]).toBe(
        `${channel![0]!.split(' ').slice(0, 2).join(' ')} UDP/DTLS/SCTP webrtc-datachannel`,
      )
      expect(channel).toContain('a=mid:1')
      const all = [...session!, ...audio!]
      expect(all.some((line) => /^a=setup:(active|passive)$/.test(line))).toBe(true)
      for (const name of ['ice-ufrag', 'ice-pwd', 'fingerprint:sha-256'])
        expect(all.some((line) => line.startsWith(`a=${name}`))).toBe(true)
      // No payload type that the browser did not offer.
      const offered = sections(offerOf(name))[1]![0]!.split(' ').slice(3)
      for (const type of audio![0]!.split(' ').slice(3)) expect(offered).toContain(type)
    },
  )

  // RFC 9725, 4.4.3: a client that is a DTLS client only.
  test('answers an offer of the DTLS client role with the server role', async () => {
    const answer = await answerTo(offerOf('chromium').replaceAll('setup:actpass', 'setup:active'))
    expect(answer).toContain('a=setup:passive')
  })
})
