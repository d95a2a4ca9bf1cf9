// Connections that come through a proxy of PROXY_FROM, on real sockets: whom limits, allow-list and log mean then.

import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { silentLog } from '../../src/base/log.ts'
import { closeServers, startEcho } from '../support/phone/echo-server.ts'
import { message, RawPeer, until, uuidMessage, uuidOf } from '../support/phone/fake-asterisk.ts'

setDefaultTimeout(60_000)

afterEach(closeServers)

const asterisk = '192.0.2.7'
const lineOf = (source: string) => new TextEncoder().encode(`PROXY TCP4 ${source} 192.0.2.1 5060 9092\r\n`)
const binaryOf = (source: string, more = '') => {
  const block = `${source
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}c0000201${'13c42384'}${more}`
  const length = (block.length / 2).toString(16).padStart(4, '0')
  return Uint8Array.fromHex(`0d0a0d0a000d0a515549540a2111${length}${block}`)
}
const local = Uint8Array.fromHex('0d0a0d0a000d0a515549540a20000000')
const forms = { 'version 1': lineOf, 'version 2': binaryOf }
const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

function open(options: Parameters<typeof startEcho>[0] = {}) {
  const lines: Record<string, unknown>[] = []
  const log = { ...silentLog, warn: (_text: string, fields = {}) => void lines.push(fields) }
  const bench = startEcho({ proxies: ['127.0.0.0/8'], allow: [`${asterisk}/32`], log, ...options })
  /** Why connections were refused so far: the log has the first reason of a second, then a summary. */
  const reasons = () => {
    bench.clock.advance(1_100)
    return lines.flatMap(({ reason, reasons }) =>
      reason === undefined ? Object.keys(reasons as object) : [reason],
    )
  }
  return { ...bench, lines, reasons, port: bench.server.port }
}
const closed = (peer: RawPeer) => until(() => peer.closed, 'the peer is closed')

describe.each(Object.entries(forms))('a connection with a header of %s', (_name, headerOf) => {
  test('is a call of the peer that the proxy passes on, at whatever byte the header is split', async () => {
    const { calls, port } = open()
    const header = headerOf(asterisk)
    for (let at = 0; at <= header.length; at += 5) {
      const peer = await RawPeer.connect(port)
      peer.write(header.subarray(0, at))
      await new Promise((resolve) => setImmediate(resolve))
      peer.write(join(header.subarray(at), uuidMessage(uuidOf(100 + at))))
      await until(() => calls.has(uuidOf(100 + at)), 'it is a call')
      peer.end()
    }
    const peer = await RawPeer.connect(port)
    await peer.writeByteByByte(join(header, uuidMessage(uuidOf(99))))
    await until(() => calls.has(uuidOf(99)), 'it is a call')
  })

  test('loses no byte that comes with its header, and is answered frame by frame', async () => {
    const { calls, port } = open()
    const peer = await RawPeer.connect(port)
    const frames = Array.from({ length: 3 }, () => message(0x10, new Uint8Array(320).fill(1)))
    peer.write(join(headerOf(asterisk), uuidMessage(uuidOf(1)), ...frames))
    await until(() => peer.messages.length === 3, 'the echo of three frames')
    expect(peer.messages).toEqual(frames.map(() => ({ kind: 0x10, bytes: 320 })))
    expect(calls.get(uuidOf(1))?.frames).toBe(3)
  })

  test('is refused as its peer: by the allow-list, by the limit of one peer, and in the log', async () => {
    const { calls, reasons, lines, port } = open({
      allow: ['192.0.2.0/24'],
      maxConnectionsPerPeer: 1,
    })
    const stranger = await RawPeer.connect(port)
    stranger.write(headerOf('198.51.100.9'))
    await closed(stranger)
    expect(reasons()).toEqual(['address not allowed'])
    expect(lines[0]).toMatchObject({ reason: 'address not allowed', peer: '198.51.100.9' })
    const peers = await Promise.all([1, 2, 3].map(() => RawPeer.connect(port)))
    for (const [i, source] of [asterisk, '192.0.2.8', asterisk].entries()) {
      peers[i]!.write(join(headerOf(source), uuidMessage(uuidOf(i))))
      await until(() => calls.has(uuidOf(i)) || peers[i]!.closed, 'it is a call, or refused')
    }
    expect(peers.map((peer) => peer.closed)).toEqual([false, false, true])
    expect(reasons().at(-1)).toBe('too many connections of this peer')
    // A caller who is refused for room can go on.
    expect(peers[2]!.messages).toEqual([{ kind: 0, bytes: 0 }])
  })

  test('from an address that is not a proxy is refused as ever', async () => {
    const { reasons, port } = open({ proxies: ['192.0.2.0/24'], allow: ['127.0.0.0/8'] })
    const forger = await RawPeer.connect(port)
    forger.write(join(headerOf(asterisk), uuidMessage(uuidOf(1))))
    await closed(forger)
    expect(reasons()).toEqual(['first message is not a uuid'])
  })
})

describe('a proxy', () => {
  test('that sends no header speaks for itself', async () => {
    const { calls, reasons, port } = open()
    const peer = await RawPeer.connect(port)
    peer.write(uuidMessage(uuidOf(1)))
    await closed(peer)
    expect(reasons()).toEqual(['address not allowed'])
    const other = open({ allow: ['127.0.0.0/8'] })
    const allowed = await RawPeer.connect(other.port)
    await allowed.writeByteByByte(uuidMessage(uuidOf(2)))
    await until(() => other.calls.has(uuidOf(2)), 'it is a call')
    const passedOn = await RawPeer.connect(other.port)
    passedOn.write(join(local, uuidMessage(uuidOf(3))))
    await until(() => other.calls.has(uuidOf(3)), 'it is a call')
    expect(calls.size).toBe(0)
  })

  test('may make health checks, which are no refusals', async () => {
    const { server, lines, count, port } = open()
    const checks = [new Uint8Array(0), local, lineOf('127.0.0.1')]
    for (const check of checks) {
      for (const leave of ['end', 'reset'] as const) {
        const peer = await RawPeer.connect(port)
        if (check.length > 0) peer.write(check)
        await new Promise((resolve) => setImmediate(resolve))
        peer[leave]()
      }
    }
    await until(() => count('connections') === 6 && server.connections === 0, 'all have come and gone')
    server.close()
    expect([count('refused'), lines]).toEqual([0, []])
  })

  test('that sends a bad or a cut header is refused, and so is one that sends none', async () => {
    const { clock, reasons, lines, count, port } = open()
    const bytes = {
      'bad PROXY header: unreadable address or port': lineOf('1.2.3.400'),
      'bad PROXY header: 20028 bytes, more than 2048': binaryOf(asterisk, '00'.repeat(20_000)),
      'bad PROXY header: version 3': Uint8Array.fromHex('0d0a0d0a000d0a515549540a31110000'),
    }
    for (const [reason, header] of Object.entries(bytes)) {
      const peer = await RawPeer.connect(port)
      peer.write(header)
      await closed(peer)
      expect(reasons().at(-1)).toBe(reason)
    }
    const cut = await RawPeer.connect(port)
    cut.write(binaryOf(asterisk).subarray(0, 20))
    await new Promise((resolve) => setImmediate(resolve))
    cut.end()
    await until(() => count('refused') === 4, 'the cut header is refused')
    expect(reasons().at(-1)).toBe('peer closed within its PROXY header')
    const mute = await RawPeer.connect(port)
    await until(() => count('connections') === 5, 'the mute one has come')
    clock.advance(3_000)
    await closed(mute)
    expect(reasons().at(-1)).toBe('no uuid in time')
    expect(lines[0]).toMatchObject({ peer: '127.0.0.1' })
  })

  test('that opens many connections without a word takes no place from calls', async () => {
    const { calls, reasons, port } = open({ maxPending: 4 })
    const mute = await Promise.all(Array.from({ length: 8 }, () => RawPeer.connect(port)))
    await until(() => mute.filter((peer) => peer.closed).length === 4, 'half of them are closed')
    expect(new Set(reasons())).toEqual(new Set(['too many connections without a PROXY header']))
    for (const peer of mute) peer.end()
    const peer = await RawPeer.connect(port)
    peer.write(join(binaryOf(asterisk), uuidMessage(uuidOf(1))))
    await until(() => calls.has(uuidOf(1)) || peer.closed, 'it is a call')
    expect(calls.has(uuidOf(1))).toBe(true)
  })
})
