import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createAdmin } from '../../src/admin/app.ts'
import type { SocketHandlers } from '../../src/admin/deps.ts'
import { startAdmin } from '../../src/admin/server.ts'
import type { Connection } from '../../src/call/connection.ts'
import type { CallInfo } from '../../src/calls/views.ts'
import type { Wishes } from '../../src/webrtc/calls.ts'
import { Links } from '../../src/webrtc/links.ts'
import { callId, fakeCall, fakeProgram, fakeToken, fakeWebrtc, loopback } from './fakes.ts'

setDefaultTimeout(60_000)

/** Accepts every connection and records what its listener receives. */
function taker() {
  const heard: string[] = []
  const wished: Wishes[] = []
  let connection: Connection | undefined
  const live = new Map<string, CallInfo>()
  const talk = (offered: Connection, wishes: Wishes) => {
    connection = offered
    live.set(offered.callId, fakeCall(offered.callId))
    wished.push(wishes)
    offered.listener = {
      audio: (frame) => void heard.push(`audio ${frame.length} ${frame[0]}`),
      key: (key) => void heard.push(`key ${key}`),
      typed: (text) => void heard.push(`typed ${text}`),
      closed: (reason) => void heard.push(`closed ${reason}`),
    }
  }
  return { heard, live, talk, wished, connection: () => connection! }
}

/** The route's own connection, with the page's socket faked. */
async function page() {
  const { heard, live, talk, connection: taken } = taker()
  const { ask, clock, deps, emit, listeners } = fakeProgram({ talk, live })
  const handlers = Promise.withResolvers<SocketHandlers>()
  const upgrade = (socket: SocketHandlers) => {
    handlers.resolve(socket)
    return true
  }
  await ask('/api/talk?language=en', {}, { ...loopback, upgrade })
  const socket = await handlers.promise
  const sent: number[] = []
  const told: unknown[] = []
  const closes: string[] = []
  const state = { slow: false }
  socket.open({
    send: (bytes) => !state.slow && sent.push(new Int16Array(bytes.slice().buffer)[0]) > 0,
    sendText: (text) => void told.push(JSON.parse(text)),
    close: (code, reason) => void closes.push(`${code} ${reason}`),
  })
  const dropped = () =>
    deps.metrics
      .snapshot()
      .filter(({ name }) => name === 'admin_talk_frames_dropped_total')
      .map((sample) => 'value' in sample && sample.value)
  return { clock, dropped, emit, heard, listeners, socket, connection: taken(), sent, told, closes, state }
}

const frame = (value: number) => new Uint8Array(new Int16Array(160).fill(value).buffer)

describe('a call from the page', () => {
  test('frames and keys arrive, two frames in one message as two', async () => {
    const { socket, heard } = await page()
    socket.message!(frame(5))
    socket.message!('7')
    socket.message!(Buffer.concat([frame(1), frame(2)]))
    expect(heard).toEqual(['audio 160 5', 'key 7', 'audio 160 1', 'audio 160 2'])
  })

  test.each(['77', 'x', '', 'é'])('%p is not a key', async (text) => {
    const { socket, heard } = await page()
    socket.message!(text)
    expect(heard).toEqual([])
  })

  test('a typed turn arrives, and no more than a person types', async () => {
    const { socket, heard, dropped } = await page()
    for (let i = 0; i < 8; i++) socket.message!(JSON.stringify({ type: 'text', text: ` ma box ${i}\n` }))
    expect(heard).toEqual([0, 1, 2, 3, 4].map((i) => `typed ma box ${i}`))
    expect(dropped()).toEqual([3])
  })

  test('the page is told of its call, and of nothing that only the operator sees', async () => {
    const { connection, emit, told, socket, listeners } = await page()
    const at = { callId: connection.callId, atMs: 1 }
    emit({ ...at, kind: 'transcript', who: 'agent', text: 'Bonjour', isFinal: true, cut: false })
    emit({ ...at, callId, kind: 'transcript', who: 'agent', text: 'to another caller', isFinal: true })
    emit({ ...at, kind: 'state', from: 'init', to: 'welcome' })
    emit({ ...at, kind: 'phase', phase: 'listening', turn: 1, speaking: 'caller' })
    emit({ ...at, kind: 'language', language: 'en' })
    emit({ ...at, kind: 'ended', outcome: 'goodbye' })
    expect(told).toEqual([
      { type: 'call', callId: connection.callId },
      { type: 'transcript', who: 'agent', text: 'Bonjour', isFinal: true },
      { type: 'phase', speaking: 'caller' },
      { type: 'language', language: 'en' },
      { type: 'ended', outcome: 'goodbye' },
    ])
    socket.close()
    expect(listeners.size).toBe(0)
  })

  test('the page is told that its call was refused', async () => {
    const told: string[] = []
    const upgrade = (socket: SocketHandlers) => {
      socket.open({ send: () => true, sendText: (text) => void told.push(text), close() {} })
      return true
    }
    await fakeProgram({ talk() {} }).ask('/api/talk', {}, { ...loopback, upgrade })
    expect(told[1]).toBe('{"type":"refused"}')
  })

  test('a message shorter than a frame is ignored', async () => {
    const { socket, heard } = await page()
    for (const bytes of [0, 1, 319]) socket.message!(new Uint8Array(bytes))
    expect(heard).toEqual([])
  })

  test('audio more than half a second ahead of real time is dropped and counted', async () => {
    const { socket, heard, dropped, clock } = await page()
    for (let i = 0; i < 100; i++) socket.message!(frame(1))
    expect([heard.length, ...dropped()]).toEqual([25, 75])
    clock.advance(40)
    for (let i = 0; i < 100; i++) socket.message!(frame(1))
    expect(heard.length).toBe(27)
  })

  test('the bot’s audio is sent, and dropped when the browser is too slow', async () => {
    const { connection, sent, dropped, state } = await page()
    connection.sendFrame(new Int16Array(160).fill(9))
    connection.sendSilence()
    state.slow = true
    connection.sendSilence()
    expect([sent, ...dropped()]).toEqual([[9, 0], 1])
  })

  test('closing the page hangs up', async () => {
    const { socket, heard } = await page()
    socket.close()
    expect(heard).toEqual(['closed peer closed'])
  })

  test('the end is reported once, whichever side ends the call, and nothing is sent after it', async () => {
    const { socket, connection, heard, closes, sent } = await page()
    connection.hangUp()
    socket.close()
    socket.close()
    connection.sendSilence()
    socket.message!(frame(1))
    expect([heard, closes, sent]).toEqual([['closed hung up by us'], ['1000 goodbye'], []])
  })

  test('is refused where it is not available, and without a WebSocket', async () => {
    expect((await fakeProgram().ask('/api/talk')).status).toBe(404)
    expect((await fakeProgram({ talk() {} }).ask('/api/talk')).status).toBe(426)
  })
})

describe('with the link of a public page', () => {
  test('its bounds are those of WebRTC, its language is the site’s, and it ends with no token', async () => {
    const links = new Links({ wallMs: () => 0 })
    const webrtc = fakeWebrtc(links)
    const { talk, wished } = taker()
    const { app, clock } = fakeProgram({ talk, webrtc, token: 'ours' })
    const { link } = links.create({
      origin: 'https://www.example.com',
      minutes: 10,
      calls: 20,
      language: 'en',
    })
    const sockets: SocketHandlers[] = []
    const closes: number[] = []
    const call = async (origin = 'http://127.0.0.1:8080') => {
      const headers = {
        origin,
        'sec-websocket-protocol': `voicebot, token.${Buffer.from(link).toString('base64url')}`,
      }
      const upgrade = (socket: SocketHandlers) => {
        sockets.push(socket)
        socket.open({ send: () => true, sendText() {}, close: (code) => void closes.push(code) })
        return true
      }
      const url = 'http://127.0.0.1:8080/api/talk?language=fr'
      return (await app.request(url, { headers }, { ...loopback, upgrade })).status
    }
    expect([await call(), await call(), await call()]).toEqual([200, 200, 503])
    expect(wished).toEqual([{ language: 'en' }, { language: 'en' }])
    sockets[0].close()
    expect([await call(), await call('https://evil.example')]).toEqual([200, 403])
    // A token that is revoked closes its calls; a call that a link has begun goes on.
    clock.advance(60_000)
    expect(closes).toEqual([])
  })
})

describe('over a real WebSocket', () => {
  const token = 'a token, with spaces: é'
  const protocols = ['voicebot', `token.${Buffer.from(token).toString('base64url')}`]

  test('the page sends and receives audio, with its token in the subprotocol', async () => {
    const { heard, live, talk, connection } = taker()
    const server = startAdmin({
      host: '127.0.0.1',
      port: 0,
      app: createAdmin(fakeProgram({ talk, token, live }).deps),
    })
    const url = `ws://127.0.0.1:${server.port}/api/talk`
    const socket = new WebSocket(url, protocols)
    socket.binaryType = 'arraybuffer'
    const texts: unknown[] = []
    const message = new Promise<ArrayBuffer>((resolve) => {
      socket.onmessage = ({ data }) =>
        typeof data === 'string' ? texts.push(JSON.parse(data)) : resolve(data)
    })
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    expect(socket.protocol).toBe('voicebot')
    connection().sendFrame(new Int16Array(160).fill(-3))
    expect(new Int16Array(await message)[159]).toBe(-3)
    expect(texts).toEqual([{ type: 'call', callId: connection().callId }])
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve))
    socket.send('1')
    socket.send(frame(4))
    const { listener } = connection()
    const hear = (done: () => void) => (samples: Int16Array) => {
      listener!.audio(samples)
      done()
    }
    const seen = new Promise<void>((resolve) => {
      connection().listener = { ...listener!, audio: hear(resolve) }
    })
    await seen
    connection().hangUp()
    await closed
    expect(heard).toEqual(['key 1', 'audio 160 4', 'closed hung up by us'])
    await server.stop()
  })

  test.each([
    ['no token', ['voicebot']],
    ['a wrong token', ['voicebot', 'token.d3Jvbmc']],
  ])('%s is refused', async (_name, wrong) => {
    const { talk, heard } = taker()
    const server = startAdmin({
      host: '127.0.0.1',
      port: 0,
      app: createAdmin(fakeProgram({ talk, token }).deps),
    })
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/talk`, wrong)
    await new Promise((resolve) => socket.addEventListener('close', resolve))
    expect(heard).toEqual([])
    await server.stop()
  })

  test('an operator hears both sides until the call ends', async () => {
    const program = fakeProgram()
    const server = startAdmin({ host: '127.0.0.1', port: 0, app: program.app })
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/calls/${callId}/listen`, [
      'voicebot',
      `token.${Buffer.from(fakeToken).toString('base64url')}`,
    ])
    socket.binaryType = 'arraybuffer'
    const message = new Promise<ArrayBuffer>((resolve) => {
      socket.onmessage = ({ data }) => resolve(data)
    })
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    for (const listener of program.audio) listener(new Int16Array(160).fill(1), new Int16Array(160).fill(2))
    expect([...new Int16Array(await message).slice(0, 4)]).toEqual([1, 2, 1, 2])
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve))
    program.emit({ callId, atMs: 1, kind: 'ended', outcome: 'goodbye' })
    await closed
    expect(program.audio.size).toBe(0)
    await server.stop()
  })
})
