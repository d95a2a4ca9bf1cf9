// One voice a call: when the fake voice has spoken the whole desk, a call hears it and nothing of the embedded voice.

import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { samplesOf } from '../../../src/audio/pcm.ts'
import { MessageDecoder, MessageKind } from '../../../src/audiosocket/message.ts'
import { openClouds } from '../../support/clouds/cloud-call.ts'
import { until } from '../../support/clouds/until.ts'
import { uuidMessage, uuidOf } from '../../support/phone/fake-asterisk.ts'

const cache = join(import.meta.dir, '../../../assets/cache')
const heardS = 8

/** The highest correlation of a second of `known` with any place of `heard`. */
function likeness(heard: Int16Array, known: Int16Array): number {
  const part = known.subarray(1_600, 1_600 + 4_000)
  const energy = part.reduce((sum, value) => sum + value * value, 0)
  let best = 0
  for (let at = 0; at + part.length <= heard.length; at++) {
    let [product, power] = [0, 1]
    for (let i = 0; i < part.length; i++) {
      const value = heard[at + i]!
      product += value * part[i]!
      power += value * value
    }
    best = Math.max(best, Math.abs(product) / Math.sqrt(power * energy))
  }
  return best
}

/** What a caller hears who says nothing. */
async function listen(port: number, id: number): Promise<Int16Array> {
  const frames: Uint8Array[] = []
  const decoder = new MessageDecoder()
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data: (_socket, chunk) =>
        void decoder.push(chunk, (kind, payload) => {
          if (kind === MessageKind.Audio8k) frames.push(payload.slice())
        }),
    },
  })
  socket.write(uuidMessage(uuidOf(id)))
  await until('the welcome', () => frames.length >= heardS * 50)
  socket.end()
  return samplesOf(Buffer.concat(frames))
}

test('before, a call hears the embedded voice; when the voice has spoken all, no second of it', async () => {
  const clouds = await openClouds({ settings: { REVOICE: 'on', TTS: 'openai,embedded' } })
  const { server } = clouds
  const shipped = samplesOf(await Bun.file(join(cache, 'fr.welcome.raw')).bytes())
  const onAir = () =>
    server.metrics
      .snapshot()
      .some((sample) => sample.name === 'revoice_on_air' && 'value' in sample && sample.value === 1)
  // On a fast machine the swap comes in the middle of this call, which keeps the voice it began with.
  expect(onAir()).toBe(false)
  const before = await listen(server.audioSocketPort, 1)
  await until('the voice is on air', onAir, 300_000)
  const after = await listen(server.audioSocketPort, 2)
  await clouds.stop()
  expect(likeness(before, shipped)).toBeGreaterThan(0.8)
  expect(likeness(after, shipped)).toBeLessThan(0.2)
}, 400_000)
