// A bot freezes in the middle of SIP calls, its callers go on with others, and it thaws.

import { askAdmin } from '../../../support/lab/admin.ts'
import type { Bot } from '../../bot.ts'
import { type Case, check } from '../../case.ts'
import type { World } from '../../world.ts'
import { act, untilCall } from '../conversation.ts'
import { goesOn, isOne, keyedCalls, nextWordMs, type Placed } from '../crowd.ts'
import { Metronome } from '../metronome.ts'
import { until } from '../until.ts'
import { type Cluster, type ClusterWorld, figureOf, keyOf } from '../world.ts'
import { hearing } from './rescue.ts'

const callers = 6
/** HAProxy waits 2 s for a bot's next frame. */
const talksWithinMs = 3_000
/** Frozen bot aside: the other one, HAProxy, Asterisk and this process. */
const processes = 4

const frozen: Case<ClusterWorld> = {
  title:
    'by SIP: the callers of a frozen bot talk with another within 3 s; thawed, it speaks to nobody and changes no answer',
  limitMs: 180_000,
  async run(world, cleanup) {
    const [sip, redis] = await Promise.all([world.asterisk(), world.redis('rescue')])
    const shipped = (config: string) => config
    const cluster = await world.sharing(cleanup, redis, await hearing(sip), shipped)
    const { machines } = cluster
    const calls = await keyedCalls(sip, cluster, cleanup, callers)
    const { owner: stopped } = calls[0]!
    const hit = calls.filter(({ owner }) => owner === stopped)
    const others = machines.filter((machine) => machine !== stopped)
    const countedBefore = await callsCounted(stopped.bot)
    const metronome = await Metronome.start(cleanup)
    const frozenMs = performance.now()
    stopped.bot.signal('SIGSTOP')
    const wordMs = await Promise.all(
      hit.map(async (call) => {
        await cluster.ownerOf(call.callId, others)
        return nextWordMs(call.phone.media.heard, frozenMs, 1_000)
      }),
    )
    const lastMs = Math.max(...wordMs)
    check(
      lastMs < metronome.allows(talksWithinMs, processes),
      `a caller heard the next word after ${lastMs.toFixed(0)} ms`,
    )
    await Promise.all(hit.map((call) => goesOn(others[0]!, call)))

    const answers = () => Promise.all(hit.map(({ callId }) => redis.cli('get', keyOf('next', callId))))
    const before = await answers()
    check(!before.includes(''), 'a caller has no answer in Redis')
    stopped.bot.signal('SIGCONT')
    await until('the thawed bot has no call', async () => (await figureOf(stopped.bot, 'calls_live')) === 0)
    await until('it uses Redis', async () => (await figureOf(stopped.bot, 'cluster_redis_up')) === 1)
    await Promise.all(hit.map((call) => isLive(stopped.bot, call)))
    check((await answers()).join() === before.join(), 'the thawed bot has replaced an answer')
    const counted = (await callsCounted(stopped.bot)) - countedBefore
    check(counted === 0, `the thawed bot counts ${counted} calls as ended, which go on`)
    await Promise.all(hit.map((call) => saysGoodbye(sip, cluster, stopped.bot, call)))
    return `next word after ${lastMs.toFixed(0)} ms`
  },
}

export const frozenCases: Case<ClusterWorld>[] = [frozen]

/** Ended calls, in the figures of the day. */
async function callsCounted({ http }: Bot): Promise<number> {
  const page = await (await askAdmin(http, '/metrics')).text()
  const figures = page.matchAll(/^voicebot_topic_calls_total\{.*\} (\d+)$/gm)
  return [...figures].reduce((sum, [, count]) => sum + Number(count), 0)
}

/** Asked at the bot that lost it, the call goes on: with one apology, and no word of the thawed bot behind it. */
async function isLive(bot: Bot, { callId }: Placed): Promise<void> {
  const call = await untilCall(bot, callId, 'the call is live', ({ outcome }) => outcome === null)
  isOne(call, [])
}

/** The operator asks the bot that lost the call; the one that has it says goodbye, and all know where it leads. */
async function saysGoodbye({ lab }: World, { bots }: Cluster, asked: Bot, call: Placed): Promise<void> {
  const { callId, phone } = call
  await act(asked, callId, 'hangup')
  await phone.over
  check(phone.peerHungUpAtMs > 0, 'the caller hung up')
  check(!lab.steps(callId).some((step) => step.startsWith('Queue(')), 'a goodbye went to the queue')
  for (const { http } of bots) {
    const next = await (await fetch(`${http}/asterisk/calls/${callId}/next`)).text()
    check(next.startsWith('hangup|'), `the goodbye leads to ${next.split('\n')[0]}`)
  }
}
