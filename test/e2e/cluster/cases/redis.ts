// Where the callers of three bots go when their calls are over, with the Redis that the bots share, and when it has died
// under the calls.

import { Technician } from '../../../support/phone/technician.ts'
import { type Case, check } from '../../case.ts'
import { untilSaid, voiceAfter } from '../conversation.ts'
import { arrives, type Call, customers, dialAll, isKnownEverywhere, layTable, leads } from '../outcomes.ts'
import { until } from '../until.ts'
import { type Cluster, type ClusterWorld, patient } from '../world.ts'

/** So many packets with a voice in them are half a second of speech. */
const someVoice = 25

const killed: Case<ClusterWorld> = {
  title:
    'by SIP: after 13 calls every machine says where the caller goes, with all that is known; and the same when Redis ' +
    'is killed under 13 calls, which all go on and are led from any machine',
  limitMs: 240_000,
  async run(world, cleanup) {
    const [sip, redis] = await Promise.all([world.asterisk(), world.redis('killed')])
    const technician = await Technician.open({ answerAfterMs: 'never' })
    cleanup(() => technician.close())
    const TRANSFER_DIAL = `PJSIP/tech2/sip:x@127.0.0.1:${technician.port}`
    const settings = {
      ...{ TRANSFER_DIAL, TRANSFER_QUEUE: 'hotline', ANNOUNCE_SECRET: sip.lab.announceSecret },
      ...{ LOOKUP_URL: customers(cleanup), LOOKUP_MS: '3000', RECORDING: 'off' },
    }
    const cluster = await world.sharing(cleanup, redis, settings, anyMachine)
    await layTable(cluster)
    const first = await dialAll(sip, cluster, cleanup, 1)
    await Promise.all(first.map(leads))
    await Promise.all(first.map((call) => arrives(sip, technician, call)))
    for (const call of first) await isKnownEverywhere(cluster, call, TRANSFER_DIAL)
    for (const { phone } of first) phone.hangUp()

    const second = await dialAll(sip, cluster, cleanup, 2)
    await until('every caller hears a bot', () =>
      second.every(({ phone }) => phone.media.heard.packets.length > 50),
    )
    await redis.kill()
    const killedMs = performance.now()
    await until('every bot works without Redis', () => allDegraded(cluster, true))
    await Promise.all(second.map((call) => Promise.all([leads(call), hearsAnswer(call)])))
    const longestMs = Math.max(...second.flatMap(({ phone }) => phone.media.heard.gaps(killedMs)))
    await Promise.all(second.map((call) => arrives(sip, technician, call)))
    for (const call of second) await isKnownEverywhere(cluster, call, TRANSFER_DIAL)
    await redis.restart()
    await until('every bot works with Redis again', () => allDegraded(cluster, false))
    for (const call of [...first, ...second]) await isKnownEverywhere(cluster, call, TRANSFER_DIAL)
    return `longest gap without Redis ${longestMs.toFixed(0)} ms`
  },
}

export const redisCases: Case<ClusterWorld>[] = [killed]

/** The dialplan's question goes to the bots in turn, and not to the one that had the call. */
const anyMachine = (config: string) => patient(config).replace(/\n {2}stick match path.*/, '')

async function allDegraded({ bots }: Cluster, isSo: boolean): Promise<boolean> {
  const found = bots.map(async ({ http }) => {
    const answer = await fetch(`${http}/readyz`)
    const { degraded } = (await answer.json()) as { degraded: string[] }
    check(answer.status === 200, `without Redis /readyz answers ${answer.status}`)
    return degraded.some((part) => part.startsWith('redis:'))
  })
  return (await Promise.all(found)).every((is) => is === isSo)
}

/** Behind the welcome, in which Redis died, the caller hears more. */
async function hearsAnswer({ callId, phone, way, other: { bot } }: Call): Promise<void> {
  if (way === 'leaves') return
  await untilSaid(bot, callId, 'welcome')
  const fromMs = performance.now()
  await until('the caller hears more', () => voiceAfter(phone.media.heard, fromMs).length > someVoice)
}
