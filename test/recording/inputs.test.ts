// The inputs of a call beside its record: when they are kept, and when they go.

import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { eraseCaller } from '../../src/recording/erasure.ts'
import { type CallDetails, callDetailsSchema, consentSchema } from '../../src/recording/files.ts'
import { ForgottenCalls } from '../../src/recording/forgotten.ts'
import { createRecorder, type RecorderOptions } from '../../src/recording/recorder.ts'
import { sweepRecordings } from '../../src/recording/retention.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { MemoryDisk } from '../support/scenarios/memory-disk.ts'

setDefaultTimeout(60_000)

const callId = '0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a01'
const path = `/rec/2026-11-23/${callId}.inputs.jsonl`
const inputs = '{"kind":"settings"}\n'

const consent = (
  policy: 'notice' | 'consent',
  choice: 'objected' | 'agreed' | 'declined' | null,
  heard = true,
) => consentSchema.parse({ policy, choice, atMs: null, noticeAtMs: heard ? 900 : null })

async function recorded(details: Partial<CallDetails>, options: Partial<RecorderOptions> = {}) {
  const clock = new FakeClock()
  const disk = new MemoryDisk()
  const recorder = createRecorder({
    ...{ dir: '/rec', callId, clock, disk, log: silentLog, metrics: new Metrics() },
    startedWallMs: clock.wallMs(),
    ...options,
  })
  await recorder.close(callDetailsSchema.parse(details), () => inputs)
  return disk
}

describe('the inputs are kept where the audio may be kept', () => {
  const cases: [string, CallDetails['recording'], boolean][] = [
    ['nobody asks for consent', null, true],
    ['the notice was heard', consent('notice', null), true],
    ['the notice was not heard', consent('notice', null, false), false],
    ['the caller objected', consent('notice', 'objected'), false],
    ['the caller agreed', consent('consent', 'agreed'), true],
    ['the caller declined', consent('consent', 'declined'), false],
    ['the caller was silent', consent('consent', null), false],
  ]
  for (const [what, recording, isKept] of cases)
    test(`${what}: ${isKept ? 'kept' : 'not kept'}`, async () => {
      const disk = await recorded({ recording })
      expect(disk.texts.get(path)).toBe(isKept ? inputs : undefined)
      expect(disk.texts.has(`/rec/2026-11-23/${callId}.json`)).toBe(true)
    })

  test('a call that was erased meanwhile leaves none', async () => {
    const forgotten = new ForgottenCalls()
    const disk = new MemoryDisk()
    const replace = disk.replace.bind(disk)
    disk.replace = async (to, text) => {
      await replace(to, text)
      if (to === path) forgotten.add(callId)
    }
    await recorded({}, { disk, forgotten })
    expect(disk.texts.has(path)).toBe(false)
  })

  test('a disk that refuses the record gets no inputs', async () => {
    const disk = new MemoryDisk()
    disk.fail = true
    await recorded({}, { disk })
    expect(disk.texts.size).toBe(0)
  })
})

describe('the inputs go with the transcript', () => {
  const wallMs = Date.UTC(2026, 10, 23, 8, 30)
  const day = '2026-11-10'
  let dir = ''
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'inputs-'))
    mkdirSync(join(dir, day))
    const startedAt = `${day}T09:00:00.000Z`
    const details = callDetailsSchema.parse({ phone: '0612345678', numbers: ['0612345678'] })
    const record = {
      ...{ ...details, version: 1, id: callId, callId, startedAt, endedAt: startedAt, durationMs: 61_000 },
      audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null },
    }
    writeFileSync(join(dir, day, `${callId}.json`), JSON.stringify(record))
    for (const end of ['mp3', 'inputs.jsonl', 'inputs.jsonl.tmp'])
      writeFileSync(join(dir, day, `${callId}.${end}`), 'x')
  })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  const left = () => readdirSync(join(dir, day)).sort()
  const sweep = (audioDays: number, transcriptDays: number, statisticsDays = 0) =>
    sweepRecordings({ dir, wallMs, terms: { audioDays, transcriptDays, statisticsDays } })

  test('the term of the audio takes the audio alone', async () => {
    await sweep(5, 30)
    expect(left()).toEqual(['inputs.jsonl', 'inputs.jsonl.tmp', 'json'].map((end) => `${callId}.${end}`))
  })

  test('the term of the transcript takes them, and leaves the statistics', async () => {
    await sweep(5, 10, 30)
    expect(left()).toHaveLength(1)
    expect(left()[0]).toEndWith('.statistics.json')
  })

  test('without statistics nothing is left', async () => {
    await sweep(5, 10)
    expect(existsSync(join(dir, day))).toBe(false)
  })

  test('an erasure takes them', async () => {
    await eraseCaller({ dir, phone: '0612345678' })
    expect(existsSync(join(dir, day))).toBe(false)
  })

  test('an erasure finds inputs whose record is lost', async () => {
    await rm(join(dir, day, `${callId}.json`))
    const line = {
      at: 1,
      kind: 'transcript',
      text: 'zéro six douze trente-quatre cinquante-six soixante-dix-huit',
    }
    writeFileSync(join(dir, day, `${callId}.inputs.jsonl`), `${JSON.stringify(line)}\n`)
    const { erased } = await eraseCaller({ dir, phone: '0612345678' })
    expect(erased).toEqual([callId])
    expect(existsSync(join(dir, day))).toBe(false)
  })
})
