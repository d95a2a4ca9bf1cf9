// Two versions side by side: this server beside a machine that tells, keeps and answers things in newer forms, and
// beside one of the first version, whose forms are written down here and must stay readable in both directions.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { z } from 'zod'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { type Cluster, openCluster } from '../../src/cluster/cluster.ts'
import { Telephone, type World } from '../faults/world.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { RedisServer } from '../support/redis/server.ts'
import { eventually } from './eventually.ts'
import { clusterKey, nextStep, startMachines } from './machines.ts'

setDefaultTimeout(60_000)

let redis: RedisServer
let here: World
let other: Cluster
/** What the other machine answers over HTTP, by the last part of the path. */
const answers: Record<string, unknown> = {}
let front: Bun.Server<undefined>

/** What a machine of the first version says of itself. */
const oldMember = { version: '0.9.0', live: 1, max: 10, draining: false }

beforeAll(async () => {
  redis = await RedisServer.start()
  front = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => {
      const { pathname } = new URL(request.url)
      const name = pathname.split('/').at(-1)!
      return name in answers ? Response.json(answers[name]) : new Response('', { status: 404 })
    },
  })
  other = await openCluster({
    ...{ redisUrl: redis.url, key: clusterKey, clock: systemClock, log: silentLog, metrics: new Metrics() },
    onFault: () => {},
  })
  const url = `http://127.0.0.1:${front.port}`
  other.members.begin(() => ({ url, ...oldMember, zones: ['a', 'b'] }) as never)
  ;[here] = (await startMachines(1, redis, {}, 2)) as [World]
})
afterAll(async () => {
  await here.stop()
  await other.close()
  await front.stop(true)
  await redis.kill()
})

const machines = async () =>
  (await (await askAdmin(here.server.adminUrl, '/api/machines')).json()) as {
    machines: { version: string }[]
  }

/** A call of the other machine that is lost: it is not over, and the machine knows nothing of it. */
async function lostCall(checkpoint: unknown): Promise<string> {
  const callId = crypto.randomUUID()
  other.claims.begin(callId, () => {})
  const version = (await other.claims.generationOf(callId))!
  const text = 'queue|support\n'
  other.vault.put(
    'next',
    callId,
    { text, generation: version, isFinal: false, hint: 1 },
    { ttlMs: 60_000, version },
  )
  other.vault.put('checkpoint', callId, { checkpoint, about: {}, mood: 'calm' }, { ttlMs: 60_000, version })
  await other.vault.written('checkpoint', callId, 5_000)
  await other.vault.written('next', callId, 5_000)
  return callId
}

/** A conversation as the first version keeps it. */
const oldCheckpoint = {
  version: 1,
  ...{ name: 'diagnostic', language: 'fr', phoneLanguage: 'fr', asking: 'symptom', pending: null },
  known: {
    ...{ name: 'Marie Dupont', phone: '0612345678', topic: 'internet', symptom: null },
    ...{ stepsDone: [], tried: [], callBack: false, notes: [] },
  },
  ...{ identified: true, phoneTries: 0, nameTries: 0, stepIndex: 0, used: {} },
  recording: { choice: null, notices: 1, noticeHeard: true, noticesIn: ['fr'] },
}

describe('beside a newer version', () => {
  test('a machine is listed, whatever else it says of itself', async () => {
    expect((await machines()).machines.map(({ version }) => version)).toContain('0.9.0')
  })

  test('messages of unknown kinds and forms change nothing', async () => {
    const errors = () => here.lines.filter(({ level }) => level === 'error').length
    const before = errors()
    const messages = [null, 7, 'x', [], {}, { kind: 'moon' }, { kind: 'taken' }, { kind: 'stop', adapter: 1 }]
    for (const message of messages) await other.messages.tell(message)
    const signature = other.peers.signature('POST', '/cluster/tell')
    for (const message of messages) {
      const answer = await fetch(new URL('/cluster/tell', here.server.adminUrl), {
        method: 'POST',
        headers: { authorization: signature, 'content-type': 'application/json' },
        body: JSON.stringify(message),
      })
      expect(answer.status).toBe(200)
    }
    expect(errors()).toBe(before)
  })

  test('an action that this version does not know is refused, and is no fault', async () => {
    const path = `/cluster/calls/${crypto.randomUUID()}/dance`
    const authorization = other.peers.signature('POST', path)
    const answer = await fetch(new URL(path, here.server.adminUrl), {
      method: 'POST',
      headers: { authorization },
    })
    expect(answer.status).toBeWithin(400, 500)
  })

  test('a conversation of a newer form goes to people', async () => {
    const callId = await lostCall({ ...oldCheckpoint, version: 2 })
    expect((await nextStep(here, callId, '?visit=1&rescue=0')).text).toStartWith('queue|support')
  })

  test('answers in other forms are no answers', async () => {
    for (const answer of [null, 7, [], { calls: 'many' }, { calls: [null, {}] }]) {
      for (const name of ['calls', 'next']) answers[name] = answer
      const list = await askAdmin(here.server.adminUrl, '/api/calls')
      expect([answer, list.status]).toEqual([answer, 200])
      const next = await nextStep(here, crypto.randomUUID())
      expect(next).toMatchObject({ known: false })
    }
    for (const name of Object.keys(answers)) delete answers[name]
  })
})

describe('beside the first version', () => {
  test('its lost conversation goes on here', async () => {
    const callId = await lostCall({ ...oldCheckpoint, future: true })
    expect((await nextStep(here, callId, '?visit=1&rescue=0')).text).toBe('bot|\n')
    const phone = await Telephone.dial(here.server.audioSocketPort, '127.0.0.1', callId)
    await eventually('it goes on', async () => here.metric('cluster_rescued_total') === 1)
    const call = await askAdmin(here.server.adminUrl, `/api/calls/${callId}`)
    expect(await call.json()).toMatchObject({ state: 'diagnostic' })
    phone.hangUp()
    await phone.ended
  })

  test('it reads what this one keeps and answers', async () => {
    const phone = await Telephone.dial(here.server.audioSocketPort)
    const { callId } = phone
    await phone.hears(5)
    /** The forms as the first version reads them. */
    const checkpoint = z.object({
      checkpoint: z.object({
        version: z.literal(1),
        name: z.string(),
        language: z.string(),
        pending: z.null(),
      }),
      about: z.object({ language: z.string().optional() }),
    })
    const step = z.object({ text: z.string(), generation: z.number(), isFinal: z.boolean() })
    await eventually(
      'the conversation is kept',
      async () => checkpoint.safeParse(await other.vault.get('checkpoint', callId)).success,
    )
    expect(step.parse(await other.vault.get('next', callId)).isFinal).toBe(false)
    const path = `/cluster/calls/${callId}/next`
    const headers = { authorization: other.peers.signature('GET', path) }
    const answer = await fetch(new URL(path, here.server.adminUrl), { headers })
    expect(step.parse(await answer.json()).text).toStartWith('queue|')
    phone.hangUp()
    await phone.ended
  })
})
