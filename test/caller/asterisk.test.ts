import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { MessageDecoder } from '../../src/audiosocket/message.ts'
import { SimulatedAsterisk } from '../../src/caller/asterisk.ts'
import type { Violation } from '../../src/caller/asterisk-rules.ts'
import type { CallEnd, CallResult, GivenCall } from '../../src/caller/call.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { type Bytes, bytesOf, message, until, uuidOf } from '../support/phone/fake-asterisk.ts'

setDefaultTimeout(60_000)

const listeners: Bun.TCPSocketListener<undefined>[] = []
afterEach(() => {
  for (const listener of listeners.splice(0)) listener.stop(true)
})

/** An agent that does as the test says, and writes down what came with the time of the faked clock. */
async function callAgent(options: Partial<GivenCall> = {}) {
  const clock = new FakeClock()
  const came: { kind: number; bytes: number; text: string; atMs: number }[] = []
  const decoder = new MessageDecoder()
  let startMs = 0
  let socket: Bun.Socket<undefined> | undefined
  const listener = Bun.listen<undefined>({
    hostname: '127.0.0.1',
    port: 0,
    data: undefined,
    socket: {
      open: (opened) => {
        opened.setNoDelay(true)
        socket = opened
      },
      data: (_socket, chunk) =>
        decoder.push(chunk, (kind, payload) =>
          came.push({ kind, bytes: payload.length, text: payload.toHex(), atMs: clock.now() - startMs }),
        ),
      error: (_socket, error) => {
        throw error
      },
    },
  })
  listeners.push(listener)
  startMs = clock.now()
  const heard: number[] = []
  const call = await SimulatedAsterisk.call({
    host: '127.0.0.1',
    port: listener.port,
    callId: uuidOf(9),
    clock,
    ...options,
    onFrame: (frame) => heard.push(frame[0]),
  })
  await until(() => came.length === 1, 'the uuid has come')
  let result: CallResult | undefined
  call.ended.then(
    (ended) => {
      result = ended
    },
    () => {
      throw new Error('a call never rejects')
    },
  )
  /** Time passes in steps of 10 ms, and after each all that was sent has come. */
  const pass = async (ms: number) => {
    for (let done = 0; done < ms; done += 10) {
      clock.advance(10)
      await new Promise((resolve) => setImmediate(resolve))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { clock, came, call, heard, pass, socket: () => socket!, result: () => result }
}

type Scene = Awaited<ReturnType<typeof callAgent>>
const write = (scene: Scene, bytes: Bytes) => scene.socket().write(bytesOf(bytes))
const pcm = (bytes: number) => new Uint8Array(bytes).fill(5)

describe('Asterisk hangs up on an agent that', () => {
  const rows: [title: string, sent: Bytes, violation: Violation][] = [
    ['sends audio of length 0', '10 0000', 'empty audio'],
    ['sends audio of another rate and length 0', '12 0000', 'empty audio'],
    ['sends a uuid', message(0x01, pcm(16)), 'kind not accepted'],
    ['sends kind 0x02', '02 0000', 'kind not accepted'],
    ['sends a key', '03 0001 31', 'kind not accepted'],
    ['sends kind 0x0f', '0f 0000', 'kind not accepted'],
    ['sends kind 0x19', '19 0002 0000', 'kind not accepted'],
    ['sends kind 0x20', '20 0002 0000', 'kind not accepted'],
    ['sends an error', 'ff 0001 01', 'kind not accepted'],
    ['offends after good audio', Buffer.concat([message(0x10, pcm(320)), bytesOf('10 0000')]), 'empty audio'],
  ]
  test.each(rows)('%s', async (_title, sent, violation) => {
    const scene = await callAgent()
    write(scene, sent)
    const result = await scene.call.ended
    expect([result.end, result.violation, result.tryStatus]).toEqual(['violation', violation, 'FAILED'])
    expect(scene.clock.pending).toBe(0)
  })

  test('pauses for more than 5 ms inside a message', async () => {
    const scene = await callAgent({ sendsSilence: false })
    const frame = message(0x10, pcm(320))
    write(scene, frame.subarray(0, 100))
    await until(() => scene.clock.pending > 3, 'the wait for the rest has begun')
    scene.clock.advance(5)
    expect(scene.result()).toBeUndefined()
    write(scene, frame.subarray(100))
    await until(() => scene.heard.length === 1, 'the frame is heard')
    write(scene, frame.subarray(0, 3))
    await until(() => scene.clock.pending > 3, 'the wait for the rest has begun again')
    scene.clock.advance(10)
    expect((await scene.call.ended).violation).toBe('gap inside a message')
  })

  test('sends nothing for 2 s while the caller sends nothing either', async () => {
    const scene = await callAgent({ sendsSilence: false })
    scene.clock.advance(1_999)
    await Promise.resolve()
    expect(scene.result()).toBeUndefined()
    scene.clock.advance(1)
    expect((await scene.call.ended).violation).toBe('no activity for 2000 ms')
  })
})

describe('Asterisk accepts an agent that', () => {
  const rows: [title: string, sent: Bytes, frames: number, unplayable: number][] = [
    ['sends a frame', message(0x10, pcm(320)), 1, 0],
    ['sends one byte of audio', '10 0001 05', 0, 1],
    ['sends 321 bytes', message(0x10, pcm(321)), 1, 0],
    ['sends 16 192 bytes', message(0x10, pcm(16_192)), 50, 0],
    ['sends 16 194 bytes, and plays none of them', message(0x10, pcm(16_194)), 0, 1],
    ['sends 65 535 bytes, and plays none of them', message(0x10, pcm(65_535)), 0, 1],
    ['sends 40 ms at 16 kHz', message(0x12, pcm(1_280)), 1, 0],
    ['sends 40 ms at 48 kHz', message(0x16, pcm(3_840)), 1, 0],
    ['sends five frames at once', Buffer.concat(new Array(5).fill(message(0x10, pcm(320)))), 5, 0],
  ]
  test.each(rows)('%s', async (_title, sent, frames, unplayable) => {
    const scene = await callAgent()
    write(scene, sent)
    write(scene, '00 0000')
    const result = await scene.call.ended
    expect([result.end, result.violation, result.tryStatus]).toEqual(['agent hung up', undefined, 'SUCCESS'])
    expect([scene.heard.length, result.unplayable]).toEqual([frames, unplayable])
  })

  test('splits a header by a second', async () => {
    const scene = await callAgent()
    write(scene, '10 00')
    await scene.pass(1_000)
    write(scene, '02 0505')
    write(scene, '00 0000')
    expect((await scene.call.ended).end).toBe('agent hung up')
  })

  test('says nothing while its caller talks', async () => {
    const scene = await callAgent()
    await scene.pass(9_000)
    expect(scene.result()).toBeUndefined()
    scene.call.hangUp()
  })
})

describe('an end is told as the dialplan would see it', () => {
  const rows: [title: string, end: CallEnd, tryStatus: string, act: (scene: Scene) => void][] = [
    ['0x00', 'agent hung up', 'SUCCESS', (scene) => write(scene, '00 0000')],
    ['FIN', 'agent closed', 'SUCCESS', (scene) => scene.socket().shutdown()],
    ['RST', 'agent reset', 'FAILED', (scene) => scene.socket().terminate()],
    ['the caller hangs up', 'caller hung up', 'SUCCESS', (scene) => scene.call.hangUp()],
    [
      'the caller has waited long enough',
      'caller hung up',
      'SUCCESS',
      (scene) => scene.clock.advance(60_000),
    ],
  ]
  test.each(rows)('%s', async (_title, end, tryStatus, act) => {
    const scene = await callAgent()
    act(scene)
    const result = await scene.call.ended
    expect([result.end, result.tryStatus]).toEqual([end, tryStatus as CallResult['tryStatus']])
    expect(scene.clock.pending).toBe(0)
  })

  test('no server listens', async () => {
    const scene = await callAgent()
    const { port } = listeners[0]
    listeners[0].stop(true)
    const call = await SimulatedAsterisk.call({
      host: '127.0.0.1',
      port,
      callId: uuidOf(8),
      clock: scene.clock,
    })
    expect(await call.ended).toMatchObject({ end: 'no answer', tryStatus: 'FAILED', durationMs: 0 })
  })
})

describe('the cadence is that of the telephone', () => {
  test.each([10, 20, 30, 60])('a packet every %i ms', async (ptimeMs) => {
    const scene = await callAgent({ ptimeMs })
    await scene.pass(600)
    await until(() => scene.came.length > 600 / ptimeMs, 'all packets have come')
    const [uuid, ...audio] = scene.came
    expect([uuid.kind, uuid.text]).toEqual([0x01, uuidOf(9).replaceAll('-', '')])
    expect(audio).toHaveLength(600 / ptimeMs)
    expect(audio.map(({ bytes }) => bytes)).toEqual(audio.map(() => ptimeMs * 16))
    expect(audio.map(({ atMs }) => Math.floor(atMs / ptimeMs))).toEqual(audio.map((_, i) => i + 1))
    scene.call.hangUp()
  })

  test('a digit comes at its end, and there is no audio while it sounds', async () => {
    const keys = [
      { key: '1', atMs: 100 },
      { key: '#', atMs: 120 },
    ] as const
    const scene = await callAgent({ keys })
    await scene.pass(800)
    const pressed = scene.came.filter(({ kind }) => kind === 0x03)
    expect(pressed.map(({ text, atMs }) => [text, atMs])).toEqual([
      ['31', 300],
      ['23', 520],
    ])
    const audible = scene.came.filter(({ kind }) => kind === 0x10).map(({ atMs }) => atMs)
    expect(audible.filter((atMs) => atMs >= 100 && atMs < 540)).toEqual([])
    expect(audible.filter((atMs) => atMs < 100 || atMs >= 540)).toHaveLength(4 + 14)
    scene.call.hangUp()
    expect((await scene.call.ended).keys).toEqual(['1', '#'])
  })

  test('speech is sent in order and recorded at its time', async () => {
    const scene = await callAgent()
    await scene.pass(100)
    scene.call.say(new Int16Array(200).fill(1))
    scene.call.say(new Int16Array(200).fill(2))
    await scene.pass(100)
    scene.call.hangUp()
    const { said } = await scene.call.ended
    expect(said.indexOf(1)).toBe(100 * 8)
    expect([...said.subarray(800, 1_200)]).toEqual([...new Array(200).fill(1), ...new Array(200).fill(2)])
  })
})

test('a call id that is not a UUID is refused', () => {
  const call = SimulatedAsterisk.call({ host: '127.0.0.1', port: 9, callId: '777', clock: new FakeClock() })
  expect(call).rejects.toThrow(RangeError)
})
