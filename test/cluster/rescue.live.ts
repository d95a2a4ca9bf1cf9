// A machine dies or freezes in the middle of a call, and another one goes on with the conversation.

import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { CallInfo } from '../../src/calls/views.ts'
import { Telephone, type World } from '../faults/world.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { RedisServer } from '../support/redis/server.ts'
import { type BotProcess, startBot } from './bot-process.ts'
import { eventually } from './eventually.ts'
import { nextStep, startMachines } from './machines.ts'

let redis: RedisServer
let survivor: World
let bot: BotProcess

beforeEach(async () => {
  redis = await RedisServer.start()
  bot = await startBot(redis)
  ;[survivor] = (await startMachines(1, redis, {}, 2, {})) as [World]
})
afterEach(async () => {
  await survivor.stop()
  await bot.end()
  await redis.kill()
})

const callOn = async (adminUrl: string, callId: string): Promise<CallInfo> =>
  (await askAdmin(adminUrl, `/api/calls/${callId}`)).json() as Promise<CallInfo>

/** A call on the bot that will die, in which the caller has said by key what the topic is. */
async function callInTheMiddle(): Promise<Telephone> {
  const phone = await Telephone.dial(bot.port)
  await eventually(
    'the bot asks',
    async () => (await callOn(bot.adminUrl, phone.callId)).transcript.length >= 2,
  )
  phone.asterisk.press('1')
  await eventually('the bot asks the next thing', async () => {
    const { transcript } = await callOn(bot.adminUrl, phone.callId)
    const keyed = transcript.findIndex(({ text }) => text.includes('1'))
    return keyed >= 0 && transcript.slice(keyed + 1).some(({ who }) => who === 'agent')
  })
  return phone
}

const rescueAnswer = async (callId: string, rescue: number) =>
  (await nextStep(survivor, callId, `?visit=1&rescue=${rescue}`)).text.split('\n')[0]

describe('a bot that is killed', () => {
  test('is succeeded by another, which apologises and goes on where the conversation was', async () => {
    const phone = await callInTheMiddle()
    const { callId } = phone
    const before = await callOn(bot.adminUrl, callId)
    bot.process.kill('SIGKILL')
    const killedMs = performance.now()
    await phone.ended
    expect(await rescueAnswer(callId, 0)).toBe('bot|')
    const again = await Telephone.dial(survivor.server.audioSocketPort, '127.0.0.1', callId)
    const tookMs = performance.now() - killedMs
    await eventually('the first word', async () => again.audibleMs.length > 0)
    console.log(
      `from SIGKILL to the first frame ${tookMs.toFixed(0)} ms, to the first word`,
      (again.audibleMs[0]! - killedMs).toFixed(0),
    )
    await eventually('it apologises and asks', async () => {
      const { transcript } = await callOn(survivor.server.adminUrl, callId)
      const cut = transcript.findIndex(({ text }) => text === 'Excusez-moi, nous avons été coupés.')
      return cut >= 0 && transcript.length > cut + 1
    })
    const after = await callOn(survivor.server.adminUrl, callId)
    expect(after.state).toBe(before.state)
    // One transcript: what was said before the cut comes first, at times before this part began.
    const texts = after.transcript.map(({ text }) => text)
    for (const { text } of before.transcript) expect(texts).toContain(text)
    expect(after.transcript[0]!.atMs).toBeLessThan(0)
    expect(texts.filter((text) => text.startsWith('Bonjour'))).toHaveLength(1)
    expect(survivor.metric('cluster_rescued_total')).toBe(1)
    // The record of this part says where the recording of the part before is.
    const record = await askAdmin(survivor.server.adminUrl, `/api/recordings/${callId}.json`)
    expect(await record.json()).toMatchObject({ partBefore: new URL(bot.adminUrl).origin })
    again.hangUp()
  })

  test('gets no successor for a second loss, nor for a dialplan that has no rescue', async () => {
    const { callId } = await callInTheMiddle()
    bot.process.kill('SIGKILL')
    await bot.process.exited
    expect(await rescueAnswer(callId, 1)).toBe('queue|support')
    expect((await nextStep(survivor, callId)).text).toStartWith('queue|support')
    expect(await rescueAnswer(callId, 0)).toBe('bot|')
  })

  test('is succeeded too when Redis came back empty, from the next sentence on', async () => {
    const phone = await callInTheMiddle()
    const { callId } = phone
    await redis.kill()
    await redis.restart()
    for (const key of '0612345678#') phone.asterisk.press(key as '#')
    const isKept = async (what: string) => (await redis.cli('keys', `*:${what}:*`)) !== ''
    await eventually(
      'claim and checkpoint are there',
      async () => (await isKept('call')) && isKept('checkpoint'),
    )
    bot.process.kill('SIGKILL')
    await phone.ended
    expect(await rescueAnswer(callId, 0)).toBe('bot|')
  })

  test('leaves its callers to people when Redis is gone', async () => {
    const { callId } = await callInTheMiddle()
    bot.process.kill('SIGKILL')
    await redis.kill()
    expect(await rescueAnswer(callId, 0)).toBe('queue|support')
  })
})

describe('a bot that is frozen', () => {
  test('finds its call taken when it thaws, and changes nothing', async () => {
    const phone = await callInTheMiddle()
    const { callId } = phone
    bot.process.kill('SIGSTOP')
    expect(await rescueAnswer(callId, 0)).toBe('bot|')
    const again = await Telephone.dial(survivor.server.audioSocketPort, '127.0.0.1', callId)
    await again.hears(20)
    // Asterisk has left the frozen bot long ago.
    phone.hangUp()
    bot.process.kill('SIGCONT')
    // Asked for the call, the thawed bot shows the part that lives elsewhere; its metrics are its own.
    await eventually('the thawed bot has ended its part', async () => {
      const metrics = await (await askAdmin(bot.adminUrl, '/metrics')).text()
      return metrics.includes('\nvoicebot_calls_live 0\n')
    })
    expect((await callOn(survivor.server.adminUrl, callId)).outcome).toBeNull()
    await askAdmin(survivor.server.adminUrl, `/api/calls/${callId}/hangup`, { method: 'POST' })
    await again.ended
    for (const adminUrl of [bot.adminUrl, survivor.server.adminUrl]) {
      const answer = await askAdmin(adminUrl, `/asterisk/calls/${callId}/next?rescue=1`)
      expect(await answer.text()).toStartWith('hangup|')
    }
  })
})
