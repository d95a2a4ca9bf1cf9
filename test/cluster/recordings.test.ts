// The recordings of several machines, each with an admin server of its own, as every one of them lists and plays them.

import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AdminServer, startAdmin } from '../../src/admin/server.ts'
import { readWav } from '../../src/audio/wav.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { Members } from '../../src/cluster/members.ts'
import { createPeers } from '../../src/cluster/peers.ts'
import { createRemoteRecordings, remoteDeadlines } from '../../src/cluster/remote-recordings.ts'
import { createSecrets } from '../../src/cluster/secrets.ts'
import { createVault } from '../../src/cluster/vault.ts'
import { callRecordSchema } from '../../src/recording/files.ts'
import { createRecordings } from '../../src/recording/library.ts'
import { fakeCluster } from '../admin/fake-cluster.ts'
import { fakeCall, fakeProgram, fakeToken } from '../admin/fakes.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { clusterKey } from './machines.ts'
import { MemoryRedis } from './memory-store.ts'

setDefaultTimeout(60_000)

type Row = { day: string; audio: string; machine?: string; record: { id: string } }
type Page = { recordings: Row[]; next: number | null; isComplete: boolean; missing?: string[] }
type Machine = {
  url: string
  dir: string
  members: Members
  audited: { action: string }[]
  ask(path: string, init?: RequestInit): Promise<Response>
  off(): Promise<void>
}

const day = '2026-11-23'
const idOf = (n: number) => `aaaaaaaa-1c3e-4f60-8a11-${String(n).padStart(12, '0')}`
const secrets = createSecrets(clusterKey)
/** Stands for an MP3. */
const archived = Uint8Array.of(1, 2, 3)
let redis: MemoryRedis
let clock: FakeClock
let ends: (() => Promise<unknown>)[]

beforeEach(() => {
  redis = new MemoryRedis()
  clock = new FakeClock()
  ends = []
})
afterEach(async () => {
  for (const end of ends) await end()
})

const about = { version: '1', live: 0, max: 9, draining: false, fingerprint: 'f', voice: 'v', phrases: 1 }

function membersOf(name: string): Members {
  const store = redis.store()
  return new Members({
    ...{ store, clock, id: name, metrics: new Metrics(), vault: createVault(store, secrets) },
  })
}
/** @param url where the machine answers the others */
const begin = async (members: Members, url: string) => {
  members.begin(() => ({ ...about, url, startedWallMs: 0 }))
  await members.tell()
}

async function start(name: string, deadlines = {}): Promise<Machine> {
  const dir = await mkdtemp(join(tmpdir(), `recordings-${name}-`))
  let server: AdminServer | undefined
  const members = membersOf(name)
  const peers = createPeers(clock, secrets, members)
  const recordings = createRemoteRecordings(members, peers, { ...remoteDeadlines, ...deadlines })
  const { app, audited } = fakeProgram({
    recordings: createRecordings(dir),
    // The sound of an archived recording here.
    decodeStereo: async (mp3) => {
      expect([...mp3]).toEqual([...archived])
      return new Int16Array(16).fill(1_000)
    },
    access: async () => ({
      recordings: [
        { day, stage: 'whole', record: recordOf(1), inputs: '', audio: `/api/recordings/${idOf(1)}.wav` },
      ],
      ...{ calls: [fakeCall(idOf(1))], nextSteps: [], unwritten: [] },
    }),
    cluster: fakeCluster({
      recordings,
      isPeer: (header, method, path) => secrets.isSigned(header, method, path, clock.wallMs()),
    }),
  })
  server = startAdmin({ host: '127.0.0.1', port: 0, app })
  const url = new URL(server.url).origin
  await begin(members, url)
  const off = async () => {
    await members.stop()
    await server?.stop()
    server = undefined
  }
  ends.push(off, () => rm(dir, { recursive: true, force: true }))
  return {
    ...{ url, dir, members, audited, off },
    ask: (path, init = {}) =>
      fetch(url + path, {
        ...init,
        headers: {
          authorization: `Bearer ${fakeToken}`,
          'content-type': 'application/json',
          ...init.headers,
        },
      }),
  }
}

/** All of them know all others. */
const seeEachOther = async (...machines: Machine[]) => {
  for (const { members } of machines) await members.tell()
}

async function machines(count: number): Promise<Machine[]> {
  const started: Machine[] = []
  for (let i = 0; i < count; i++) started.push(await start('abc'[i]!))
  await seeEachOther(...started)
  return started
}

/** Call n began n minutes after nine. */
const recordOf = (n: number, more: object = {}) =>
  callRecordSchema.parse({
    ...{ version: 1, id: idOf(n), callId: idOf(n), durationMs: 60_000, outcome: 'goodbye' },
    startedAt: `2026-11-23T09:${String(n).padStart(2, '0')}:00.000Z`,
    endedAt: '2026-11-23T10:00:00.000Z',
    audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null },
    ...more,
  })

/** @param audio samples of both sides */
async function put({ dir }: Machine, n: number, more: object = {}, audio?: number[]) {
  await mkdir(join(dir, day), { recursive: true })
  await Bun.write(join(dir, day, `${idOf(n)}.json`), JSON.stringify(recordOf(n, more)))
  for (const side of ['caller', 'agent'])
    if (audio) await Bun.write(join(dir, day, `${idOf(n)}.${side}.raw`), Int16Array.from(audio))
}

const search = async ({ ask }: Machine, body: object = {}) =>
  (await (await ask('/api/recordings/search', { method: 'POST', body: JSON.stringify(body) })).json()) as Page
const numbersOf = ({ recordings }: Page) => recordings.map(({ record }) => Number(record.id.slice(-12)))
const codeOf = async (answer: Response) =>
  `${answer.status} ${((await answer.json()) as { code: string }).code}`

describe('the list of any machine', () => {
  test('has the recordings of all, newest first, each with its machine', async () => {
    const [a, b, c] = (await machines(3)) as [Machine, Machine, Machine]
    for (const [i, machine] of [b, a, c, a, b, c, c].entries()) await put(machine, i + 1)
    for (const machine of [a, b, c]) {
      const page = await search(machine)
      expect(numbersOf(page)).toEqual([7, 6, 5, 4, 3, 2, 1])
      expect(page.recordings.map(({ machine }) => machine)).toEqual(
        [c, c, b, a, c, a, b].map(({ url }) => url),
      )
      expect(page).toMatchObject({ next: null, isComplete: true, missing: [] })
    }
  })

  test('is read page by page with one cursor', async () => {
    const [a, b, c] = (await machines(3)) as [Machine, Machine, Machine]
    for (let n = 1; n <= 14; n++) await put([a, b, b, c][n % 4]!, n)
    const read: number[] = []
    let before: number | undefined
    do {
      const page = await search(b, { limit: 3, before })
      read.push(...numbersOf(page))
      before = page.next ?? undefined
    } while (before !== undefined)
    expect(read).toEqual(Array.from({ length: 14 }, (_, i) => 14 - i))
  })

  test('finds words, numbers and the parts of a call on every machine', async () => {
    const [a, b] = (await machines(2)) as [Machine, Machine]
    const said = (text: string) => ({ transcript: [{ who: 'caller', text, atMs: 0 }] })
    await put(a, 1, said('ma box clignote'))
    await put(b, 2, { ...said('la box est éteinte'), phone: '0612345678' })
    await put(b, 3, said('mon téléphone'))
    await put(b, 1, { partBefore: a.url, startedAt: '2026-11-23T09:30:00.000Z' })
    expect(numbersOf(await search(a, { text: 'box' }))).toEqual([2, 1])
    expect(numbersOf(await search(a, { phone: '+33 6 12 34 56 78' }))).toEqual([2])
    const parts = await search(a, { callId: idOf(1) })
    expect(parts.recordings.map(({ machine }) => machine)).toEqual([b.url, a.url])
    expect(parts.recordings[0]).toMatchObject({ record: { partBefore: a.url } })
  })

  test('can be exported from any, with the machine of each', async () => {
    const [a, b] = (await machines(2)) as [Machine, Machine]
    for (const [i, machine] of [a, b, a].entries()) await put(machine, i + 1)
    const send = (form: string) =>
      b.ask('/api/recordings/export', { method: 'POST', body: JSON.stringify({ form }) })
    const csv = await send('csv')
    expect(csv.headers.get('x-missing-machines')).toBeNull()
    const rows = (await csv.text()).trimEnd().split('\r\n')
    expect(rows.map((row) => row.split(',').at(-1))).toEqual([
      '"machine"',
      ...[a, b, a].map(({ url }) => `"${url}"`),
    ])
    const json = (await (await send('json')).json()) as Row[]
    expect(json.map(({ machine }) => machine)).toEqual([a, b, a].map(({ url }) => url))
    await a.off()
    const rest = await send('json')
    expect(rest.headers.get('x-missing-machines')).toBe(a.url)
    expect((await rest.json()) as Row[]).toHaveLength(1)
  })
})

describe('the list of turns that no desk could use', () => {
  type Turn = { id: string; n: number; text: string; machine?: string }
  type Turns = { turns: Turn[]; next: number | null; isComplete: boolean; missing?: string[] }
  const turnAt = (atMs: number, text: string, more: object = {}) => ({
    ...{ question: 'open', topic: null, language: 'fr', text, atMs },
    ...more,
  })
  const turnsOf = async ({ ask }: Machine, query = '') =>
    (await (await ask(`/api/not-understood${query}`)).json()) as Turns

  test('has those of all machines, newest first, page by page, each with its machine', async () => {
    const [a, b, c] = (await machines(3)) as [Machine, Machine, Machine]
    await put(a, 1, {
      notUnderstood: [turnAt(1_000, 'un'), turnAt(59_000, 'trois', { question: 'symptom' })],
    })
    await put(b, 1, { notUnderstood: [turnAt(30_000, 'deux')] })
    await put(c, 2, { notUnderstood: [turnAt(0, 'quatre')] })
    for (const machine of [a, b, c]) {
      const read: Turn[] = []
      let before: number | null | undefined
      do {
        const page = await turnsOf(machine, `?limit=1${before ? `&before=${before}` : ''}`)
        expect(page).toMatchObject({ isComplete: true, missing: [] })
        read.push(...page.turns)
        before = page.next
      } while (before !== null)
      expect(read.map(({ text }) => text)).toEqual(['quatre', 'trois', 'deux', 'un'])
      expect(read.map(({ machine }) => machine)).toEqual([c.url, a.url, b.url, a.url])
    }
    expect((await turnsOf(c, '?question=symptom')).turns).toMatchObject([
      { id: idOf(1), n: 1, machine: a.url },
    ])
  })

  test('exports one from the machine that has it, and names a machine that is off', async () => {
    const [a, b] = (await machines(2)) as [Machine, Machine]
    await put(a, 1, { notUnderstood: [turnAt(0, 'ici')] })
    await put(b, 1, { notUnderstood: [turnAt(0, 'là-bas')] })
    const exported = (machine?: string, n = 0) =>
      a.ask(`/api/not-understood/${idOf(1)}/export`, {
        method: 'POST',
        body: JSON.stringify({ n, machine, meaning: 'intent=human' }),
      })
    expect(await (await exported()).text()).toBe('[open]\nici -> intent=human\n')
    expect(await (await exported(b.url)).text()).toBe('[open]\nlà-bas -> intent=human\n')
    expect(await codeOf(await exported(b.url, 1))).toBe('404 unknown_turn')
    await b.off()
    expect(await turnsOf(a)).toMatchObject({ isComplete: false, missing: [b.url], turns: [{ text: 'ici' }] })
    expect(await codeOf(await exported(b.url))).toBe('503 machine_off')
  })
})

describe('a recording that another machine has', () => {
  const audio = Array.from({ length: 20_000 }, (_, i) => (i * 7) % 30_000)

  test('is heard from any, whole and in ranges, as on its own machine', async () => {
    const [a, b] = (await machines(2)) as [Machine, Machine]
    await put(b, 1, {}, audio)
    const path = `/api/recordings/${idOf(1)}.wav`
    const own = new Uint8Array(await (await b.ask(path)).arrayBuffer())
    expect(own.length).toBe(44 + audio.length * 4)
    for (const query of ['', `?machine=${encodeURIComponent(b.url)}`]) {
      const whole = await a.ask(path + query)
      expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'audio/wav'])
      expect(new Uint8Array(await whole.arrayBuffer())).toEqual(own)
      for (const [range, from, to] of [
        ['bytes=0-0', 0, 1],
        ['bytes=40-70000', 40, 70_001],
        ['bytes=-9', own.length - 9, own.length],
      ] as const) {
        const part = await a.ask(path + query, { headers: { range } })
        expect([part.status, part.headers.get('content-range')]).toEqual([
          206,
          `bytes ${from}-${to - 1}/${own.length}`,
        ])
        expect(new Uint8Array(await part.arrayBuffer())).toEqual(own.slice(from, to))
      }
      expect(await codeOf(await a.ask(path + query, { headers: { range: 'bytes=999999-' } }))).toBe(
        '416 bad_range',
      )
    }
    const head = await a.ask(path, { method: 'HEAD' })
    expect([head.status, head.headers.get('accept-ranges')]).toEqual([200, 'bytes'])
    expect(a.audited.map(({ action }) => action)).toContain('recording.read')
    // The operator asked this machine; the other one only answered it.
    expect(b.audited).toHaveLength(1)
  })

  test('is read as a record and as mp3; a form that it does not have is named', async () => {
    const [a, b] = (await machines(2)) as [Machine, Machine]
    await put(b, 1, { name: 'Dupré' }, audio)
    expect(await (await a.ask(`/api/recordings/${idOf(1)}.json`)).json()).toMatchObject({ name: 'Dupré' })
    expect(await codeOf(await a.ask(`/api/recordings/${idOf(1)}.mp3`))).toBe('404 no_mp3')
    await Bun.write(join(b.dir, day, `${idOf(1)}.mp3`), 'not really mp3')
    const mp3 = await a.ask(`/api/recordings/${idOf(1)}.mp3`, { headers: { range: 'bytes=4-9' } })
    expect([mp3.status, mp3.headers.get('content-type'), await mp3.text()]).toEqual([
      206,
      'audio/mpeg',
      'really',
    ])
    expect(await codeOf(await a.ask(`/api/recordings/${idOf(9)}.wav`))).toBe('404 unknown_recording')
  })

  test('of two with the same id, is the one of the machine that is named', async () => {
    const [a, b] = (await machines(2)) as [Machine, Machine]
    await put(a, 1, { name: 'first' })
    await put(b, 1, { name: 'second' })
    const nameOn = async (query: string) =>
      ((await (await a.ask(`/api/recordings/${idOf(1)}.json${query}`)).json()) as { name: string }).name
    expect(await nameOn('')).toBe('first')
    expect(await nameOn(`?machine=${encodeURIComponent(a.url)}`)).toBe('first')
    expect(await nameOn(`?machine=${encodeURIComponent(b.url)}`)).toBe('second')
  })

  test('is deleted from any, and only where it is meant', async () => {
    const [a, b] = (await machines(2)) as [Machine, Machine]
    for (const machine of [a, b]) await put(machine, 1)
    const remove = (query: string) => a.ask(`/api/recordings/${idOf(1)}${query}`, { method: 'DELETE' })
    expect((await remove(`?machine=${encodeURIComponent(b.url)}`)).status).toBe(200)
    expect((await search(a)).recordings.map(({ machine }) => machine)).toEqual([a.url])
    expect((await remove('')).status).toBe(200)
    expect((await search(a)).recordings).toEqual([])
    expect(await codeOf(await remove(''))).toBe('404 unknown_recording')
    expect(await codeOf(await remove(`?machine=${encodeURIComponent(a.url)}`))).toBe('404 unknown_recording')
  })
})

describe('a call that two machines recorded', () => {
  /** 8 samples on the first machine until it died, 4 on the second one half a millisecond after that. */
  async function twoParts(): Promise<Machine[]> {
    const [a, b, c] = (await machines(3)) as [Machine, Machine, Machine]
    const at = (ms: number) => new Date(Date.UTC(2026, 10, 23, 9, 0, 0, ms)).toISOString()
    const first = { startedAt: at(0), endedAt: at(1), outcome: 'lost', partAfter: b.url }
    await put(a, 1, first, Array<number>(8).fill(1_000))
    const second = { startedAt: at(2), endedAt: at(3), partBefore: a.url }
    await put(b, 1, second, Array<number>(4).fill(2_000))
    return [a, b, c]
  }
  /** 16 samples are 2 ms: the later part begins there. */
  const whole = [...Array(8).fill(1_000), ...Array(8).fill(0), ...Array(4).fill(2_000)]
  const path = (part: Machine) =>
    `/api/recordings/${idOf(1)}.wav?whole=1&machine=${encodeURIComponent(part.url)}`
  const leftOf = (bytes: Uint8Array) => [...readWav(bytes).samples].filter((_, i) => i % 2 === 0)

  test('is one sound from any machine, by either part', async () => {
    const [a, b, c] = (await twoParts()) as [Machine, Machine, Machine]
    for (const asked of [a, b, c])
      for (const part of [a, b]) {
        const answer = await asked.ask(path(part))
        expect(answer.headers.get('content-type')).toBe('audio/wav')
        expect(leftOf(await answer.bytes())).toEqual(whole)
        const head = await asked.ask(path(part), { method: 'HEAD' })
        expect(head.headers.get('content-length')).toBe(String(44 + whole.length * 4))
      }
    expect(await codeOf(await a.ask(`/api/recordings/${idOf(1)}.mp3?whole=1`))).toBe('400 no_whole')
  })

  test('is one sound too when a part is archived', async () => {
    const [a, b, c] = (await twoParts()) as [Machine, Machine, Machine]
    const base = join(a.dir, day, idOf(1))
    for (const side of ['caller', 'agent']) await rm(`${base}.${side}.raw`)
    await Bun.write(`${base}.mp3`, archived)
    for (const asked of [a, b, c]) expect(leftOf(await (await asked.ask(path(b))).bytes())).toEqual(whole)
  })

  test('is never a part taken for the whole: a machine that is off is named as the reason', async () => {
    const [a, b, c] = (await twoParts()) as [Machine, Machine, Machine]
    await a.off()
    for (const asked of [b, c]) {
      expect(await codeOf(await asked.ask(path(b)))).toBe('503 machine_off')
      const own = await asked.ask(path(b).replace('whole=1&', ''))
      expect(leftOf(await own.bytes())).toEqual(Array(4).fill(2_000))
    }
  })

  test('that no machine has is not there', async () => {
    const [a] = (await twoParts()) as [Machine]
    expect(await codeOf(await a.ask(`/api/recordings/${idOf(2)}.wav?whole=1`))).toBe('404 unknown_recording')
  })
})

describe('a machine that is off', () => {
  test('is named, and the rest is there; its recordings are there again with it', async () => {
    const [a, b] = (await machines(2)) as [Machine, Machine]
    await put(a, 1)
    await put(b, 2)
    await b.off()
    for (let i = 0; i < 2; i++) {
      expect(await search(a)).toMatchObject({
        isComplete: false,
        missing: [b.url],
        recordings: [{ machine: a.url }],
      })
      for (const query of ['', `?machine=${encodeURIComponent(b.url)}`])
        expect(await codeOf(await a.ask(`/api/recordings/${idOf(2)}.json${query}`))).toBe('503 machine_off')
      // At first it is still in the list of those that live, then among those that are away.
      clock.advance(6_000)
      await a.members.tell()
    }
    const back = await start('b')
    await seeEachOther(a, back)
    await put(back, 2)
    expect(numbersOf(await search(a))).toEqual([2, 1])
  })
})

/** A machine whose server does what the test says. */
async function strange(name: string, fetch: (request: Request) => Response | Promise<Response>) {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, idleTimeout: 0, fetch })
  ends.push(() => server.stop(true))
  const url = new URL(server.url).origin
  await begin(membersOf(name), url)
  return url
}

describe('a machine that is slow', () => {
  const never = () => new Promise<Response>(() => {})

  test('is waited for until the deadline, and named', async () => {
    const a = await start('a', { searchMs: 50, openMs: 50 })
    const url = await strange('b', never)
    await seeEachOther(a)
    await put(a, 1)
    expect(await search(a)).toMatchObject({
      isComplete: false,
      missing: [url],
      recordings: [{ machine: a.url }],
    })
    expect(await codeOf(await a.ask(`/api/recordings/${idOf(2)}.wav`))).toBe('503 machine_off')
  })

  test('and stops in the middle of a sound does not keep the player waiting', async () => {
    const a = await start('a', { pieceMs: 50 })
    await strange('b', () => {
      const begun = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new Uint8Array(1_000)),
        pull: () => new Promise(() => {}),
      })
      return new Response(begun, { headers: { 'content-type': 'audio/wav' } })
    })
    await seeEachOther(a)
    const answer = await a.ask(`/api/recordings/${idOf(2)}.wav`)
    expect(answer.status).toBe(200)
    const read = answer.arrayBuffer().then(
      (bytes) => bytes.byteLength,
      () => 'cut off',
    )
    expect([1_000, 'cut off']).toContain(await read)
  })

  test.each([
    ['refuses', () => new Response(null, { status: 401 })],
    ['fails', () => new Response(null, { status: 500 })],
    ['is of a version without this', () => Response.json({ code: 'not_found' }, { status: 404 })],
    ['answers something else', () => Response.json({ calls: [] }, { status: 404 })],
  ])('or %s, is named too', async (_, answer) => {
    const a = await start('a')
    const url = await strange('b', answer)
    await seeEachOther(a)
    expect(await search(a)).toMatchObject({ isComplete: false, missing: [url] })
    const answered = await codeOf(await a.ask(`/api/recordings/${idOf(2)}.wav`))
    expect(answered).toBe('503 machine_off')
  })
})

test('what is searched for is in no address, and no request is without a signature', async () => {
  const asked: { url: string; body: string; isSigned: boolean }[] = []
  const a = await start('a')
  await strange('b', async (request) => {
    const { pathname, search: query } = new URL(request.url)
    const header = request.headers.get('authorization') ?? undefined
    asked.push({
      ...{ url: request.url, body: await request.text() },
      isSigned: secrets.isSigned(header, request.method, pathname + query, clock.wallMs()),
    })
    return Response.json({ recordings: [], next: null, isComplete: true })
  })
  await seeEachOther(a)
  await search(a, { phone: '0612345678', text: 'clignote', limit: 7 })
  await (await a.ask('/api/recordings?phone=0612345678')).json()
  await (await a.ask(`/api/recordings/${idOf(1)}.json`)).text()
  await a.ask(`/api/recordings/${idOf(1)}`, { method: 'DELETE' })
  expect(asked).toHaveLength(4)
  expect(JSON.parse(asked[0]!.body)).toEqual({ phone: '0612345678', text: 'clignote', limit: 7 })
  for (const { url, isSigned } of asked) {
    expect(url).not.toMatch(/612345678|clignote/)
    expect(isSigned).toBe(true)
  }
})

test('everything that is held of a caller is found on all machines, and a machine without an answer is named', async () => {
  const [a, b] = (await machines(2)) as [Machine, Machine]
  const url = await strange('c', () => new Response(null, { status: 500 }))
  await seeEachOther(a, b)
  const find = await a.ask('/api/callers/find', {
    method: 'POST',
    body: JSON.stringify({ phone: '+33 6 12 34 56 78' }),
  })
  type HeldOn = { recordings: { machine: string; audio: string }[]; calls: unknown[]; missing: string[] }
  const { recordings, calls, missing } = (await find.json()) as HeldOn
  expect(recordings.map(({ machine }) => machine)).toEqual([a.url, b.url])
  expect(recordings[1]?.audio).toBe(`/api/recordings/${idOf(1)}.wav?machine=${encodeURIComponent(b.url)}`)
  expect([calls.length, missing]).toEqual([2, [url]])
})

test('a stranger gets nothing from the routes between machines', async () => {
  const [a] = (await machines(1)) as [Machine]
  await put(a, 1)
  for (const [method, path] of [
    ['POST', '/cluster/recordings/search'],
    ['POST', '/cluster/callers/find'],
    ['GET', `/cluster/recordings/${idOf(1)}.json`],
    ['DELETE', `/cluster/recordings/${idOf(1)}`],
  ] as const) {
    const body = method === 'POST' ? '{"phone":"0612345678"}' : null
    expect(await codeOf(await a.ask(path, { method, body }))).toBe('401 not_a_machine')
  }
  expect(numbersOf(await search(a))).toEqual([1])
})

test('one machine that is alone says nothing of machines', async () => {
  const { ask } = fakeProgram({ recordings: createRecordings('/nonexistent') })
  const answer = await ask('/api/recordings')
  expect(await answer.json()).toEqual({ recordings: [], next: null, isComplete: true })
})
