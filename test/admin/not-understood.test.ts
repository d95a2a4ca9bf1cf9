import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
  dir = await mkdtemp(join(tmpdir(), 'turns-'))
  const turns = [
    { question: 'symptom', topic: 'mobile', language: 'fr', text: 'ça capte que dalle', atMs: 9_000 },
    { question: 'open', topic: null, language: 'fr', text: '⌨ 7', atMs: 12_000 },
    { question: 'phone', topic: null, language: 'fr', text: '•••', atMs: 14_000 },
    { question: 'open', topic: null, language: 'fr', text: '', atMs: 16_000 },
  ]
  const clock = new FakeClock()
  const startedWallMs = Date.UTC(2026, 10, 23, 9)
  const about = { dir, callId, startedWallMs, clock, log: silentLog, metrics: new Metrics() }
  const recorder = createRecorder(about)
  clock.advance(20)
  await recorder.close(callDetailsSchema.parse({ outcome: 'goodbye', notUnderstood: turns }))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const program = () => fakeProgram({ recordings: createRecordings(dir) })
const exported = async (body: object, id = callId) => {
  const { ask } = program()
  const headers = { 'Content-Type': 'application/json' }
  return await ask(`/api/not-understood/${id}/export`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers,
  })
}

describe('turns that the desk could not use', () => {
  test('are listed page by page, the newest first', async () => {
    const { ask } = program()
    const first = (await (await ask('/api/not-understood?limit=3')).json()) as {
      turns: { text: string; n: number; id: string }[]
      next: number
    }
    expect(first.turns.map(({ text, n }) => [text, n])).toEqual([
      ['', 3],
      ['•••', 2],
      ['⌨ 7', 1],
    ])
    const rest = await (await ask(`/api/not-understood?limit=3&before=${first.next}`)).json()
    expect(rest).toMatchObject({ turns: [{ text: 'ça capte que dalle', n: 0, id: callId }], next: null })
  })

  test.each(['limit=0', 'limit=201', 'question=a%20b', 'from=yesterday', 'before=-1'])(
    '%s is refused',
    async (query) => {
      expect((await program().ask(`/api/not-understood?${query}`)).status).toBe(400)
    },
  )

  test.each([
    ['before=', 'before: has no value; leave it out'],
    ['from=&question=', 'from: has no value; leave it out; question: has no value; leave it out'],
    ['before=%20', 'before: is not a whole number'],
    ['limit=1e1', 'limit: is not a whole number'],
  ])('%s is refused with its reason', async (query, detail) => {
    const answer = await program().ask(`/api/not-understood?${query}`)
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ detail })])
  })

  test.each([
    [{ n: 0, meaning: 'topic=mobile symptom=no_network' }, '-> topic=mobile symptom=no_network'],
    [{ n: 0, meaning: '-' }, '-> -'],
    [{ n: 0 }, '-> ?'],
  ])('one is exported as %j', async (body, label) => {
    const answer = await exported(body)
    expect(answer.headers.get('content-disposition')).toContain('not-understood.fr.txt')
    expect(await answer.text()).toBe(`[symptom:mobile]\nça capte que dalle ${label}\n`)
  })

  test.each([1, 2, 3])('turn %d has no words to export', async (n) => {
    const answer = await exported({ n })
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([409, 'no_words'])
  })

  test.each([
    [{ n: 9 }, callId, 404],
    [{ n: 0 }, otherId, 404],
    [{ n: 0, meaning: 'intent=human\n[open]' }, callId, 400],
    [{ n: 0, meaning: 'phone=0612345678' }, callId, 400],
    [{ n: -1 }, callId, 400],
  ])('%j of %s is answered with a refusal', async (body, id, status) => {
    expect((await exported(body, id)).status).toBe(status)
  })
})
