// A bot dies in the middle of a SIP call: Asterisk, HAProxy and Redis bring the caller to another one, which goes on.

import type { CallInfo } from '../../../../src/calls/views.ts'
import type { Heard } from '../../../support/phone/heard.ts'
import type { RedisServer } from '../../../support/redis/server.ts'
import type { Bot } from '../../bot.ts'
import { Caller } from '../../caller.ts'
import { type Case, check } from '../../case.ts'
import { findIn, phraseVariants } from '../../listen.ts'
import type { World } from '../../world.ts'
import { act, untilCall, untilSaid, voiceAfter, wordings } from '../conversation.ts'
import { until } from '../until.ts'
import type { ClusterWorld } from '../world.ts'

/** Correlation of a phrase that a busy machine has spoilt, at least; another phrase has under 0.3. */
const sameEnough = 0.5
const known = { VB_NAME: 'Marie Dupont', VB_PHONE: '0698765432', VB_TOPIC: 'internet' }
/** Half a second of speech, in packets. */
const someVoice = 25

const rescue: Case<ClusterWorld> = {
  title:
    'by SIP: a bot is killed in mid-sentence, and its caller goes on with another, which knows name, number and step',
  limitMs: 200_000,
  async run(world, cleanup) {
    const [sip, redis] = await Promise.all([world.asterisk(), world.redis('rescue')])
    // A notice of recording and a number that is keyed would take 16 s more.
    const settings = { RECORDING: 'off', TRANSFER_QUEUE: 'nobody', ANNOUNCE_SECRET: sip.lab.announceSecret }
    const cluster = await world.sharing(cleanup, redis, { ...settings, ...(await sip.hearing()) })
    const announced = { number: '+33698765432', saysCaller: true }
    const caller = await Caller.dial(sip, cluster.callee, cleanup, 'marie', announced)
    const { callId, phone } = caller
    const dying = await cluster.ownerOf(callId)
    const isSaid = (line: string) => untilSaid(dying.bot, callId, line)
    await isSaid('ask_help')
    await caller.says(`je n'ai plus internet, je m'appelle ${known.VB_NAME}`)
    await isSaid('confirm_line_after')
    const earlier = await checkpointIn(redis)
    await caller.presses('1')
    await isSaid('steps_intro')
    await until('the checkpoint of this answer is in Redis', async () => {
      const kept = await checkpointIn(redis)
      return kept !== '' && kept !== earlier
    })
    await untilCall(dying.bot, callId, 'the agent speaks', ({ speaking }) => speaking === 'agent')
    const killedMs = performance.now()
    dying.bot.signal('SIGKILL')
    const alive = cluster.machines.filter((machine) => machine !== dying)
    const successor = await cluster.ownerOf(callId, alive)
    const { bot } = alive.find((machine) => machine !== successor)!
    await untilSaid(bot, callId, 'cut_off')
    const saidMs = performance.now()
    await until('the agent goes on', () => voiceAfter(phone.media.heard, saidMs).length > someVoice)
    const { nextWordMs, correlation } = await heardAfter(phone.media.heard, killedMs)
    check(correlation > sameEnough, `the caller heard the apology with a correlation of ${correlation}`)
    await leadsToPeople(bot, sip, caller)
    const call = await untilCall(bot, callId, 'the call is over', ({ outcome }) => outcome !== null)
    isOne(call)
    return `${nextWordMs.toFixed(0)} ms from SIGKILL to the next word`
  },
}

export const rescueCases: Case<ClusterWorld>[] = [rescue]

/** One transcript: behind the apology comes the step in which the bot died, and none of the questions before. */
function isOne({ transcript }: CallInfo): void {
  const said = transcript.map(({ text }) => text)
  const cutAt = said.indexOf(wordings('cut_off')[0]!)
  // The transfer cut it short.
  const next = said[cutAt + 1] ?? ''
  const isStep = next !== '' && wordings('step_box_restart').some((step) => step.startsWith(next))
  const nameAt = said.findIndex((text) => text.includes(known.VB_NAME))
  check(nameAt >= 0 && nameAt < cutAt && isStep, `the transcript is not one: ${said.join(' / ')}`)
}

/** A bot that never had the call transfers it, and the queue gets what the dead one found out. */
async function leadsToPeople(bot: Bot, { lab }: World, { callId, phone }: Caller): Promise<void> {
  await act(bot, callId, 'transfer')
  const queued = await lab.queued(callId)
  check(queued.Queue === 'nobody', `queue ${queued.Queue}`)
  for (const [name, value] of Object.entries(known)) {
    const told = await lab.variable(queued.Channel!, name)
    check(told === value, `people are told ${name} '${told}'`)
  }
  check(phone.isUp, 'the caller was hung up on')
}

/** Of the only call in this Redis; '' when there is none. */
async function checkpointIn(redis: RedisServer): Promise<string> {
  const key = await redis.cli('keys', '*:checkpoint:*')
  return key === '' ? '' : redis.cli('get', key)
}

/** How well the apology was heard, and how long after SIGKILL the first word of the other bot came. */
async function heardAfter(
  heard: Heard,
  killedMs: number,
): Promise<{ nextWordMs: number; correlation: number }> {
  const { startMs, samples } = heard.samples(killedMs)
  const [apology] = await phraseVariants('cut_off')
  const { correlation, at } = await findIn(samples, apology!)
  const beginMs = startMs + at / 8
  const endMs = beginMs + apology!.length / 8
  // The longest silence until then, in which no bot sent anything, comes before the other bot's first packet. On a busy
  // machine it may be another one; the apology's place says so, unless its time stamps leave the silence out.
  const came = heard.packets.map(({ atMs }) => atMs).filter((atMs) => atMs > killedMs - 200 && atMs < endMs)
  const silences = came.slice(1).map((atMs, i) => atMs - came[i]!)
  const silent = silences.indexOf(Math.max(...silences))
  const heardMs = [came[silent]!, beginMs].map((fromMs) => voiceAfter(heard, fromMs)[0]!.atMs)
  return { correlation, nextWordMs: Math.max(...heardMs) - killedMs }
}
