// The Redis that three bots share dies under SIP calls, and comes back with nothing in it.

import { type Case, check } from '../../case.ts'
import { recordOf } from '../../records.ts'
import type { Dialled, World } from '../../world.ts'
import { act, untilCall, untilSaid, voiceAfter } from '../conversation.ts'
import { until } from '../until.ts'
import type { Cluster, ClusterWorld, Machine } from '../world.ts'

const callers = 10
/** So many packets with a voice in them are half a second of speech. */
const someVoice = 25

/** How the calls end: the operator's requests come to a machine that does not have the call. */
type Way = 'hangup' | 'transfer' | 'leaves'
const ways: readonly Way[] = ['hangup', 'transfer', 'leaves']

type Call = Dialled & { way: Way; owner: Machine; other: Machine }

const killed: Case<ClusterWorld> = {
  title: `by SIP: Redis is killed under ${callers} calls, and all go on, are led from any machine and end as they should`,
  limitMs: 120_000,
  async run(world, cleanup) {
    const [sip, redis] = await Promise.all([world.asterisk(), world.redis('killed')])
    const cluster = await world.sharing(cleanup, redis, { TRANSFER_QUEUE: 'nobody' })
    const { machines, callee } = cluster
    const dialled = await Promise.all(
      Array.from({ length: callers }, () => sip.dial(callee, cleanup, { fallbackQueue: 'nobody' })),
    )
    await until('every caller hears a bot', () =>
      dialled.every(({ phone }) => phone.media.heard.packets.length > 50),
    )
    const calls: Call[] = await Promise.all(
      dialled.map(async (each, i) => {
        const owner = await cluster.ownerOf(each.callId)
        const other = machines[(machines.indexOf(owner) + 1) % machines.length]!
        return { ...each, owner, other, way: ways[i % ways.length]! }
      }),
    )
    check(new Set(calls.map(({ owner }) => owner)).size === machines.length, 'a bot has no call')
    await redis.kill()
    const killedMs = performance.now()
    await until('every bot works without Redis', () => allDegraded(cluster, true))
    await Promise.all(calls.map(answers))
    const longestMs = Math.max(...calls.flatMap(({ phone }) => phone.media.heard.gaps(killedMs)))
    await Promise.all(calls.map((call) => ends(sip, call)))
    await redis.restart()
    await until('every bot works with Redis again', () => allDegraded(cluster, false))
    await Promise.all(calls.map((call) => isKnownEverywhere(cluster, call)))
    return `longest gap ${longestMs.toFixed(0)} ms`
  },
}

export const redisCases: Case<ClusterWorld>[] = [killed]

async function allDegraded({ bots }: Cluster, isSo: boolean): Promise<boolean> {
  const found = bots.map(async ({ http }) => {
    const answer = await fetch(`${http}/readyz`)
    const { degraded } = (await answer.json()) as { degraded: string[] }
    check(answer.status === 200, `without Redis /readyz answers ${answer.status}`)
    return degraded.some((part) => part.startsWith('redis:'))
  })
  return (await Promise.all(found)).every((is) => is === isSo)
}

/** The welcome, in which Redis died, is said to its end; a key is answered, aloud. */
async function answers({ callId, phone, other: { bot } }: Call): Promise<void> {
  await untilSaid(bot, callId, 'welcome')
  phone.media.press('1')
  await untilCall(bot, callId, 'the key is understood', ({ state }) => state === 'identification')
  const fromMs = performance.now()
  await until('the caller hears the answer', () => voiceAfter(phone.media.heard, fromMs).length > someVoice)
}

async function ends(sip: World, { callId, phone, way, owner, other }: Call): Promise<void> {
  if (way === 'leaves') phone.hangUp()
  else await act(other.bot, callId, way)
  if (way === 'hangup') {
    await phone.over
    check(phone.peerHungUpAtMs > 0, 'the bot said goodbye, and the caller hung up')
  }
  if (way === 'transfer') {
    const { Queue } = await sip.lab.queued(callId)
    check(Queue === 'nobody' && phone.isUp, `queue ${Queue}`)
  }
  const { outcome } = await recordOf(owner.bot, callId)
  check(outcome === outcomes[way], `${way} has the outcome ${outcome}`)
  const isQueued = sip.lab.steps(callId).some((step) => step.startsWith('Queue('))
  check(isQueued === (way === 'transfer'), `${way} went to ${isQueued ? 'a' : 'no'} queue`)
}

const outcomes: Record<Way, string> = { hangup: 'goodbye', transfer: 'transfer', leaves: 'hangup' }

/** What the calls that ended meanwhile left for the dialplan, each machine can say. */
async function isKnownEverywhere({ bots }: Cluster, { callId, way }: Call): Promise<void> {
  for (const { http } of bots) {
    const answer = await fetch(`${http}/asterisk/calls/${callId}/next`)
    const [next = ''] = (await answer.text()).split('\n')
    check(answer.headers.get('X-Known') !== '0', `a bot does not know a call that ended by ${way}`)
    check(next === (way === 'hangup' ? 'hangup|' : 'queue|nobody'), `${way} leads to ${next}`)
  }
}
