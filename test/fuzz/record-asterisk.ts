// Records what a real Asterisk sends for a SIP phone, byte by byte, into captures/: `bun test/fuzz/record-asterisk.ts`. Done
// once, like record.ts, which has what this Asterisk does not do by itself: other packet lengths, no silence.

import { join } from 'node:path'
import { readWav } from '../../src/audio/wav.ts'
import { encodeHangup, frameMessage } from '../../src/audiosocket/message.ts'
import { World } from '../e2e/world.ts'
import type { Phone } from '../support/sip/phone.ts'

const folder = join(import.meta.dir, 'captures')
const speech = readWav(
  await Bun.file(join(import.meta.dir, '../fixtures/audio/utterance-number.wav')).bytes(),
).samples
const { message: silence } = frameMessage()
const hangUp = new Uint8Array(3)
encodeHangup(hangUp)

type Capture = { name: string; lengthMs: number; endedBy: 'caller' | 'agent'; act: (phone: Phone) => void }
const captures: Capture[] = [
  {
    name: 'asterisk-speech',
    lengthMs: 1_500,
    endedBy: 'caller',
    act: ({ media }) => void media.play(speech.subarray(0, 1_300 * 8)),
  },
  {
    name: 'asterisk-keys',
    lengthMs: 2_000,
    endedBy: 'agent',
    act: ({ media }) => media.press('06#*'),
  },
]

const world = await World.open()
const cleanups: (() => unknown)[] = []
try {
  for (const { name, lengthMs, endedBy, act } of captures) {
    const bytes: Uint8Array[] = []
    const begun = Promise.withResolvers<Bun.Socket>()
    const closed = Promise.withResolvers<void>()
    const listener = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: {
        binaryType: 'uint8array',
        open: (socket) => begun.resolve(socket),
        data: (_socket, chunk) => void bytes.push(chunk.slice()),
        close: () => closed.resolve(),
      } as Bun.SocketHandler<undefined>,
    })
    const callee = { audioSocket: `127.0.0.1:${listener.port}`, http: 'http://127.0.0.1:1' }
    const { phone } = await world.dial(callee, (undo) => void cleanups.push(undo))
    const socket = await begun.promise
    const agent = setInterval(() => socket.write(silence), 20)
    act(phone)
    await Bun.sleep(lengthMs)
    if (endedBy === 'caller') phone.hangUp()
    else socket.write(hangUp)
    await closed.promise
    clearInterval(agent)
    listener.stop(true)
    const all = Buffer.concat(bytes)
    await Bun.write(join(folder, `${name}.bin`), all)
    console.log(`${name}: ${all.length} bytes, ends with ${all.subarray(-3).toString('hex')}`)
  }
} finally {
  for (const undo of cleanups) undo()
  await world.close()
}
process.exit(0)
