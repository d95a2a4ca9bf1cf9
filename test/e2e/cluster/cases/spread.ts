// How calls are spread over bots of different size, and what happens when none has room.

import { askAdmin } from '../../../support/lab/admin.ts'
import { type Case, check } from '../../case.ts'
import { findIn, phraseVariants } from '../../listen.ts'
import { type AudioCaller, Callers, fates } from '../callers.ts'
import { until } from '../until.ts'
import { type ClusterWorld, patient, usual } from '../world.ts'

/** Time between two callers: HAProxy and bots have seen the one before. */
const everyMs = 20

const equal: Case<ClusterWorld> = {
  title: '30 callers are spread over three equal bots, ten each but for one',
  limitMs: 60_000,
  async run(world, cleanup) {
    // With few places each caller changes a bot's weight, which HAProxy only learns twice a second.
    const settings = usual.map((each) => ({ ...each, MAX_CALLS: '500' }))
    const cluster = await world.cluster(cleanup, settings, patient)
    await cluster.haproxy.hasChecked('L7OK')
    const callers = await new Callers(cleanup).dialMany(cluster.fronts.audio, 30, everyMs)
    await hearSomething(callers)
    const spread = await cluster.liveAtBots()
    check(
      spread.every((live) => live >= 9 && live <= 11),
      `spread ${spread}`,
    )
    const firstMs = callers.map(({ firstFrameAtMs, dialledAtMs }) => firstFrameAtMs - dialledAtMs)
    return `${spread.join('/')}; first frame after ${Math.max(...firstMs).toFixed(0)} ms at most`
  },
}

const unequal: Case<ClusterWorld> = {
  title:
    'bots with 3, 20 and 20 places: of 50 callers 43 are taken, 7 hear the busy phrase whole and go to the queue',
  limitMs: 60_000,
  async run(world, cleanup) {
    const places = [3, 20, 20]
    const settings = places.map((calls, i) => ({ ...usual[i], MAX_CALLS: String(calls) }))
    const cluster = await world.cluster(cleanup, settings, patient)
    await cluster.haproxy.hasChecked('L7OK')
    const crowd = new Callers(cleanup)
    const first = await crowd.dialMany(cluster.fronts.audio, 30, everyMs)
    await hearSomething(first)
    check(fates(first).up === 30, `with 13 places free: ${JSON.stringify(fates(first))}`)
    const before = await cluster.liveAtBots()
    const rest = await crowd.dialMany(cluster.fronts.audio, 20, everyMs)
    await hearSomething(rest)
    const all = [...first, ...rest]
    await until('those without a place are hung up on', () => (fates(all).up ?? 0) <= 43)
    check(fates(all).up === 43, JSON.stringify([fates(all), await cluster.haproxy.endings()]))
    const refused = rest.filter(({ fate }) => fate === 'hung up')
    check(refused.length === 7, JSON.stringify(fates(rest)))
    const [busy] = await phraseVariants('busy')
    for (const caller of refused) {
      const { correlation } = await findIn(caller.samples(), busy!)
      check(correlation > 0.99, `a caller heard ${correlation.toFixed(2)} of the busy phrase`)
    }
    const full = await cluster.liveAtBots()
    check(full.join() === places.join(), `live ${full}`)
    const { degraded } = (await (await fetch(`${cluster.bots[0]!.http}/readyz`)).json()) as {
      degraded: string[]
    }
    check(
      degraded.some((part) => part.startsWith('calls: all 3 places are taken')),
      `readyz says ${degraded}`,
    )
    const nexts = await Promise.all(refused.map(({ callId }) => cluster.nextOf(callId)))
    check(
      nexts.every((next) => next.startsWith('queue|queue')),
      `next steps ${nexts}`,
    )
    return `30 callers ${before.join('/')}, 50 callers ${full.join('/')}`
  },
}

const questions: Case<ClusterWorld> = {
  title: 'the dialplan’s question goes to the bot that had the call, also after it and in capitals',
  limitMs: 60_000,
  async run(world, cleanup) {
    const cluster = await world.cluster(cleanup, undefined, patient)
    await cluster.haproxy.hasUp('b1', 'b2', 'b3')
    const callers = await new Callers(cleanup).dialMany(cluster.fronts.audio, 12, everyMs)
    await hearSomething(callers)
    const owners = await Promise.all(
      callers.map(async ({ callId }) => {
        const asked = cluster.bots.map(({ http }) => askAdmin(http, `/api/calls/${callId}`))
        return (await Promise.all(asked)).findIndex(({ ok }) => ok) + 1
      }),
    )
    check(new Set(owners).size === 3, `owners ${owners}`)
    for (const caller of callers.slice(6)) caller.leave()
    for (const [i, { callId }] of callers.entries()) {
      const next = await cluster.nextOf(i % 2 === 0 ? callId : callId.toUpperCase())
      check(next === `queue|queue${owners[i]}`, `call ${i} of bot ${owners[i]}: ${next}`)
    }
    return undefined
  },
}

export const spreadCases: Case<ClusterWorld>[] = [equal, questions]
export const fullCases: Case<ClusterWorld>[] = [unequal]

async function hearSomething(callers: readonly AudioCaller[]): Promise<void> {
  await until('every caller hears a bot', () => callers.every(({ frames, isUp }) => frames > 10 || !isUp))
}
