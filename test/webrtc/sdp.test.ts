import { describe, expect, test } from 'bun:test'
import { type Offer, readOffer, withPublic } from '../../src/webrtc/sdp.ts'
import { browserOffer } from './offers.ts'

const all = ['opus', 'pcmu', 'pcma'] as const
const read = (text: string) => readOffer(text, all) as Offer
const fault = (text: string) => (readOffer(text, all) as { fault?: string }).fault

describe('an offer', () => {
  test('of a browser is Opus with its payload types', () => {
    expect(read(browserOffer())).toMatchObject({ mid: '1', codec: 'opus', payloadType: 111, redType: 63 })
  })

  test('takes the first codec of ours that it has', () => {
    expect(readOffer(browserOffer(), ['pcma', 'opus'])).toMatchObject({ codec: 'pcma', payloadType: 8 })
    const without = browserOffer().replace(/a=rtpmap:111.*\r\n/, '')
    expect(read(without)).toMatchObject({ codec: 'pcmu', payloadType: 0, redType: undefined })
  })

  test('loses the addresses it names, and line ends do not matter', () => {
    const { sdp } = read(browserOffer().replaceAll('\r\n', '\n'))
    expect(sdp).not.toContain('candidate')
    expect(sdp).toContain('a=ice-ufrag:abcd\r\n')
    expect(sdp.endsWith('\r\n')).toBe(true)
  })

  test.each([
    ['nothing', '', 'v=0'],
    ['too much', `v=0\r\n${'a=x\r\n'.repeat(6_000)}`, 'bytes'],
    ['too many lines', `v=0\n${'a\n'.repeat(700)}`, 'lines'],
    ['no audio', browserOffer().replace('m=audio', 'm=video'), 'audio section'],
    [
      'two audio sections',
      browserOffer() + browserOffer().slice(browserOffer().indexOf('m=audio')),
      'audio section',
    ],
    ['plain RTP', browserOffer().replace('UDP/TLS/RTP/SAVPF', 'RTP/AVP'), 'SAVPF'],
    ['video', `${browserOffer()}m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:3\r\n`, 'nothing else'],
    ['no fingerprint', browserOffer().replaceAll(/a=fingerprint.*\r\n/g, ''), 'fingerprint'],
    ['no ICE password', browserOffer().replaceAll(/a=ice-pwd.*\r\n/g, ''), 'ice-pwd'],
    ['a strange mid', browserOffer().replace('a=mid:1', 'a=mid:a b'), 'mid'],
    ['a peer that only listens', browserOffer().replace('a=sendrecv', 'a=recvonly'), 'send'],
    [
      'unknown codecs',
      browserOffer().replace('SAVPF 111 63 0 8', 'SAVPF 9').replaceAll('opus', 'isac'),
      'codecs',
    ],
  ])('with %s is refused with a reason', (_name, text, reason) => {
    expect(fault(text)).toContain(reason)
  })
})

describe('the answer', () => {
  const answer =
    'v=0\r\nm=audio 9 X 0\r\na=mid:1\r\na=candidate:1 1 UDP 1 10.0.0.2 5004 typ host\r\nm=application 9 X\r\na=mid:2\r\n'

  test('names the public addresses in place of the private ones, once', () => {
    const text = withPublic(answer, ['198.51.100.7', '2001:db8::7'], 5004)
    expect(text).not.toContain('10.0.0.2')
    expect(text.split('\r\n').filter((line) => line.includes('candidate'))).toEqual([
      'a=candidate:1 1 UDP 2130706431 198.51.100.7 5004 typ host',
      'a=candidate:2 1 UDP 2130706175 2001:db8::7 5004 typ host',
      'a=end-of-candidates',
    ])
    expect(text.indexOf('198.51.100.7')).toBeLessThan(text.indexOf('m=application'))
  })

  test('stays as it is without a public address', () => {
    expect(withPublic(answer, [], 5004)).toBe(answer)
  })
})
