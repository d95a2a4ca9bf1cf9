// Records what a real Asterisk sends for a SIP phone, byte by byte, into captures/: `bun test/fuzz/record-asterisk.ts`. Done
// once, like record.ts, which has what this Asterisk does not do by itself: other packet lengths, no silence.

import { join } from 'node:path'
import { readWav } from '../../src/audio/wav.ts'
import { encodeHangup, frameMessage } from '../../src/audiosocket/message.ts'
import { World } from '../e2e/world.ts'
import type { Phone } from '../support/phone/phone.ts'
import { Capture } from './capture.ts'

const speech = readWav(
  await Bun.file(join(import.meta.dir, '../fixtures/audio/utterance-number.wav')).bytes(),
).samples
const { message: silence } = frameMessage()
const hangUp = new Uint8Array(3)
encodeHangup(hangUp)

/** The capture ends after this many bytes, a second and a half of frames; no frame comes while a key is pressed. */
type Scene = { name: string; bytes: number; endedBy: 'caller' | 'agent'; act: (phone: Phone) => void }
const scenes: Scene[] = [
  {
    name: 'asterisk-speech',
    bytes: 75 * silence.length,
    endedBy: 'caller',
    act: ({ media }) => void media.play(speech.subarray(0, 1_300 * 8)),
  },
  {
    name: 'asterisk-keys',
    bytes: 67 * silence.length,
    endedBy: 'agent',
    act: ({ media }) => media.press('06#*'),
  },
]

const world = await World.open()
const cleanups: (() => unknown)[] = []
try {
  for (const { name, bytes, endedBy, act } of scenes) {
    const capture = new Capture()
    const callee = { audioSocket: `127.0.0.1:${capture.port}`, http: 'http://127.0.0.1:1' }
    const { phone } = await world.dial(callee, (undo) => void cleanups.push(undo))
    const agent = setInterval(() => capture.send(silence), 20)
    act(phone)
    await capture.received(bytes)
    if (endedBy === 'caller') phone.hangUp()
    else capture.send(hangUp)
    await capture.save(name)
    clearInterval(agent)
  }
} finally {
  for (const undo of cleanups) undo()
  await world.close()
}
process.exit(0)
