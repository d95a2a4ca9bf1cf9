import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, readlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRange } from '../../src/admin/ranges.ts'
import { readWav } from '../../src/audio/wav.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { callDetailsSchema } from '../../src/recording/files.ts'
import { createRecordings } from '../../src/recording/library.ts'
import { createRecorder } from '../../src/recording/recorder.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { callId, fakeProgram, otherId } from './fakes.ts'

setDefaultTimeout(60_000)

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'recordings-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** Records 40 ms: the caller's samples count up from 0, the agent's down. */
async function record(id: string, details: object = {}, startedWallMs = Date.UTC(2026, 10, 23, 9)) {
  const clock = new FakeClock()
  const recorder = createRecorder({
    dir,
    callId: id,
    startedWallMs,
    clock,
    log: silentLog,
    metrics: new Metrics(),
  })
  for (let frame = 0; frame < 2; frame++) {
    recorder.caller(Int16Array.from({ length: 160 }, (_, i) => frame * 160 + i))
    recorder.agent(Int16Array.from({ length: 160 }, (_, i) => -(frame * 160 + i)))
    clock.advance(20)
  }
  await recorder.close(callDetailsSchema.parse({ outcome: 'goodbye', ...details }))
}

function program() {
  return fakeProgram({ recordings: createRecordings(dir) })
}

async function code(response: Response): Promise<string> {
  return `${response.status} ${((await response.json()) as { code: string }).code}`
}

describe('searching recordings', () => {
  const third = 'aaaaaaaa-1c3e-4f60-8a11-2f4be0c39d03'
  beforeEach(async () => {
    await record(callId, { phone: '0612345678', states: [{ state: 'solution', atMs: 9 }] })
    await record(otherId, { outcome: 'transfer' }, Date.UTC(2026, 10, 24, 9))
    await record(third, { outcome: 'transfer' }, Date.UTC(2026, 10, 24, 8))
    await Bun.write(join(dir, '2026-11-24', `${callId}.json`), '{ broken')
    await Bun.write(join(dir, 'notes.txt'), 'not a day')
  })

  test.each([
    // The broken record is listed by the time of its file, which is now.
    ['', [callId, otherId, third, callId]],
    ['?limit=1', [callId]],
    ['?phone=0612345678', [callId]],
    ['?outcome=transfer', [otherId, third]],
    ['?state=solution', [callId]],
    ['?from=2026-11-24', [callId, otherId, third]],
    ['?to=2026-11-23', [callId]],
    ['?from=2026-11-25', []],
    ['?outcome=transfer&phone=0612345678', []],
  ])('by %p', async (query, ids) => {
    const response = await program().ask(`/api/recordings${query}`)
    const { recordings } = (await response.json()) as { recordings: { record: { id: string } }[] }
    expect(recordings.map(({ record: { id } }) => id)).toEqual(ids)
  })

  test('by a number in the body', async () => {
    const response = await program().ask('/api/recordings/search', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ phone: '06 12 34 56 78', limit: 5 }),
    })
    expect(await response.json()).toMatchObject({ recordings: [{ stage: 'whole', record: { id: callId } }] })
  })

  test.each([
    '?from=2026',
    '?from=2026-13-40',
    '?to=2026-02-30',
    '?phone=+336',
    '?limit=0',
    '?limit=501',
    '?to=../..',
  ])('%p is refused', async (query) => {
    expect(await code(await program().ask(`/api/recordings${query}`))).toBe('400 bad_request')
  })
})

describe('one recording', () => {
  beforeEach(() => record(callId))

  test('is a stereo WAV, caller left, sample for sample', async () => {
    const response = await program().ask(`/api/recordings/${callId}.wav`)
    expect([response.status, response.headers.get('accept-ranges')]).toEqual([200, 'bytes'])
    const wav = readWav(new Uint8Array(await response.arrayBuffer()))
    expect([wav.rateHz, wav.channels, wav.samples.length]).toEqual([8_000, 2, 640])
    for (let i = 0; i < 320; i++) expect([wav.samples[i * 2], wav.samples[i * 2 + 1]]).toEqual([i, -i || 0])
  })

  test('any byte range equals that part of the whole', async () => {
    const { ask } = program()
    const path = `/api/recordings/${callId}.wav`
    const whole = new Uint8Array(await (await ask(path)).arrayBuffer())
    expect(whole.length).toBe(44 + 1_280)
    for (const [range, from, to] of [
      ['bytes=0-0', 0, 1],
      ['bytes=40-49', 40, 50],
      ['bytes=45-46', 45, 47],
      ['bytes=47-800', 47, 801],
      ['bytes=1000-', 1_000, 1_324],
      ['bytes=-7', 1_317, 1_324],
      ['bytes=0-999999', 0, 1_324],
    ] as const) {
      const response = await ask(path, { headers: { range } })
      expect([response.status, response.headers.get('content-range')]).toEqual([
        206,
        `bytes ${from}-${to - 1}/1324`,
      ])
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(whole.slice(from, to))
    }
  })

  test('a question for its head alone leaves no file open', async () => {
    const head = await program().ask(`/api/recordings/${callId}.wav`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '1324'])
    const open = readdirSync('/proc/self/fd').map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`)
      } catch {
        return ''
      }
    })
    expect(open.filter((path) => path.startsWith(dir))).toEqual([])
  })

  test('a range past the end gets 416 and the size', async () => {
    const response = await program().ask(`/api/recordings/${callId}.wav`, {
      headers: { range: 'bytes=1324-' },
    })
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */1324'])
  })

  test('has a record, and an mp3 once it is archived', async () => {
    const { ask } = program()
    const found = (await (await ask(`/api/recordings/${callId}.json`)).json()) as { outcome: string }
    expect(found.outcome).toBe('goodbye')
    expect(await code(await ask(`/api/recordings/${callId}.mp3`))).toBe('404 no_mp3')
    const base = join(dir, '2026-11-23', callId)
    await Bun.write(`${base}.mp3`, 'not really mp3')
    const part = await ask(`/api/recordings/${callId}.mp3`, { headers: { range: 'bytes=4-9' } })
    expect([part.status, await part.text()]).toEqual([206, 'really'])
    await rm(`${base}.caller.raw`)
    expect(await code(await ask(`/api/recordings/${callId}.wav`))).toBe('404 no_wav')
  })

  test('is removed from disk when deleted', async () => {
    const { ask } = program()
    expect((await ask(`/api/recordings/${callId}`, { method: 'DELETE' })).status).toBe(200)
    expect(await Array.fromAsync(new Bun.Glob('**/*').scan(dir))).toEqual([])
    expect(await code(await ask(`/api/recordings/${callId}.json`))).toBe('404 unknown_recording')
  })

  test('is forgotten by every memory when deleted', async () => {
    const forgotten: string[] = []
    const recordings = createRecordings(dir)
    const { ask } = fakeProgram({ recordings, forget: (id) => void forgotten.push(id) })
    await ask(`/api/recordings/${callId}`, { method: 'DELETE' })
    expect(forgotten).toEqual([callId])
  })

  test('cannot be deleted while its call is running, but can when the process died during the call', async () => {
    const { ask, live } = program()
    const path = join(dir, '2026-11-23', `${callId}.json`)
    await Bun.write(path, JSON.stringify({ ...(await Bun.file(path).json()), endedAt: null, outcome: null }))
    expect(await code(await ask(`/api/recordings/${callId}`, { method: 'DELETE' }))).toBe('409 call_live')
    live.clear()
    expect((await ask(`/api/recordings/${callId}`, { method: 'DELETE' })).status).toBe(200)
  })

  test.each([
    `/api/recordings/${callId}.txt`,
    `/api/recordings/${callId}`,
    '/api/recordings/..%2f..%2f..%2fetc%2fpasswd.json',
    `/api/recordings/..%2f${callId}.wav`,
    `/api/recordings/${callId}%00.wav`,
    `/api/recordings/${callId.toUpperCase()}.wav`,
  ])('GET %s is refused', async (path) => {
    expect(await code(await program().ask(path))).toBe('400 bad_request')
  })
})

describe('ranges', () => {
  test.each([
    [undefined, 'whole'],
    ['bytes=0-', { from: 0, to: 100 }],
    ['bytes=10-19', { from: 10, to: 20 }],
    ['bytes=90-200', { from: 90, to: 100 }],
    ['bytes=-30', { from: 70, to: 100 }],
    ['bytes=-300', { from: 0, to: 100 }],
    ['bytes=-0', 'outside'],
    ['bytes=100-', 'outside'],
    ['bytes=20-10', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['bytes=-', 'whole'],
    ['items=0-1', 'whole'],
    ['bytes=1e3-', 'whole'],
  ] as const)('%p of 100 bytes', (header, range) => {
    expect(readRange(header, 100)).toEqual(range)
  })
})

describe('erasing a caller', () => {
  test.each(['0612345678', '06 12 34 56 78', '+33 6 12.34.56.78', '0033612345678', '+33 (0)6 12 34 56 78'])(
    '%p is the same number, and the answer lists erased and live calls by id',
    async (phone) => {
      const { ask, asked } = program()
      const response = await ask(`/api/callers/${encodeURIComponent(phone)}`, { method: 'DELETE' })
      expect(await response.json()).toEqual({
        erased: [otherId],
        recordings: 1,
        live: [callId],
        unmatched: 3,
      })
      expect(asked).toEqual(['erase 0612345678'])
    },
  )

  test('or read by a number in the body, which no proxy logs', async () => {
    const { ask, asked } = program()
    const post = (path: string, body: object) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const phone = '+33 6 12 34 56 78'
    expect(await (await post('/api/callers/erase', { phone })).json()).toMatchObject({
      recordings: 1,
      unmatched: 3,
    })
    const held = { recordings: [], calls: [{ id: callId }], nextSteps: [], unwritten: [] }
    expect(await (await post('/api/callers/find', { phone })).json()).toMatchObject(held)
    expect(await (await ask('/api/callers/0612345678')).json()).toMatchObject(held)
    expect(asked).toEqual(['erase 0612345678', 'access 0612345678', 'access 0612345678'])
    for (const path of ['/api/callers/erase', '/api/callers/find'])
      for (const body of [{}, { phone: '06' }])
        expect(await code(await post(path, body))).toBe('400 bad_request')
  })

  test.each(['06', '061234567a', '..%2f..', '+999 20 7946 0000', '00612345678'])(
    '%p is not a number of a country that the desk serves, and nothing is erased',
    async (phone) => {
      const { ask, asked } = program()
      expect(await code(await ask(`/api/callers/${phone}`, { method: 'DELETE' }))).toBe('400 bad_request')
      expect(asked).toEqual([])
    },
  )
})
