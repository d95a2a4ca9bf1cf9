import { describe, expect, test } from 'bun:test'
import { createAdmin } from '../../src/admin/app.ts'
import { startAdmin } from '../../src/admin/server.ts'
import { PageConnection } from '../../src/admin/talk.ts'
import { Metrics } from '../../src/base/metrics.ts'
import type { Connection } from '../../src/call/connection.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { callId, fakeProgram } from './fakes.ts'

/** Takes every connection, and writes down what it hears. */
function taker() {
  const heard: string[] = []
  let connection: Connection | undefined
  const talk = (offered: Connection) => {
    connection = offered
    offered.listener = {
      audio: (frame) => void heard.push(`audio ${frame.length} ${frame[0]}`),
      key: (key) => void heard.push(`key ${key}`),
      closed: (reason) => void heard.push(`closed ${reason}`),
    }
  }
  return { heard, talk, connection: () => connection! }
}

function page() {
  const clock = new FakeClock()
  const dropped = new Metrics().counter('dropped', '')
  const { heard, talk } = taker()
  const connection = new PageConnection(clock, dropped, talk)
  const sent: number[] = []
  const closes: string[] = []
  const state = { slow: false }
  connection.open({
    send: (bytes) => !state.slow && sent.push(new Int16Array(bytes.slice().buffer)[0]) > 0,
    close: (code, reason) => void closes.push(`${code} ${reason}`),
  })
  return { clock, dropped, heard, connection, sent, closes, state }
}

const frame = (value: number) => new Uint8Array(new Int16Array(160).fill(value).buffer)

describe('a call from the page', () => {
  test('frames and keys arrive, two frames in one message as two', () => {
    const { connection, heard } = page()
    connection.message(frame(5))
    connection.message('7')
    connection.message(Buffer.concat([frame(1), frame(2)]))
    expect(heard).toEqual(['audio 160 5', 'key 7', 'audio 160 1', 'audio 160 2'])
  })

  test.each(['77', 'x', '', 'é'])('%p is no key', (text) => {
    const { connection, heard } = page()
    connection.message(text)
    expect(heard).toEqual([])
  })

  test('a message that is no whole frame is not heard', () => {
    const { connection, heard } = page()
    for (const bytes of [0, 1, 319]) connection.message(new Uint8Array(bytes))
    expect(heard).toEqual([])
  })

  test('more than real time and half a second is left out and counted', () => {
    const { connection, heard, dropped, clock } = page()
    for (let i = 0; i < 100; i++) connection.message(frame(1))
    expect([heard.length, dropped.value]).toEqual([25, 75])
    clock.advance(40)
    for (let i = 0; i < 100; i++) connection.message(frame(1))
    expect(heard.length).toBe(27)
  })

  test('what the bot says is sent, and left out where the browser is too slow', () => {
    const { connection, sent, dropped, state } = page()
    connection.sendFrame(new Int16Array(160).fill(9))
    connection.sendSilence()
    state.slow = true
    connection.sendSilence()
    expect([sent, dropped.value]).toEqual([[9, 0], 1])
  })

  test('a caller who closes the page has hung up', () => {
    const { connection, heard } = page()
    connection.close()
    expect(heard).toEqual(['closed peer closed'])
  })

  test('an end is told once, whoever ends it, and nothing is sent after it', () => {
    const { connection, heard, closes, sent } = page()
    connection.hangUp()
    connection.close()
    connection.close()
    connection.sendSilence()
    connection.message(frame(1))
    expect([heard, closes, sent]).toEqual([['closed hung up by us'], ['1000 goodbye'], []])
  })

  test('is refused where it is not offered, and without WebSocket', async () => {
    expect((await fakeProgram().ask('/api/talk')).status).toBe(404)
    expect((await fakeProgram({ talk() {} }).ask('/api/talk')).status).toBe(426)
  })
})

describe('over a real WebSocket', () => {
  const token = 'a token, with spaces: é'
  const protocols = ['voicebot', `token.${Buffer.from(token).toString('base64url')}`]

  test('the page talks both ways, its token in the protocol', async () => {
    const { heard, talk, connection } = taker()
    const server = startAdmin({
      host: '127.0.0.1',
      port: 0,
      app: createAdmin(fakeProgram({ talk, token }).deps),
    })
    const url = `ws://127.0.0.1:${server.port}/api/talk`
    const socket = new WebSocket(url, protocols)
    socket.binaryType = 'arraybuffer'
    const message = new Promise<ArrayBuffer>((resolve) => {
      socket.onmessage = ({ data }) => resolve(data)
    })
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    expect(socket.protocol).toBe('voicebot')
    connection().sendFrame(new Int16Array(160).fill(-3))
    expect(new Int16Array(await message)[159]).toBe(-3)
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

  test('a supervisor hears both sides until the call ends', async () => {
    const program = fakeProgram()
    const server = startAdmin({ host: '127.0.0.1', port: 0, app: program.app })
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/calls/${callId}/listen`)
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
