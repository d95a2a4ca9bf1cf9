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
const known = { VB_NAME: 'Marie Dupont', VB_PHONE: '0612345678', VB_TOPIC: 'internet' }

const rescue: Case<ClusterWorld> = {
  title:
    'by SIP: a bot is killed in mid-sentence, and its caller goes on with another, which knows name, number and step',
  limitMs: 200_000,
  async run(world, cleanup) {
    const [sip, redis] = await Promise.all([world.asterisk(), world.redis('rescue')])
    // Without recording the caller hears no notice: 7 s less.
    const settings = { ...(await sip.hearing()), RECORDING: 'off', TRANSFER_QUEUE: 'nobody' }
    const cluster = await world.sharing(cleanup, redis, settings)
    const caller = await Caller.dial(sip, cluster.callee, cleanup, 'marie')
    const { callId, phone } = caller
    const dying = await cluster.ownerOf(callId)
    const isSaid = (line: string) => untilSaid(dying.bot, callId, line)
    await isSaid('ask_help')
    await caller.says("je n'ai plus internet")
    await isSaid('ask_name')
    await caller.says(known.VB_NAME)
    await isSaid('ask_phone')
    await caller.presses(known.VB_PHONE)
    await isSaid('confirm_phone_after_keys')
    const earlier = await checkpointIn(redis)
    await caller.presses('1')
    await isSaid('steps_intro')
    await until('the checkpoint of this answer is in Redis', async () => {
      const kept = await checkpointIn(redis)
      return kept !== '' && kept !== earlier
    })
    const { state } = await untilCall(
      dying.bot,
      callId,
      'the agent speaks',
      ({ speaking }) => speaking === 'agent',
    )
    const killedMs = performance.now()
    dying.bot.signal('SIGKILL')
    const alive = cluster.machines.filter((machine) => machine !== dying)
    const successor = await cluster.ownerOf(callId, alive)
    const { bot } = alive.find((machine) => machine !== successor)!
    const saidIn = ({ transcript }: CallInfo) => transcript.map(({ text }) => text)
    const cutAt = (call: CallInfo) => saidIn(call).indexOf(wordings('cut_off')[0]!)
    const call = await untilCall(
      bot,
      callId,
      'the agent goes on',
      (call) => cutAt(call) >= 0 && cutAt(call) < saidIn(call).length - 1,
    )
    check(call.state === state, `the state was ${state} and is ${call.state}`)
    const said = saidIn(call)
    const nameAt = said.indexOf(known.VB_NAME)
    check(nameAt >= 0 && nameAt < cutAt(call), `the transcript is not one: ${said.join(' / ')}`)
    // The step in which the bot died, and none of the questions before it.
    const next = said[cutAt(call) + 1]!
    check(wordings('step_box_restart').includes(next), `after the apology comes: ${next}`)
    const { nextWordMs, correlation } = await heardAfter(phone.media.heard, killedMs)
    check(correlation > sameEnough, `the caller heard the apology with a correlation of ${correlation}`)
    await leadsToPeople(bot, sip, caller)
    return `${nextWordMs.toFixed(0)} ms from SIGKILL to the next word`
  },
}

export const rescueCases: Case<ClusterWorld>[] = [rescue]

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
  const endMs = startMs + (at + apology!.length) / 8
  // The longest silence until then, in which no bot sent anything, comes before the other bot's first packet.
  const came = heard.packets.map(({ atMs }) => atMs).filter((atMs) => atMs > killedMs - 200 && atMs < endMs)
  const silences = came.slice(1).map((atMs, i) => atMs - came[i]!)
  const silent = silences.indexOf(Math.max(...silences))
  return { correlation, nextWordMs: voiceAfter(heard, came[silent]!)[0]!.atMs - killedMs }
}
