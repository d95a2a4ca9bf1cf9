// What the operator's page asks with 50 000 recordings on disk: each view through the real API, with the index on its
// own thread, and the records, the index and the audit trail as real files. Prints one line of JSON a view, with the
// best and the middle of its rounds: `bun test/bench/pages.ts [recordings]`.

import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AuditTrail } from '../../src/access/audit.ts'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { createRecordings } from '../../src/recording/library.ts'
import { indexPath } from '../../src/recording/search/index-file.ts'
import { createSearch } from '../../src/recording/search/search.ts'
import { fakeProgram } from '../admin/fakes.ts'
import { createRandom } from '../support/lab/random.ts'

const count = Number(process.argv[2] ?? 50_000)
const perDay = 500
const rounds = 9
const firstDayMs = Date.UTC(2026, 0, 1)
const random = createRandom(20_261_128)
/** `0` to `9` as letters that base 26 does not use. */
const letter = (digit: string): string => 'qrstuvwxyz'[Number(digit)]!
const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!

/** A few words are in every call, most in few. Without digits, which would be read as parts of numbers. */
const words = Array.from({ length: 3_000 }, (_, i) => `mot${(i * 7_919).toString(26).replace(/\d/g, letter)}`)
const sentence = (length: number) =>
  Array.from({ length }, () => words[random.below(1 + random.below(1 + random.below(words.length)))]).join(
    ' ',
  )
const questions = ['open', 'name', 'phone', 'topic', 'symptom', 'step', 'verify', 'callBack']

const idOf = (n: number) => `aaaaaaaa-1c3e-4f60-8a11-${String(n).padStart(12, '0')}`
const phoneOf = (n: number) =>
  `06${String(n * 1_009)
    .padStart(8, '0')
    .slice(-8)}`
const dayOf = (n: number) => new Date(firstDayMs + Math.floor(n / perDay) * 86_400_000)

function recordOf(n: number): object {
  const startedMs = dayOf(n).getTime() + (n % perDay) * 120_000
  const transcript = Array.from({ length: 24 }, (_, i) => ({
    ...{ who: i % 2 === 0 ? 'agent' : 'caller', atMs: i * 5_000, cut: false },
    text: sentence(i % 2 === 0 ? 14 : 7),
  }))
  const missed = Array.from({ length: n % 4 }, (_, i) => ({
    ...{ question: pick(questions), topic: pick(['internet', 'mobile', null]), language: 'fr' },
    ...{ text: sentence(6), atMs: 10_000 + i * 20_000 },
  }))
  return {
    ...{ version: 1, stage: 'whole', id: idOf(n), callId: idOf(n), durationMs: 120_000, desk: 'desk' },
    startedAt: new Date(startedMs).toISOString(),
    endedAt: new Date(startedMs + 120_000).toISOString(),
    ...{ language: 'fr', outcome: n % 9 === 0 ? 'transfer' : 'goodbye', reason: 'agent', topic: 'internet' },
    ...{ phone: phoneOf(n), numbers: [phoneOf(n)], name: `Nom${n}`, transcript, notUnderstood: missed },
    states: ['init', 'welcome', 'diagnostic', n % 5 === 0 ? 'solution' : 'goodbye'].map((state, i) => ({
      ...{ state, atMs: i * 20_000 },
    })),
    latencies: Array.from({ length: 12 }, (_, turn) => ({ turn, endpointing: 400, firstFrame: 600 })),
    audio: { rateHz: 8_000, samples: 960_000, gaps: [], pauses: [], stopped: null },
  }
}

/** As many files as a call leaves once it is archived. */
function writeAll(dir: string): void {
  for (let n = 0; n < count; n++) {
    const day = join(dir, dayOf(n).toISOString().slice(0, 10))
    if (n % perDay === 0) mkdirSync(day, { recursive: true })
    writeFileSync(join(day, `${idOf(n)}.json`), JSON.stringify(recordOf(n), null, 1))
    writeFileSync(join(day, `${idOf(n)}.mp3`), '')
    writeFileSync(join(day, `${idOf(n)}.inputs.jsonl`), '')
  }
}

/** One line for each recording: what the page's own reads leave in a year. */
function writeTrail(dir: string): void {
  const lines = Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      ...{ time: new Date(firstDayMs + n * 600_000).toISOString(), who: pick(['page', 'marie', 'paul']) },
      ...{
        address: '192.0.2.7',
        action: pick(['recordings.read', 'recording.read', 'call.read']),
        id: idOf(n),
      },
    }),
  )
  writeFileSync(join(dir, 'audit.jsonl'), `${lines.join('\n')}\n`)
}

const print = (figures: object) => console.log(JSON.stringify(figures))
const root = mkdtempSync(join(tmpdir(), 'pages-'))
const [dir, data] = [join(root, 'recordings'), join(root, 'data')]
mkdirSync(data)
writeAll(dir)
writeTrail(data)
const about = { clock: systemClock, log: silentLog, metrics: new Metrics() }
const search = createSearch({ dir, ...about })
// The thread of the search does not keep the process alive.
const alive = setInterval(() => {}, 1_000)
try {
  const startMs = performance.now()
  while (!(await search.find({ limit: 1 })).isComplete) await Bun.sleep(100)
  const madeS = Math.round((performance.now() - startMs) / 1_000)
  print({ recordings: count, indexS: madeS, indexMb: Math.round(statSync(indexPath(dir)).size / 1e6) })
  const recordings = createRecordings(dir, search)
  const audit = new AuditTrail({ ...about, dir: data })
  const { ask } = fakeProgram({
    recordings,
    clock: systemClock,
    audit: { record: async () => {}, newest: (...a) => audit.newest(...a) },
  })
  const posted = (path: string, body: object) => () =>
    ask(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    })
  const found = (query: object) => posted('/api/recordings/search', query)
  const got = (path: string) => () => ask(path)
  const lastKey = (firstDayMs + 50 * 120_000) * 1_000
  const views: [string, () => Response | Promise<Response>][] = [
    ['the page', got('/')],
    ['recordings: the newest', found({})],
    ['recordings: the last page', found({ before: lastKey })],
    ['recordings: a rare outcome and state', found({ outcome: 'transfer', state: 'solution' })],
    ['recordings: nothing found', found({ outcome: 'error' })],
    ['recordings: a number', found({ phone: phoneOf(777) })],
    [
      'recordings: a day',
      found({ from: dayOf(0).toISOString().slice(0, 10), to: dayOf(0).toISOString().slice(0, 10) }),
    ],
    ['recordings: a frequent word', found({ text: words[0] })],
    ['recordings: two words', found({ text: `${words[3]} ${words[900]}` })],
    ['recordings: a beginning', found({ text: 'mot' })],
    ['recordings: one letter', found({ text: 'm' })],
    ['recordings: a name', found({ text: 'Nom4711' })],
    ['recordings: words that nothing has', found({ text: 'pamplemousse' })],
    ['recordings: 500 at once', found({ limit: 500 })],
    ['a recording of the newest day', got(`/api/recordings/${idOf(count - 1)}.json`)],
    ['a recording of the oldest day', got(`/api/recordings/${idOf(1)}.json`)],
    ['no such recording', got(`/api/recordings/${idOf(999_999_999)}.json`)],
    ['turns not understood: the newest', got('/api/not-understood')],
    ['turns not understood: the last page', got(`/api/not-understood?before=${lastKey}`)],
    ['turns not understood: one question', got('/api/not-understood?question=callBack')],
    ['turns not understood: nothing found', got('/api/not-understood?question=consent')],
    ['audit trail: the newest', got('/api/audit?limit=100')],
    ['audit trail: nothing found', got('/api/audit?limit=100&who=nobody')],
  ]
  for (const [view, look] of views) {
    const times: number[] = []
    for (let i = 0; i < rounds; i++) {
      const fromMs = performance.now()
      await (await look()).text()
      times.push(performance.now() - fromMs)
    }
    times.sort((a, b) => a - b)
    print({
      view,
      bestMs: Math.round(times[0]! * 10) / 10,
      middleMs: Math.round(times[rounds >> 1]! * 10) / 10,
    })
  }
} finally {
  clearInterval(alive)
  search.close()
  rmSync(root, { recursive: true })
}
