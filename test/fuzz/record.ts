// Records what the simulated Asterisk sends, byte by byte, into captures/: `bun test/fuzz/record.ts`. Done once; the fuzzer
// mutates the files. What a real one sends is recorded by record-asterisk.ts.

import { join } from 'node:path'
import { readWav } from '../../src/audio/wav.ts'
import { SimulatedAsterisk } from '../../src/caller/asterisk.ts'
import type { GivenCall } from '../../src/caller/call.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { Capture } from './capture.ts'

const speech = readWav(
  await Bun.file(join(import.meta.dir, '../fixtures/audio/utterance-number.wav')).bytes(),
)
const callId = '00112233-4455-6677-8899-aabbccddeeff'

type Scene = { name: string; lengthMs: number; options: Partial<GivenCall>; speaks: boolean }
const scenes: Scene[] = [
  { name: 'speech', lengthMs: 1_500, options: {}, speaks: true },
  {
    name: 'keys',
    lengthMs: 1_600,
    options: { keys: [...'06#'].map((key, i) => ({ key: key as '0', atMs: 200 + i * 400 })) },
    speaks: false,
  },
  { name: 'packets-of-10-ms', lengthMs: 600, options: { ptimeMs: 10 }, speaks: true },
  { name: 'packets-of-60-ms', lengthMs: 900, options: { ptimeMs: 60 }, speaks: true },
  {
    name: 'silence-suppressed',
    lengthMs: 1_500,
    options: { sendsSilence: false, keys: [{ key: '1', atMs: 300 }] },
    speaks: false,
  },
]

for (const { name, lengthMs, options, speaks } of scenes) {
  const capture = new Capture()
  const clock = new FakeClock()
  const call = await SimulatedAsterisk.call({
    host: '127.0.0.1',
    port: capture.port,
    callId,
    clock,
    ...options,
  })
  if (speaks) call.say(speech.samples.subarray(0, (lengthMs - 200) * 8))
  for (let ms = 0; ms < lengthMs; ms += 10) {
    clock.advance(10)
    await new Promise((resolve) => setImmediate(resolve))
  }
  call.hangUp()
  await capture.save(name)
}
