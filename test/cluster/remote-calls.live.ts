// One API for all machines: what an operator sees and does on a machine that does not have the call.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { CallInfo, PublicCallEvent } from '../../src/calls/views.ts'
import { Telephone, type World } from '../faults/world.ts'
import { askAdmin, testToken } from '../support/lab/admin.ts'
import { RedisServer } from '../support/redis/server.ts'
import { eventually } from './eventually.ts'
import { startMachines } from './machines.ts'

let redis: RedisServer
let a: World
let b: World

beforeAll(async () => {
  redis = await RedisServer.start()
  ;[a, b] = (await startMachines(2, redis)) as [World, World]
})
afterAll(async () => {
  await a.stop()
  await b.stop()
  await redis.kill()
})

const get = async <T>(world: World, path: string) =>
  (await askAdmin(world.server.adminUrl, path)).json() as Promise<T>
const post = (world: World, path: string, body?: object) =>
  askAdmin(world.server.adminUrl, path, {
    method: 'POST',
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
/** An operator's WebSocket, and all that came over it. */
function openSocket(world: World, path: string) {
  const url = new URL(path, world.server.adminUrl.replace('http', 'ws'))
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${testToken}` } })
  const seen = { texts: [] as string[], frames: 0, closed: '' }
  socket.onmessage = ({ data }) => {
    if (typeof data === 'string') seen.texts.push(data)
    else if ((data as Buffer).byteLength === 640) seen.frames++
  }
  socket.onclose = ({ code, reason }) => {
    seen.closed = `${code} ${reason}`
  }
  return { socket, seen }
}
const dial = async (world: World) => {
  const phone = await Telephone.dial(world.server.audioSocketPort)
  await phone.hears(5)
  return phone
}

describe('a machine that does not have a call', () => {
  test('lists it with its own, and shows it', async () => {
    const [here, there] = [await dial(a), await dial(b)]
    for (const world of [a, b]) {
      const { calls } = await get<{ calls: CallInfo[] }>(world, '/api/calls')
      const live = calls.filter(({ outcome }) => outcome === null).map(({ id }) => id)
      expect(live.sort()).toEqual([here.callId, there.callId].sort())
    }
    expect((await get<CallInfo>(a, `/api/calls/${there.callId}`)).outcome).toBeNull()
    here.hangUp()
    there.hangUp()
    await eventually('both are over', async () => {
      const { calls } = await get<{ calls: CallInfo[] }>(a, '/api/calls')
      return calls.every(({ outcome }) => outcome === 'hangup')
    })
  })

  test('says a sentence, transfers and hangs up on the one that has it', async () => {
    const [first, second] = [await dial(b), await dial(b)]
    expect((await post(a, `/api/calls/${first.callId}/say`, { text: 'Un instant.' })).status).toBe(200)
    await eventually('it is said', async () => {
      const { transcript } = await get<CallInfo>(a, `/api/calls/${first.callId}`)
      return transcript.some(({ text }) => text === 'Un instant.')
    })
    const times: number[] = []
    for (const [id, action] of [
      [first.callId, 'transfer'],
      [second.callId, 'hangup'],
    ] as const) {
      const beganMs = performance.now()
      expect((await post(a, `/api/calls/${id}/${action}`)).status).toBe(200)
      times.push(performance.now() - beganMs)
    }
    console.log('actions on another machine, ms:', times.map(Math.round).join(' '))
    await Promise.all([first.ended, second.ended])
    await eventually('it is over', async () => b.server.registry.liveCalls === 0)
    expect(b.server.registry.get(first.callId)?.outcome).toBe('transfer')
    expect(b.server.registry.get(second.callId)?.outcome).toBe('goodbye')
    expect((await post(a, `/api/calls/${first.callId}/hangup`)).status).toBe(409)
    expect((await post(a, `/api/calls/${crypto.randomUUID()}/hangup`)).status).toBe(404)
  })

  test('lists and reads the recordings of all', async () => {
    type Row = { machine: string; record: { id: string; endedAt: string | null } }
    const phones = [await dial(a), await dial(b)]
    for (const phone of phones) phone.hangUp()
    for (const world of [a, b]) {
      const listed = async () => (await post(world, '/api/recordings/search', {})).json()
      let rows: (Row | undefined)[] = []
      await eventually('both are there', async () => {
        const { recordings } = (await listed()) as { recordings: Row[] }
        rows = phones.map(({ callId }) => recordings.find(({ record }) => record.id === callId))
        return rows.every((row) => typeof row?.record.endedAt === 'string')
      })
      const urls = [a, b].map(({ server }) => new URL(server.adminUrl).origin)
      expect(rows.map((row) => row?.machine)).toEqual(urls)
      for (const { callId } of phones)
        expect(await get<object>(world, `/api/recordings/${callId}.json`)).toMatchObject({ callId })
    }
  })

  test('follows its events, and plays its sound until it ends', async () => {
    const events: PublicCallEvent[] = []
    const stream = await askAdmin(a.server.adminUrl, '/api/events')
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
    const reading = (async () => {
      for (;;) {
        const { value, done } = await reader.read()
        if (done) return
        for (const line of value.split('\n'))
          if (line.startsWith('data: ')) events.push(JSON.parse(line.slice(6)) as PublicCallEvent)
      }
    })()
    const phone = await dial(b)
    const { callId } = phone
    const { seen } = openSocket(a, `/api/calls/${callId}/listen`)
    await eventually('frames are heard', async () => seen.frames > 20)
    await post(a, `/api/calls/${callId}/hangup`)
    await phone.ended
    await eventually('the sound ends with the call', async () => seen.closed === '1000 the call has ended')
    const kinds = () => events.filter((event) => event.callId === callId).map(({ kind }) => kind)
    await eventually('the end is told', async () => kinds().includes('ended'))
    expect(kinds()).toContain('transcript')
    await reader.cancel()
    await reading
  })

  test('passes a supervisor’s voice to the one that has it, until the call is given back', async () => {
    const phone = await dial(b)
    const path = `/api/calls/${phone.callId}`
    const phase = async () => (await get<CallInfo>(a, path)).phase
    await eventually('the bot speaks', async () => phone.audibleMs.length > 0)
    const { socket, seen } = openSocket(a, `${path}/takeover`)
    await eventually('the supervisor has the call', async () => seen.texts.length > 0)
    expect([seen.texts, await phase()]).toEqual([['{"type":"taken"}'], 'supervised'])
    expect((await get<{ status: number }>(a, `${path}/takeover`)).status).toBe(409)
    expect((await get<{ status: number }>(b, `${path}/takeover`)).status).toBe(409)
    // The caller hears the supervisor: nothing else makes sound now.
    await phone.hears(10)
    const before = phone.audibleMs.length
    const loud = new Int16Array(160).fill(8_000)
    const speaking = setInterval(() => socket.send(loud), 20)
    await eventually('the caller hears the supervisor', async () => phone.audibleMs.length > before + 20)
    clearInterval(speaking)
    socket.send('handback')
    await eventually('the bot has the call', async () => seen.closed === '1000 the bot has the call')
    expect(await phase()).not.toBe('supervised')
    // A connection that breaks gives the call back too, with an apology.
    const again = openSocket(a, `${path}/takeover`)
    await eventually('the supervisor has it again', async () => again.seen.texts.length > 0)
    again.socket.close()
    await eventually('the bot apologises', async () => {
      const { transcript } = await get<CallInfo>(a, path)
      return transcript.some(({ text }) => text === 'Excusez-moi, nous avons été coupés.')
    })
    phone.hangUp()
  })

  test('does the same while Redis is gone', async () => {
    await redis.kill()
    const phone = await dial(b)
    const { calls } = await get<{ calls: CallInfo[] }>(a, '/api/calls')
    expect(calls.find(({ id }) => id === phone.callId)?.outcome).toBeNull()
    expect((await post(a, `/api/calls/${phone.callId}/hangup`)).status).toBe(200)
    await phone.ended
    await redis.restart()
  })
})

test('the table of machines says where each is, what it carries, and whether it drains', async () => {
  type Machine = { url: string; isAsked: boolean; draining: boolean; fingerprint: string; live: number }
  const table = async () => (await get<{ machines: Machine[] }>(a, '/api/machines')).machines
  expect((await table()).map(({ url }) => url)).toEqual(
    [a, b].map(({ server }) => new URL(server.adminUrl).origin),
  )
  expect((await table()).map(({ isAsked }) => isAsked)).toEqual([true, false])
  expect(new Set((await table()).map(({ fingerprint }) => fingerprint)).size).toBe(1)
  await post(b, '/api/drain')
  await eventually('b is seen to drain', async () => (await table())[1]?.draining === true)
})
