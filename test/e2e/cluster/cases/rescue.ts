// A bot dies in the middle of nine SIP calls: Asterisk, HAProxy and Redis bring its callers to other bots, which go on.

import type { Heard } from '../../../support/phone/heard.ts'
import type { RedisServer } from '../../../support/redis/server.ts'
import type { Bot } from '../../bot.ts'
import { Caller } from '../../caller.ts'
import { type Case, check } from '../../case.ts'
import { findIn, phraseVariants } from '../../listen.ts'
import type { World } from '../../world.ts'
import { act, untilCall, untilSaid, voiceAfter, wordings } from '../conversation.ts'
import { goesOn, isOne, keyedCalls, longestGap, type Placed } from '../crowd.ts'
import { Metronome } from '../metronome.ts'
import { bothParts } from '../parts.ts'
import { until } from '../until.ts'
import { type Cluster, type ClusterWorld, keyOf, type Machine, type Settings } from '../world.ts'

/** Correlation of a phrase that a busy machine has spoilt, at least; another phrase has under 0.3. */
const sameEnough = 0.5
const known = { VB_NAME: 'Marie Dupont', VB_PHONE: '0698765432', VB_TOPIC: 'internet' }
const asked = ['ask_help', 'confirm_line_before', 'confirm_line_after']
/** Half a second of speech, in packets. */
const someVoice = 25
/** With the first caller, three for each bot. */
const crowdSize = 8
/** The longest hole in the other calls, on a machine at rest. */
const holeMs = 60
/** Bot, HAProxy, Asterisk and this process pass the audio on. */
const processes = 4

/** Of bots that hear, and take announced calls. Cases that ask for the same share the bots. */
export const hearing = async (sip: World): Promise<Settings> => ({
  ...{ TRANSFER_QUEUE: 'nobody', ANNOUNCE_SECRET: sip.lab.announceSecret },
  ...(await sip.hearing()),
})

const rescue: Case<ClusterWorld> = {
  title:
    'by SIP: a bot is killed under nine calls; its callers go on with others, which know name, number and step, the ' +
    'other six hear no hole, and a second loss leads to people',
  limitMs: 240_000,
  async run(world, cleanup) {
    const [sip, redis] = await Promise.all([world.asterisk(), world.redis('rescue')])
    const cluster = await world.sharing(cleanup, redis, await hearing(sip))
    const announced = { number: '+33698765432', saysCaller: true }
    const caller = await Caller.dial(sip, cluster.callee, cleanup, 'marie', announced)
    const { callId, phone } = caller
    const dying = await cluster.ownerOf(callId)
    await untilSaid(dying.bot, callId, 'ask_help')
    const [crowd] = await Promise.all([keyedCalls(sip, cluster, cleanup, crowdSize), tells(caller, dying)])
    await answersByKey(caller, dying, redis)
    const hit = crowd.filter(({ owner }) => owner === dying)
    const others = crowd.filter(({ owner }) => owner !== dying)
    check(hit.length > 0 && others.length > 0, `of the crowd the killed bot has ${hit.length}`)
    const metronome = await Metronome.start(cleanup)
    const killedMs = performance.now()
    dying.bot.signal('SIGKILL')

    const alive = cluster.machines.filter((machine) => machine !== dying)
    const successor = await cluster.ownerOf(callId, alive)
    const foreign = alive.find((machine) => machine !== successor)!
    await untilSaid(foreign.bot, callId, 'cut_off')
    const saidMs = performance.now()
    await until('the agent goes on', () => voiceAfter(phone.media.heard, saidMs).length > someVoice)
    await Promise.all(hit.map((call) => goesOn(foreign, call)))
    const gapMs = hearNoHole(others, killedMs, metronome)
    const { nextWordMs, correlation } = await heardAfter(phone.media.heard, killedMs)
    check(correlation > sameEnough, `the caller heard the apology with a correlation of ${correlation}`)
    await leadsToPeople(foreign.bot, sip, caller)
    const call = await untilCall(foreign.bot, callId, 'the call is over', ({ outcome }) => outcome !== null)
    isOne(call, asked)
    isInTheStep(call.transcript)
    const second = await secondLoss(sip, cluster, alive, hit[0]!)
    await Promise.all([dying, second].map((machine) => machine.comeBack()))
    await bothParts(foreign.bot, callId)
    return (
      `${nextWordMs.toFixed(0)} ms from SIGKILL to the next word; longest gap of the ${others.length} others ` +
      `${gapMs.toFixed(0)} ms, of a process that only ticks ${metronome.longestMs.toFixed(0)} ms`
    )
  },
}

export const rescueCases: Case<ClusterWorld>[] = [rescue]

async function tells(caller: Caller, { bot }: Machine): Promise<void> {
  await caller.says(`je n'ai plus internet, je m'appelle ${known.VB_NAME}`)
  await untilSaid(bot, caller.callId, 'confirm_line_after')
}

/** The caller confirms the line, and the bot is in the middle of a sentence of its answer, whose checkpoint is kept. */
async function answersByKey(caller: Caller, { bot }: Machine, redis: RedisServer): Promise<void> {
  const { callId } = caller
  const checkpoint = () => redis.cli('get', keyOf('checkpoint', callId))
  const earlier = await checkpoint()
  await caller.presses('1')
  await untilSaid(bot, callId, 'steps_intro')
  await until('the checkpoint of this answer is in Redis', async () => {
    const kept = await checkpoint()
    return kept !== '' && kept !== earlier
  })
  await untilCall(bot, callId, 'the agent speaks', ({ speaking }) => speaking === 'agent')
}

/** Callers of other bots hear nothing of the death, until now. @returns their longest gap since then */
function hearNoHole(calls: readonly Placed[], killedMs: number, metronome: Metronome): number {
  const forMs = performance.now() - killedMs
  const gapMs = longestGap(calls, killedMs)
  const beforeMs = longestGap(calls, killedMs - forMs, killedMs)
  const mayMs = metronome.allows(Math.max(holeMs, beforeMs), processes)
  check(gapMs < mayMs, `a caller of another bot heard a hole of ${gapMs.toFixed(0)} ms (${mayMs.toFixed(0)})`)
  return gapMs
}

/** Behind the apology comes the step in which the bot died. */
function isInTheStep(transcript: readonly { text: string }[]): void {
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

/** The bot that went on dies too: the caller goes to people, with what both knew. @returns that bot's machine */
async function secondLoss(
  { lab }: World,
  cluster: Cluster,
  alive: readonly Machine[],
  { callId, phone, number }: Placed,
): Promise<Machine> {
  const dying = await cluster.ownerOf(callId, alive)
  dying.bot.signal('SIGKILL')
  const { Queue, Channel } = await lab.queued(callId)
  check(Queue === 'nobody' && phone.isUp, `after a second loss the caller is in queue ${Queue}`)
  for (const [name, value] of Object.entries({ VB_PHONE: number, VB_TOPIC: 'internet' })) {
    const told = await lab.variable(Channel!, name)
    check(told === value, `after a second loss people are told ${name} '${told}'`)
  }
  return dying
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
