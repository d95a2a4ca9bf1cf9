import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createRandom } from '../support/lab/random.ts'
import { closeServers, type Seen, startEcho } from '../support/phone/echo-server.ts'
import {
  bytesOf,
  goodCall,
  message,
  RawPeer,
  until,
  uuidMessage,
  uuidOf,
} from '../support/phone/fake-asterisk.ts'

setDefaultTimeout(60_000)

afterEach(closeServers)

type Bench = ReturnType<typeof startEcho>
type Scene = { bench: Bench; peer: RawPeer; call: () => Seen }
type Row = {
  title: string
  /** What the peer does; the UUID is sent before unless `bare`. */
  act: (scene: Scene) => void | Promise<void>
  bare?: true
  /** `closed` of the call, exactly once. */
  closed?: string
  /** Reason in the log of a connection that never became a call. */
  refused?: string
  /** The call continues: it receives one last key, and then the peer hangs up. */
  goesOn?: true
  frames?: number
  silentFrames?: number
  keys?: string
  counted?: Partial<Record<CounterName, number>>
}
type CounterName =
  | 'odd_audio'
  | 'empty_audio'
  | 'bad_keys'
  | 'peer_errors'
  | 'unknown_messages'
  | 'failures'
  | 'flood_frames'
  | 'flood_keys'
  | 'floods'

const mine = uuidOf(2)
const frame = (value = 5) => message(0x10, new Uint8Array(320).fill(value))
const pcm = (bytes: number) => new Uint8Array(bytes).fill(5)
const rates = [12_000, 16_000, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000]

const rows: Row[] = [
  { title: 'connects and closes', bare: true, act: ({ peer }) => peer.end(), refused: 'peer closed' },
  { title: 'connects and resets', bare: true, act: ({ peer }) => peer.reset(), refused: 'peer reset' },
  {
    title: 'says nothing for 2 s',
    bare: true,
    act: ({ bench }) => bench.clock.advance(2_000),
    refused: 'no uuid in time',
  },
  {
    title: 'sends half a uuid and waits',
    bare: true,
    act: ({ bench, peer }) => {
      peer.write('01 0010 0011223344')
      bench.clock.advance(2_000)
    },
    refused: 'no uuid in time',
  },
  {
    title: 'sends half a uuid and closes',
    bare: true,
    act: ({ peer }) => {
      peer.write('01 0010 0011223344')
      peer.end()
    },
    refused: 'peer closed',
  },
  {
    title: 'sends its uuid at the last moment',
    bare: true,
    act: ({ bench, peer }) => {
      bench.clock.advance(1_999)
      peer.write(uuidMessage(mine))
    },
    goesOn: true,
  },
  {
    title: 'sends a uuid of 15 bytes',
    bare: true,
    act: ({ peer }) => peer.write(message(0x01, pcm(15))),
    refused: 'first message is not a uuid',
  },
  {
    title: 'sends a uuid of 17 bytes',
    bare: true,
    act: ({ peer }) => peer.write(message(0x01, pcm(17))),
    refused: 'first message is not a uuid',
  },
  {
    title: 'sends an empty uuid',
    bare: true,
    act: ({ peer }) => peer.write('01 0000'),
    refused: 'first message is not a uuid',
  },
  {
    title: 'begins with audio',
    bare: true,
    act: ({ peer }) => peer.write(frame()),
    refused: 'first message is not a uuid',
  },
  {
    title: 'begins with a hang-up',
    bare: true,
    act: ({ peer }) => peer.write('00 0000'),
    refused: 'first message is not a uuid',
  },
  {
    title: 'begins with the header of a long message',
    bare: true,
    act: ({ peer }) => peer.write('10 ffff'),
    refused: 'first message is not a uuid',
  },
  {
    title: 'speaks HTTP',
    bare: true,
    act: ({ peer }) => peer.write(new TextEncoder().encode('GET / HTTP/1.1\r\nHost: bot\r\n\r\n')),
    refused: 'first message is not a uuid',
  },
  {
    title: 'sends 64 kB of noise',
    bare: true,
    act: ({ peer }) => peer.write(createRandom(3).bytes(65_536)),
    refused: 'first message is not a uuid',
  },
  {
    title: 'sends the uuid of a live call',
    bare: true,
    act: ({ peer }) => peer.write(uuidMessage(uuidOf(1))),
    refused: 'uuid in use',
  },
  {
    title: 'sends its uuid byte by byte',
    bare: true,
    act: ({ peer }) => peer.writeByteByByte(uuidMessage(mine)),
    goesOn: true,
  },
  {
    title: 'sends uuid, audio, key and hang-up in one write',
    bare: true,
    act: ({ peer }) => peer.write(Buffer.concat([uuidMessage(mine), frame(), bytesOf('03 0001 32 00 0000')])),
    closed: 'peer hung up',
    frames: 1,
    keys: '2',
  },
  { title: 'closes right after its uuid', act: ({ peer }) => peer.end(), closed: 'peer closed' },
  { title: 'resets right after its uuid', act: ({ peer }) => peer.reset(), closed: 'peer reset' },
  { title: 'closes its half', act: ({ peer }) => peer.halfClose(), closed: 'peer closed' },
  { title: 'hangs up', act: ({ peer }) => peer.write('00 0000'), closed: 'peer hung up' },
  {
    title: 'closes inside a message',
    act: ({ peer }) => {
      peer.write(frame().subarray(0, 100))
      peer.end()
    },
    closed: 'peer closed',
    frames: 0,
  },
  {
    title: 'resets inside a header',
    act: async ({ peer }) => {
      await peer.writeByteByByte('10 01')
      peer.reset()
    },
    closed: 'peer reset',
    frames: 0,
  },
  {
    title: 'sends a frame byte by byte',
    act: ({ peer }) => peer.writeByteByByte(frame()),
    goesOn: true,
    frames: 1,
  },
  {
    title: 'sends packets of 160, 276, 480 and 960 bytes',
    act: ({ peer }) => {
      for (const bytes of [160, 276, 480, 960, 44]) peer.write(message(0x10, pcm(bytes)))
    },
    goesOn: true,
    frames: 6,
  },
  {
    title: 'sends odd audio',
    act: ({ peer }) => peer.write(message(0x10, pcm(321))),
    goesOn: true,
    frames: 1,
    silentFrames: 1,
    counted: { odd_audio: 1 },
  },
  {
    title: 'sends audio of one byte',
    act: ({ peer }) => peer.write('10 0001 ff'),
    goesOn: true,
    frames: 0,
    counted: { odd_audio: 1 },
  },
  {
    title: 'sends empty audio',
    act: ({ peer }) => peer.write('10 0000 12 0000 18 0000'),
    goesOn: true,
    frames: 0,
    counted: { empty_audio: 3 },
  },
  {
    title: 'sends 65 535 bytes of audio',
    act: ({ peer }) => peer.write(message(0x10, pcm(65_535))),
    goesOn: true,
    frames: 100,
    silentFrames: 100,
    counted: { odd_audio: 1, flood_frames: 104 },
  },
  {
    title: 'sends 65 534 bytes of audio',
    act: ({ peer }) => peer.write(message(0x10, pcm(65_534))),
    goesOn: true,
    frames: 100,
    silentFrames: 0,
    counted: { flood_frames: 104 },
  },
  ...rates.map(
    (rateHz, i): Row => ({
      title: `sends one second at ${rateHz} Hz`,
      act: ({ peer }) => {
        for (let n = 0; n < 50; n++) peer.write(message(0x11 + i, pcm((rateHz / 50) * 2)))
      },
      goesOn: true,
      frames: 49,
    }),
  ),
  {
    title: 'changes its rate with every packet',
    act: ({ peer }) => {
      for (let kind = 0x10; kind <= 0x18; kind++) peer.write(message(kind, pcm(640)))
    },
    goesOn: true,
  },
  {
    title: 'sends unknown kinds, a second uuid among them',
    act: ({ peer }) =>
      peer.write(Buffer.concat([bytesOf('02 0000 19 0001 aa 20 0002 bbbb'), uuidMessage(mine)])),
    goesOn: true,
    frames: 0,
    counted: { unknown_messages: 4 },
  },
  {
    title: 'reports errors',
    act: ({ peer }) => peer.write('ff 0001 01 ff 0000'),
    goesOn: true,
    counted: { peer_errors: 2 },
  },
  {
    title: 'presses every key',
    act: ({ peer }) => {
      for (const key of '0123456789*#ABCDabcd') peer.write(message(0x03, Uint8Array.of(key.charCodeAt(0))))
    },
    goesOn: true,
    keys: '0123456789*#ABCDABCD',
    counted: { bad_keys: 0 },
  },
  {
    title: 'sends DTMF that is not a key',
    act: ({ peer }) => peer.write('03 0000 03 0002 3132 03 0001 00 03 0001 78 03 0001 ff'),
    goesOn: true,
    keys: '',
    counted: { bad_keys: 5 },
  },
  {
    title: 'sends the audio of one second at once, which the network held back',
    act: ({ peer }) => peer.write(Buffer.concat(Array.from({ length: 50 }, () => frame()))),
    goesOn: true,
    frames: 50,
    counted: { flood_frames: 0 },
  },
  {
    title: 'sends 40 s of audio at once',
    act: ({ peer }) => peer.write(Buffer.concat(Array.from({ length: 2_000 }, () => frame()))),
    goesOn: true,
    frames: 100,
    counted: { flood_frames: 1_900, floods: 0 },
  },
  {
    title: 'sends audio at a thousand times real time',
    act: ({ peer }) => peer.write(Buffer.concat(Array.from({ length: 20_000 }, () => frame()))),
    closed: 'flood',
    frames: 100,
    counted: { floods: 1 },
  },
  {
    title: 'floods with empty messages of unknown kinds',
    act: ({ peer }) => peer.write(new Uint8Array(150_000).fill(0).map((_, i) => (i % 3 === 0 ? 0x42 : 0))),
    closed: 'flood',
    frames: 0,
    counted: { floods: 1 },
  },
  {
    title: 'presses a thousand keys at once',
    act: async ({ bench, peer, call }) => {
      peer.write(Buffer.concat(Array.from({ length: 1_000 }, () => bytesOf('03 0001 35'))))
      await until(() => bench.count('flood_keys') === 960, 'the flood was taken')
      expect(call().keys).toBe('5'.repeat(40))
      bench.clock.advance(1_000)
    },
    goesOn: true,
    keys: '5'.repeat(40),
    counted: { flood_keys: 960, floods: 0 },
  },
  {
    title: 'sends noise after its uuid',
    act: ({ peer }) => {
      peer.write(message(0x77, createRandom(5).bytes(60_000)))
    },
    goesOn: true,
    counted: { unknown_messages: 1 },
  },
  {
    title: 'stops reading',
    act: async ({ bench, peer, call }) => {
      peer.pause()
      const { connection } = call()
      for (let n = 0; n < 100_000 && connection.droppedMessages === 0; n++) connection.sendSilence()
      expect(connection.droppedMessages).toBe(1)
      bench.clock.advance(1_999)
      expect(call().closed).toEqual([])
      bench.clock.advance(1)
    },
    closed: 'peer stalled',
  },
  {
    title: 'closes while we write',
    act: ({ peer, call }) => {
      peer.end()
      for (let n = 0; n < 1_000; n++) call().connection.sendSilence()
    },
    closed: 'peer closed or reset',
  },
  {
    title: 'closes when we hang up',
    act: async ({ peer, call }) => {
      call().connection.hangUp()
      await until(() => peer.messages.some(({ kind }) => kind === 0x00), 'the hang-up comes')
      expect(peer.messages.at(-1)).toEqual({ kind: 0x00, bytes: 0 })
      peer.end()
    },
    closed: 'agent hung up',
  },
  {
    title: 'resets when we hang up',
    act: async ({ peer, call }) => {
      call().connection.hangUp()
      await until(() => peer.messages.some(({ kind }) => kind === 0x00), 'the hang-up comes')
      peer.reset()
    },
    closed: 'agent hung up',
  },
  {
    title: 'keeps talking when we hang up',
    act: async ({ bench, peer, call }) => {
      call().connection.hangUp()
      await until(() => peer.messages.some(({ kind }) => kind === 0x00), 'the hang-up comes')
      for (let n = 0; n < 50; n++) peer.write(frame())
      bench.clock.advance(1_000)
    },
    closed: 'hang-up unanswered',
    frames: 0,
  },
  {
    title: 'is disconnected by the call',
    act: ({ call }) => call().connection.destroy('no more of this'),
    closed: 'no more of this',
  },
  {
    title: 'reaches a call that throws on audio',
    act: ({ peer, call }) => {
      call().connection.listener!.audio = () => {
        throw new Error('a defect of ours')
      }
      peer.write(frame())
    },
    closed: 'internal error',
    counted: { failures: 1 },
  },
]

describe('a good call is not disturbed while another peer', () => {
  test.each(rows.map((row) => [row.title, row] as const))('%s', async (_title, row) => {
    const bench = startEcho()
    const good = await goodCall(bench.server.port, bench.clock)
    await good.proves()

    const peer = await RawPeer.connect(bench.server.port)
    await until(() => bench.server.connections === 2, 'the peer is accepted')
    const call = () => bench.calls.get(mine)!
    if (!row.bare) {
      peer.write(uuidMessage(mine))
      await until(() => bench.calls.has(mine), 'the uuid has come')
    }
    await row.act({ bench, peer, call })
    if (row.goesOn) {
      peer.write('03 0001 2a')
      await until(() => call()?.keys.endsWith('*') ?? false, 'the last key is heard')
      call().keys = call().keys.slice(0, -1)
      // Not `end`: with echoes unread the kernel would turn that into RST.
      peer.halfClose()
    }
    await until(() => bench.server.connections === 1, 'the server lets go of the peer')
    await until(() => peer.closed || row.title === 'stops reading', 'the peer is closed')
    await good.proves()

    const closed = bench.calls.get(mine)?.closed ?? []
    if (row.closed === 'peer closed or reset')
      expect(closed).toEqual([expect.stringMatching(/^peer (closed|reset)$/)])
    else expect(closed).toEqual(row.refused ? [] : [row.closed ?? 'peer closed'])
    expect(bench.refused).toEqual(row.refused ? [row.refused] : [])
    if (row.frames !== undefined) expect(call().frames).toBe(row.frames)
    if (row.silentFrames !== undefined) expect(call().silentFrames).toBe(row.silentFrames)
    if (row.keys !== undefined) expect(call().keys).toBe(row.keys)
    for (const [name, value] of Object.entries({ failures: 0, ...row.counted }))
      expect([name, bench.count(name)]).toEqual([name, value])
    expect(bench.calls.get(uuidOf(1))?.closed).toEqual([])
  })
})
