// Audio workers that fail: the caller hears the sentence a little later, and notices nothing else.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { audioWorker } from '../../src/codecs/jobs.ts'
import { type Fakes, startFakes } from '../support/clouds/server.ts'
import { until } from '../support/clouds/until.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { longestGapMs, startWorld, Telephone } from './world.ts'

const faulty = new URL('./faulty-audio.worker.ts', import.meta.url)
const sentence = 'Encore un instant.'

let fakes: Fakes
beforeAll(() => {
  fakes = startFakes()
})
afterAll(() => fakes.stop())

/** The first `losses` workers are lost as `fault` says, those after them are good. */
function openWorld(fault: string, losses: number) {
  let made = 0
  const start = () =>
    made++ < losses ? new Worker(faulty.href, { argv: [fault] }) : new Worker(audioWorker.href)
  return startWorld(
    {
      TTS: 'openai',
      REVOICE: 'off',
      TTS_FORMAT: 'mp3',
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: `${fakes.url}/v1`,
      AUDIO_WORKERS: '1',
    },
    { audioWorker: start },
  )
}

describe('the caller hears the whole sentence, and no apology, when the worker that decodes it', () => {
  test.concurrent.each([
    ['throws', 'throws'],
    ['exits', 'exits'],
    ['runs in an endless loop', 'loops'],
    ['runs out of memory', 'runsOutOfMemory'],
  ])('%s', async (_title, fault) => {
    const world = await openWorld(fault, 1)
    const phone = await Telephone.dial(world.server.audioSocketPort)
    expect(world.server.registry.say(phone.callId, sentence)).toBe(true)
    const lines = () => world.server.registry.get(phone.callId)?.transcript ?? []
    await until('the sentence was heard', () => lines().some(({ text }) => text === sentence), 10_000)
    expect(lines().filter(({ text, cut }) => text === sentence && !cut)).toHaveLength(1)
    expect(world.server.registry.get(phone.callId)?.state).not.toBe('error')
    expect(world.metric('worker_restarts_total')).toBe(1)
    expect(longestGapMs(phone.frameMs)).toBeLessThan(1_000)
    phone.hangUp()
    await world.stop()
  })
})

test.concurrent('when no worker survives the sentence, the caller hears so and is transferred to a human', async () => {
  const world = await openWorld('throws', Number.POSITIVE_INFINITY)
  const phone = await Telephone.dial(world.server.audioSocketPort)
  world.server.registry.say(phone.callId, sentence)
  const end = await phone.ended
  expect([end.end, end.violation]).toEqual(['agent hung up', undefined])
  const answer = await askAdmin(world.server.adminUrl, `/asterisk/calls/${phone.callId}/next`)
  expect(await answer.text()).toStartWith('queue|support\n')
  await world.stop()
}, 30_000)
