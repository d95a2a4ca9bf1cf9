import { describe, expect, test } from 'bun:test'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import type { Connection } from '../../src/call/connection.ts'
import type { Ticked } from '../../src/call/sound/ticker.ts'
import { type Answered, callsDefaults, WebrtcCalls } from '../../src/webrtc/calls.ts'
import { openG711 } from '../../src/webrtc/codec.ts'
import type { Peer, PeerListener } from '../../src/webrtc/peer.ts'
import { headerBytes, writeHeader } from '../../src/webrtc/rtp.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { browserOffer } from './offers.ts'

class FakePeer implements Peer {
  readonly answer = 'v=0 the answer'
  readonly ssrc = 7
  listener: PeerListener | undefined
  packets = 0
  texts: Record<string, unknown>[] = []
  isClosed = false
  sendPacket(): void {
    this.packets++
  }
  sendText(text: string): void {
    this.texts.push(JSON.parse(text))
  }
  close(isSilent = false): void {
    if (this.isClosed) return
    this.isClosed = true
    const { listener } = this
    this.listener = undefined
    listener?.closed(isSilent)
  }
  /** Sends one frame of the caller. */
  speak(sequence: number): void {
    const bytes = new Uint8Array(headerBytes + 160).fill(0x2a)
    writeHeader(bytes, 0, false, sequence, sequence * 160, 1)
    this.listener?.packet(bytes)
  }
}

function world(change: { maxCalls?: number; maxLinkCalls?: number; fails?: boolean } = {}) {
  const clock = new FakeClock()
  const metrics = new Metrics()
  const peers: FakePeer[] = []
  /** What the next peers wait for. */
  const delays: Promise<void>[] = []
  const ticked = new Set<Ticked>()
  const heard: string[] = []
  const accepted: Connection[] = []
  const tellers: ((message: Readonly<Record<string, unknown>>) => void)[] = []
  const calls = new WebrtcCalls({
    ...{ clock, metrics, log: silentLog, codecs: ['pcmu'], maxCalls: 10, maxLinkCalls: 10, ...change },
    ticker: { add: (member) => void ticked.add(member), remove: (member) => void ticked.delete(member) },
    addon: {
      async open() {
        if (change.fails) throw new Error('no such thing')
        await delays.shift()
        const peer = new FakePeer()
        peers.push(peer)
        return peer
      },
      close() {},
    },
    openCodec: async () => openG711('pcmu'),
    accept(connection) {
      accepted.push(connection)
      connection.listener = {
        audio: (frame) => void heard.push(`audio ${frame.length}`),
        key: (key) => void heard.push(`key ${key}`),
        typed: (text) => void heard.push(`typed ${text}`),
        closed: (reason) => void heard.push(`closed ${reason}`),
      }
    },
    follow(_callId, tell) {
      tellers.push(tell)
      return () => void tellers.splice(tellers.indexOf(tell), 1)
    },
  })
  const begin = (address = '192.0.2.1') => calls.begin(browserOffer(), { address })
  const tick = (times: number) => {
    for (let i = 0; i < times; i++) for (const member of ticked) member.afterTick?.(clock.now())
  }
  return { accepted, begin, calls, clock, delays, heard, metrics, peers, ticked, tellers, tick }
}
type World = ReturnType<typeof world>
const idOf = (answered: Answered) => (answered.ok ? answered.id : '')
const codeOf = (answered: Answered) => (answered.ok ? '' : answered.code)
/** A call whose sound flows. */
async function callIn({ begin, peers }: World) {
  const id = idOf(await begin())
  const peer = peers.at(-1)!
  peer.listener!.open()
  return { id, peer }
}

describe('a call by WebRTC', () => {
  test('is handed on when its peer is connected, not before', async () => {
    const { begin, accepted, peers } = world()
    expect(await begin()).toMatchObject({ ok: true, answer: 'v=0 the answer' })
    expect(accepted).toHaveLength(0)
    peers[0].listener!.open()
    expect(accepted).toHaveLength(1)
    expect(peers[0].texts).toEqual([{ type: 'call', callId: accepted[0].callId }])
  })

  test('brings frames, keys and typed turns, and sends frames and messages', async () => {
    const all = world()
    const { peer } = await callIn(all)
    for (let n = 0; n < 4; n++) peer.speak(n)
    all.tick(2)
    peer.listener!.text('{"type":"key","key":"5"}')
    peer.listener!.text('{"type":"text","text":"ma box"}')
    peer.listener!.text('nonsense')
    expect(all.heard).toEqual(['audio 160', 'audio 160', 'key 5', 'typed ma box'])
    all.accepted[0].sendFrame(new Int16Array(160).fill(9))
    all.accepted[0].sendSilence()
    all.tellers[0]({ type: 'phase', speaking: 'agent' })
    expect([peer.packets, peer.texts.at(-1)]).toEqual([2, { type: 'phase', speaking: 'agent' }])
  })

  test('moves to a new peer: the old one is used until then, and closed after', async () => {
    const all = world()
    const { id, peer } = await callIn(all)
    expect(idOf(await all.calls.move(id, browserOffer(), '192.0.2.2'))).toBe(id)
    all.accepted[0].sendSilence()
    expect([peer.packets, peer.isClosed]).toEqual([1, false])
    all.peers[1].listener!.open()
    all.accepted[0].sendSilence()
    expect([peer.isClosed, all.peers[1].packets, all.accepted.length]).toEqual([true, 1, 1])
    peer.speak(1)
    for (let n = 0; n < 4; n++) all.peers[1].speak(n)
    all.tick(1)
    expect(all.heard).toEqual(['audio 160'])
    expect(all.peers[1].texts[0]).toMatchObject({ type: 'call', callId: all.accepted[0].callId })
  })

  test('that has lost its peer waits ten seconds for another one', async () => {
    const all = world()
    const { id, peer } = await callIn(all)
    peer.close()
    all.clock.advance(9_000)
    await all.calls.move(id, browserOffer(), '192.0.2.2')
    all.peers[1].listener!.open()
    all.clock.advance(60_000)
    expect(all.heard).toEqual([])
    all.peers[1].close()
    all.accepted[0].sendSilence()
    all.clock.advance(10_001)
    expect([all.heard, all.ticked.size, all.calls.size]).toEqual([['closed peer lost'], 0, 0])
  })

  test('ends at once with a peer from which nothing came for 30 s: its place is for somebody else', async () => {
    const all = world()
    const { peer } = await callIn(all)
    peer.close(true)
    expect([all.heard, all.calls.size]).toEqual([['closed peer lost'], 0])
  })

  test('of several offers to move each may connect, and the newest that is connected is used', async () => {
    const all = world()
    const { id } = await callIn(all)
    for (let n = 0; n < 3; n++) await all.calls.move(id, browserOffer(), 'a')
    const closed = () => all.peers.map(({ isClosed }) => isClosed)
    all.peers[2].listener!.open()
    expect(closed()).toEqual([true, true, false, false])
    all.peers[3].listener!.open()
    expect(closed()).toEqual([true, true, true, false])
    all.accepted[0].sendSilence()
    expect([all.peers[3].packets, all.accepted.length, all.heard]).toEqual([1, 1, []])
  })

  test('an offer whose answer comes after a newer one is connected is refused, and the call goes on', async () => {
    const all = world()
    const { id } = await callIn(all)
    const slow = Promise.withResolvers<void>()
    all.delays.push(slow.promise)
    const older = all.calls.move(id, browserOffer(), 'a')
    await all.calls.move(id, browserOffer(), 'a')
    all.peers[1].listener!.open()
    slow.resolve()
    expect(codeOf(await older)).toBe('replaced')
    expect([all.peers[2].isClosed, all.calls.has(id), all.heard]).toEqual([true, true, []])
  })

  test('of more offers than four at a time the oldest is dropped, however many share its address', async () => {
    const all = world()
    const ids = [(await callIn(all)).id, (await callIn(all)).id, (await callIn(all)).id]
    for (let n = 0; n < 5; n++)
      for (const id of ids) expect(codeOf(await all.calls.move(id, browserOffer(), 'a'))).toBe('')
    expect(all.peers.slice(3).map(({ isClosed }) => isClosed)).toEqual([
      ...Array(3).fill(true),
      ...Array(12).fill(false),
    ])
  })

  test('takes candidates of its newest peer, and no ICE restart', async () => {
    const all = world()
    const { id } = await callIn(all)
    const fragment = (ufrag: string) =>
      `a=ice-ufrag:${ufrag}\r\na=ice-pwd:x\r\nm=audio 9 X 0\r\na=candidate:1\r\n`
    expect([all.calls.trickle(id, fragment('abcd')), all.calls.trickle(id, fragment('wxyz'))]).toEqual([
      'taken',
      'restart',
    ])
    await all.calls.move(id, browserOffer().replaceAll('ufrag:abcd', 'ufrag:wxyz'), 'a')
    expect(all.calls.trickle(id, fragment('wxyz'))).toBe('taken')
    expect(all.calls.trickle(id, 'a=candidate:1')).toBe('bad_fragment')
    all.calls.end(id)
    expect([all.calls.trickle(id, fragment('abcd')), all.calls.has(id)]).toEqual(['unknown_call', false])
  })

  test('is ended by the client, and a second time there is nothing to end', async () => {
    const all = world()
    const { id, peer } = await callIn(all)
    expect([all.calls.end(id), all.calls.end(id)]).toEqual([true, false])
    expect([all.heard, peer.isClosed, all.tellers.length]).toEqual([['closed peer hung up'], true, 0])
    expect(codeOf(await all.calls.move(id, browserOffer(), 'a'))).toBe('unknown_call')
  })

  test('is ended by the desk: the last message is sent before the peer closes', async () => {
    const all = world()
    const { peer } = await callIn(all)
    all.accepted[0].hangUp()
    expect(peer.isClosed).toBe(false)
    all.clock.advance(501)
    expect([peer.isClosed, all.heard, all.calls.size]).toEqual([true, ['closed hung up by us'], 0])
  })

  test('is ended by the desk although a new peer connects meanwhile', async () => {
    const all = world()
    const { id } = await callIn(all)
    await all.calls.move(id, browserOffer(), '192.0.2.2')
    all.accepted[0].hangUp()
    all.peers[1].listener!.open()
    all.clock.advance(501)
    expect([all.heard, all.calls.size, all.peers[1].isClosed]).toEqual([['closed hung up by us'], 0, true])
  })

  test('whose peer never connects is forgotten', async () => {
    const all = world()
    await all.begin()
    all.clock.advance(callsDefaults.pendingMs + 1)
    expect([
      all.peers[0].isClosed,
      all.calls.size,
      all.accepted.length,
      all.calls.counters.peers.value,
    ]).toEqual([true, 0, 0, 0])
  })

  test('ended before its peer connects leaves nothing behind', async () => {
    const all = world()
    all.calls.end(idOf(await all.begin()))
    expect([all.peers[0].isClosed, all.calls.size, all.calls.counters.peers.value]).toEqual([true, 0, 0])
  })
})

describe('the bounds', () => {
  test('a fault of the library is a refusal', async () => {
    const all = world({ fails: true })
    expect([codeOf(await all.begin()), all.calls.size]).toEqual(['bad_offer', 0])
  })

  test('one address connects eight peers at a time, and others still can', async () => {
    const all = world({ maxCalls: 100 })
    const codes = []
    for (let i = 0; i < 10; i++) codes.push(codeOf(await all.begin('192.0.2.1')))
    expect(codes).toEqual([...Array(8).fill(''), 'too_many_peers', 'too_many_peers'])
    expect(codeOf(await all.begin('192.0.2.2'))).toBe('')
  })

  test('there are few more calls than MAX_CALLS', async () => {
    const all = world({ maxCalls: 1 })
    for (let i = 0; i <= callsDefaults.spareCalls; i++) await callIn(all)
    expect(codeOf(await all.begin())).toBe('busy')
  })

  test('one call moves no more often than a lost network needs, and later again', async () => {
    const all = world()
    const { id } = await callIn(all)
    const move = async () => codeOf(await all.calls.move(id, browserOffer(), '192.0.2.2'))
    const codes: string[] = []
    for (let n = 0; n < 25; n++) codes.push(await move())
    expect([codes.filter((code) => code === '').length, codes.at(-1)]).toEqual([20, 'too_many_peers'])
    all.clock.advance(1_000)
    expect([await move(), await move(), await move()]).toEqual(['', '', 'too_many_peers'])
  })

  test('links have limits of their own: calls of one, calls of all, calls of one address', async () => {
    const all = world({ maxLinkCalls: 3 })
    const link = (calls: number) => {
      const { link: text } = all.calls.links.create({ origin: 'https://www.example.com', minutes: 10, calls })
      const read = all.calls.links.read(text, undefined)
      if (read === 'wrong') throw new Error('its own link')
      return read
    }
    const one = link(1)
    const begin = async (used: typeof one, address: string) =>
      codeOf(await all.calls.begin(browserOffer(), { address, link: used }))
    expect([await begin(one, 'a'), await begin(one, 'b')]).toEqual(['', 'link_used'])
    const many = link(20)
    expect([await begin(many, 'a'), await begin(many, 'a')]).toEqual(['', 'busy'])
    expect([await begin(many, 'b'), await begin(many, 'c')]).toEqual(['', 'busy'])
    expect(codeOf(await all.begin('d'))).toBe('')
  })

  test('a call that was never connected costs its link nothing', async () => {
    const all = world()
    const { link: text } = all.calls.links.create({
      origin: 'https://www.example.com',
      minutes: 10,
      calls: 1,
    })
    const link = all.calls.links.read(text, undefined)
    if (link === 'wrong') throw new Error('its own link')
    const begin = () => all.calls.begin(browserOffer(), { address: 'a', link })
    const first = await begin()
    // A network that lets no UDP through: the browser gives up, and calls by WebSocket.
    if (first.ok) all.calls.end(first.id)
    expect('code' in all.calls.linkCalls.begin(link, 'a')).toBe(false)
    expect(codeOf(await begin())).toBe('link_used')
  })

  test('packets and messages beyond what a call needs are dropped and counted', async () => {
    const all = world()
    const { peer } = await callIn(all)
    for (let n = 0; n < 2_000; n++) peer.speak(n)
    for (let n = 0; n < 50; n++) peer.listener!.text('{"type":"text","text":"a"}')
    expect(all.calls.counters.floodPackets.value).toBe(1_500)
    expect(all.heard).toHaveLength(5)
  })

  test.each<[string, number, (listener: PeerListener) => void]>([
    ['packets', 7_000, (listener) => listener.packet(new Uint8Array(172))],
    ['keys', 7_000, (listener) => listener.text('{"type":"key","key":"5"}')],
    ['long messages', 500, (listener) => listener.text('a'.repeat(4_000))],
    ['messages that are not read', 30, (listener) => listener.ignored(64_000)],
  ])('a peer that sends far more %s than a call needs ends its call', async (_what, times, send) => {
    const all = world()
    const { peer } = await callIn(all)
    for (let n = 0; n < times && peer.listener; n++) send(peer.listener)
    expect([peer.isClosed, all.heard.at(-1), all.calls.size]).toEqual([true, 'closed flood', 0])
    expect(all.calls.counters.floods.value).toBe(1)
  })

  test('an hour of packets, or five seconds of them at once, is no flood', async () => {
    const all = world()
    const { peer } = await callIn(all)
    for (let second = 0; second < 3_600; second++) {
      for (let n = 0; n < 100; n++) peer.listener!.packet(new Uint8Array(300))
      all.clock.advance(1_000)
    }
    for (let n = 0; n < 500; n++) peer.listener!.packet(new Uint8Array(300))
    expect([peer.isClosed, all.calls.counters.floods.value]).toEqual([false, 0])
  })
})
