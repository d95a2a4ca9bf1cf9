import { describe, expect, test } from 'bun:test'
import { maxHeaderBytes, type ProxyHeader, readProxyHeader } from '../../src/audiosocket/proxy-header.ts'
import { createRandom, type Random } from '../support/lab/random.ts'

const text = (line: string) => new TextEncoder().encode(line)
const signature = '0d0a0d0a000d0a515549540a'
/** A header of version 2. @param block addresses, ports and extensions, in hex */
function binary(versionAndCommand: string, family: string, block = ''): Uint8Array {
  const length = (block.length / 2).toString(16).padStart(4, '0')
  return Uint8Array.fromHex(`${signature}${versionAndCommand}${family}${length}${block}`)
}
const ports = 'dc0401bb'
const v4 = `c0a80001c0a8000b${ports}`
const v6 = `20010db8000000000000000000000001${'00'.repeat(15)}02${ports}`
const tlv = '030004a1b2c3d4'

const headers: [string, Uint8Array, string | undefined][] = [
  [
    'the example of the specification',
    text('PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n'),
    '192.168.0.1',
  ],
  [
    'its longest line for IPv4, 56 bytes',
    text('PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n'),
    '255.255.255.255',
  ],
  [
    'its longest line for IPv6, 104 bytes',
    text(`PROXY TCP6 ${'ffff:'.repeat(7)}ffff ${'ffff:'.repeat(7)}ffff 65535 65535\r\n`),
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  ],
  ['its short line of an unknown peer', text('PROXY UNKNOWN\r\n'), undefined],
  [
    'its longest line at all, 107 bytes',
    text(`PROXY UNKNOWN ${'ffff:'.repeat(7)}ffff ${'ffff:'.repeat(7)}ffff 65535 65535\r\n`),
    undefined,
  ],
  ['IPv6 in capitals, with zeros', text('PROXY TCP6 2001:DB8:0:0::1 ::2 0 1\r\n'), '2001:db8::1'],
  ['IPv4 in IPv6', text('PROXY TCP6 ::ffff:192.0.2.7 ::1 4 5\r\n'), '192.0.2.7'],
  ['version 2, IPv4', binary('21', '11', v4), '192.168.0.1'],
  ['version 2, IPv6', binary('21', '21', v6), '2001:db8::1'],
  [
    'version 2, IPv4 in IPv6',
    binary('21', '21', `${'00'.repeat(10)}ffffc0000207${'00'.repeat(16)}${ports}`),
    '192.0.2.7',
  ],
  ['version 2 with extensions', binary('21', '11', v4 + tlv + tlv), '192.168.0.1'],
  ['the health check of HAProxy 2.6, as captured', binary('20', '00'), undefined],
  ['a health check with addresses, which do not count', binary('20', '11', v4), undefined],
  ['a health check with an unknown family', binary('20', 'ff', 'aabb'), undefined],
  ['version 2, unspecified', binary('21', '00'), undefined],
  ['version 2, a datagram', binary('21', '12', v4), undefined],
  ['version 2, a Unix socket', binary('21', '31', '00'.repeat(216)), undefined],
  ['as long as may be', binary('21', '11', v4 + '00'.repeat(maxHeaderBytes - 16 - 12)), '192.168.0.1'],
]
/** What an AudioSocket sends first. */
const uuid = Uint8Array.fromHex(`010010${'ab'.repeat(16)}`)
const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

describe('a header', () => {
  test.each(headers)('%s', (_name, bytes, source) => {
    const whole: ProxyHeader = { kind: 'header', length: bytes.length, source }
    expect(readProxyHeader(bytes)).toEqual(whole)
    expect(readProxyHeader(join(bytes, uuid))).toEqual(whole)
    for (let length = 0; length < bytes.length; length++)
      expect(readProxyHeader(bytes.subarray(0, length))).toEqual({ kind: 'incomplete' })
  })

  test.each([
    ['PROXY TCP4 1.2.3.4 1.2.3.5 1 2\n', 'incomplete'],
    ['PROXY TCP4 1.2.3.4 1.2.3.5 1 2\r', 'incomplete'],
    ['PROXY TCP4 1.2.3.4 1.2.3.5 1 2\n\r\n', 'bad'],
    ['PROXY  TCP4 1.2.3.4 1.2.3.5 1 2\r\n', 'bad'],
    ['PROXY TCP4 1.2.3.4  1.2.3.5 1 2\r\n', 'bad'],
    ['PROXY TCP4 1.2.3.4 1.2.3.5 1 2 3\r\n', 'bad'],
    ['PROXY TCP4 1.2.3.4 1.2.3.5 1\r\n', 'bad'],
    ['PROXY TCP4\r\n', 'bad'],
    ['PROXY \r\n', 'bad'],
    ['PROXY TCP5 1.2.3.4 1.2.3.5 1 2\r\n', 'bad'],
    ['PROXY TCP4 ::1 ::1 1 2\r\n', 'bad'],
    ['PROXY TCP6 1.2.3.4 1.2.3.5 1 2\r\n', 'bad'],
    ['PROXY TCP4 01.2.3.4 1.2.3.5 1 2\r\n', 'bad'],
    ['PROXY TCP4 1.2.3.256 1.2.3.5 1 2\r\n', 'bad'],
    ['PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n', 'bad'],
    ['PROXY TCP4 1.2.3.4 1.2.3.5 65536 2\r\n', 'bad'],
    ['PROXY TCP4 1.2.3.4 1.2.3.5 01 2\r\n', 'bad'],
    ['PROXY TCP4 1.2.3.4 1.2.3.5 -1 2\r\n', 'bad'],
    [`PROXY UNKNOWN ${'x'.repeat(92)}`, 'incomplete'],
    [`PROXY UNKNOWN ${'x'.repeat(93)}`, 'bad'],
    ['proxy TCP4 1.2.3.4 1.2.3.5 1 2\r\n', 'none'],
    ['PROXYTCP4 ', 'none'],
    ['GET / HTTP/1.1\r\n', 'none'],
  ])('%j is %s', (line, kind) => {
    expect(readProxyHeader(text(line)).kind).toBe(kind as ProxyHeader['kind'])
  })

  test.each([
    ['version 1', binary('11', '11', v4)],
    ['version 3', binary('31', '11', v4)],
    ['an unassigned command', binary('22', '11', v4)],
    ['an unassigned family', binary('21', '41', v4)],
    ['an unassigned protocol', binary('21', '13', v4)],
    ['IPv4 in 11 bytes', binary('21', '11', v4.slice(2))],
    ['IPv6 in 35 bytes', binary('21', '21', v6.slice(2))],
    ['20 kB of extensions', binary('21', '11', `${v4}04${(20_000).toString(16)}${'00'.repeat(20_000)}`)],
    ['more than may be', binary('20', '00', '00'.repeat(maxHeaderBytes - 15))],
  ])('%s is refused by its first 16 bytes', (_name, bytes) => {
    expect(readProxyHeader(bytes).kind).toBe('bad')
    expect(readProxyHeader(bytes.subarray(0, 16)).kind).toBe('bad')
    expect(readProxyHeader(bytes.subarray(0, 15)).kind).toBe('incomplete')
  })

  test('an AudioSocket has none, and its first byte says so', () => {
    expect([uuid, uuid.subarray(0, 1)].map(readProxyHeader)).toEqual([{ kind: 'none' }, { kind: 'none' }])
  })
})

describe('any bytes', () => {
  /** A header of the table with bytes changed, cut or put in. */
  function damaged(random: Random): Uint8Array {
    const [, header] = headers[random.below(headers.length)]!
    const bytes = join(header, uuid)
    for (let i = random.below(4); i > 0; i--) bytes[random.below(bytes.length)] = random.below(256)
    const at = random.below(bytes.length)
    const parts = [bytes.subarray(0, at), random.bytes(random.below(3)), bytes.subarray(at + random.below(3))]
    return join(...parts)
  }

  test('are read without an exception, and say the same again with more bytes behind them', () => {
    const random = createRandom(19)
    for (let round = 0; round < 3_000; round++) {
      const bytes = damaged(random)
      const all = readProxyHeader(bytes)
      let decided: ProxyHeader | undefined
      for (let length = 0; length <= bytes.length; length++) {
        const now = readProxyHeader(bytes.subarray(0, length))
        if (decided) expect(now).toEqual(decided)
        else if (now.kind !== 'incomplete') decided = now
        if (now.kind === 'incomplete') expect(length).toBeLessThan(maxHeaderBytes)
        if (now.kind === 'header') expect(now.length).toBeLessThanOrEqual(length)
        if (length > 300) break
      }
      if (decided) expect(all).toEqual(decided)
    }
  })
})
