// Writes REPORT.md from what `bun run bench` measured and kept: the newest figures of each part, and of each number of
// calls. `bun test/bench/report.ts`. What the figures mean is prose of its own, in COST.md and LIMITS.md.

import { join } from 'node:path'

type Spread = { n: number; p50: number; p99: number; max: number; p95?: number }
type LoadRow = {
  server: 'ours' | 'ours, calls alone' | 'floor' | 'peer'
  calls: number
  stillUp: number
  seconds: number
  onGridShare: number
  onGridShareButEarlyOnsets: number
  missingFrames: number
  frameGapMs: Spread
  uuidToFirstFrameMs: Spread
  firstFrameWithin20Share: number
  turns?: { said: number; answered: number; overheadMs: Spread }
  coresByThread?: Record<string, number>
  cores: { server: number; serverMainThread: number; callers: number; clouds: number; machine: number }
  usPerFrame: number
  coresPer100Calls: number
  rssMb: number
  rssPerCallKb: number
  counters: Record<string, number>
  callerLatenessMs: Spread
  timesFloor?: number
  chunkMs?: number
  admission?: { taken: number; refused: number; heardPhrase: number; reachedQueue: number; cut: number }
}
type Line = {
  bench: string
  at: string
  machine: { cpu: string; cores: number; memoryGb: number; bun: string }
  replies?: string
  turnS?: number
  skipped?: string
  rows?: LoadRow[]
} & Record<string, unknown>

const lines = (await Bun.file(join(import.meta.dir, '../output/bench/runs.jsonl')).text())
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Line)
const newest = (bench: string) => lines.findLast((line) => line.bench === bench)

/** Newest rows of a part, ordered by calls. */
function rowsOf(bench: string, replies?: string): (LoadRow & { replies: string })[] {
  const rows = new Map<string, LoadRow & { replies: string }>()
  for (const line of lines) {
    if (line.bench !== bench || (replies && line.replies !== replies)) continue
    for (const row of line.rows ?? [])
      rows.set(`${row.server} ${row.calls} ${row.chunkMs} ${line.replies}`, {
        ...row,
        replies: line.replies ?? '',
      })
  }
  return [...rows.values()].sort(
    (a, b) => a.calls - b.calls || (a.chunkMs ?? 0) - (b.chunkMs ?? 0) || a.server.localeCompare(b.server),
  )
}

type Column = [title: string, cell: (row: LoadRow) => string | number]
const percent = (share: number) => `${(share * 100).toFixed(2)} %`
const others = ({ cores }: LoadRow) =>
  Math.max(0, cores.machine - cores.server - cores.callers - cores.clouds).toFixed(2)
const lost = ({ missingFrames, counters }: LoadRow) =>
  missingFrames + (counters.voicebot_audiosocket_dropped_messages_total ?? 0)

const columns = {
  server: ['server', (row) => row.server],
  offered: ['callers at once', (row) => row.calls],
  carried: ['machine carries', ({ counters }) => counters.voicebot_calls_carried ?? ''],
  taken: ['taken (cut)', ({ admission: given }) => (given ? `${given.taken} (${given.cut})` : '')],
  refused: [
    'refused: heard the phrase / reached the queue',
    ({ admission: given }) => (given ? `${given.refused}: ${given.heardPhrase} / ${given.reachedQueue}` : ''),
  ],
  calls: ['calls', (row) => (row.stillUp === row.calls ? row.calls : `${row.calls} (${row.stillUp} stayed)`)],
  grid: ['frames within ±5 ms', (row) => percent(row.onGridShare)],
  gridButOnsets: ['without early onsets', (row) => percent(row.onGridShareButEarlyOnsets)],
  gap: ['gap p99, ms', (row) => row.frameGapMs.p99],
  first: [
    'first frame p50 / p99 / max, ms',
    ({ uuidToFirstFrameMs: ms }) => `${ms.p50} / ${ms.p99} / ${ms.max}`,
  ],
  dropped: ['dropped', lost],
  turn: [
    'own turn overhead p50 / p95 / max, ms',
    ({ turns }) =>
      turns ? `${turns.overheadMs.p50} / ${turns.overheadMs.p95} / ${turns.overheadMs.max}` : '',
  ],
  answered: ['turns answered', ({ turns }) => (turns ? `${turns.answered} of ${turns.said}` : '')],
  cores: ['cores: server (main thread)', ({ cores }) => `${cores.server} (${cores.serverMainThread})`],
  threads: [
    'cores of its threads',
    ({ coresByThread }) =>
      Object.entries(coresByThread ?? {})
        .map(([thread, used]) => `${thread} ${used}`)
        .join(', '),
  ],
  beside: [
    'callers / clouds / others',
    (row) => `${row.cores.callers} / ${row.cores.clouds} / ${others(row)}`,
  ],
  perFrame: ['µs per frame each way', (row) => row.usPerFrame],
  per100: ['cores per 100 calls', (row) => row.coresPer100Calls],
  times: ['times the floor', (row) => row.timesFloor ?? ''],
  memory: ['RSS, MB (per call, kB)', (row) => `${row.rssMb} (${row.rssPerCallKb})`],
  chunk: ['chunk, ms', (row) => row.chunkMs ?? ''],
} satisfies Record<string, Column>

function table(rows: readonly LoadRow[], wanted: readonly (keyof typeof columns)[]): string {
  if (rows.length === 0) return '_not measured_\n'
  const chosen = wanted.map((name) => columns[name] as Column)
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [
    line(chosen.map(([title]) => title)),
    line(chosen.map(() => '---')),
    ...rows.map((row) => line(chosen.map(([, cell]) => cell(row)))),
    '',
  ].join('\n')
}

/** The figures of a part that is no table, one line each. */
function figures(bench: string): string {
  const line = newest(bench)
  if (!line) return '_not measured_\n'
  const { bench: _, machine: __, at: ___, ...rest } = line
  const text = (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value)
          .map(([name, part]) => `${name} ${part}`)
          .join(', ')
      : String(value)
  return `${Object.entries(rest)
    .map(([name, value]) => `- ${name}: ${text(value)}`)
    .join('\n')}\n`
}

/** The figures of the part `soak`: load's, without the frames of callers who left, and the memory of each minute. */
function soakFigures(): string {
  const line = newest('soak')
  if (!line) return '_not measured_\n'
  const soak = line as Line &
    LoadRow & { minutes: number; rssMb: number[]; deviation: number; lastOverFirst: number }
  const memory = `Memory in MB after each minute: ${soak.rssMb.join(', ')}; after the first fifth at most ${percent(soak.deviation)} from
the mean, the last ${soak.lastOverFirst} times the first.`
  return `${soak.minutes} minutes:\n\n${table([soak], [...density.filter((name) => name !== 'dropped'), 'threads', 'beside'])}\n${memory}\n`
}

/** The figures of a part that has parts of its own, one line for each of them. */
function figuresOf(bench: string, names: readonly string[]): string {
  const line = newest(bench)
  if (!line || line.skipped) return `_${line?.skipped ?? 'not measured'}_\n`
  const parts = names.map((name) => `- ${name}: ${JSON.stringify(line[name])}`)
  return `Taken ${line.at.slice(0, 10)}.\n\n${parts.join('\n')}\n`
}

const last = lines.at(-1)
if (!last) throw new Error('nothing was measured yet: bun run bench')
const { cpu, cores, memoryGb, bun } = last.machine
const peerLine = newest('peer')
const density = ['calls', 'grid', 'gridButOnsets', 'gap', 'first', 'dropped', 'turn', 'answered'] as const
const costs = ['calls', 'cores', 'threads', 'perFrame', 'beside', 'memory'] as const

const report = `# Load

Written by \`bun test/bench/report.ts\` from the newest figures of \`bun run bench\`, ${last.at.slice(0, 10)}. The figures were taken
on ${cores} cores of ${cpu} with ${memoryGb} GB, Bun ${bun}, callers, clouds and server on the same ${cores} cores. "Others" are the
cores that programs which are no part of the bench used meanwhile: where they are many, the timing is theirs too.

What is measured, and how:

- Callers are one process, the fake clouds another, the server a third. Every caller sends a frame each 20 ms and says
  something every ${newest('density')?.turnS ?? 8} s; the server records both sides and streams to the recogniser.
- **Within ±5 ms**: each frame's arrival at the caller against the absolute 20 ms grid of its call, late frames of the
  callers' own process included. **Early onsets**: the first frame of speech leaves before its tick on purpose, once a
  turn; the second figure leaves those frames out.
- **First frame**: UUID sent to first frame received, while the calls before it go on.
- **Own turn overhead**: the recogniser's last result leaves the cloud → first sound at the caller. The clouds answer
  at once, so that what is left is the server's own time, and both ways through the kernel.
  Left out are turns at whose last result the agent still speaks, because no pause shows where its answer begins, and
  those that it answered before that result came.
- **live**: every reply is asked of the language model and of the voice, no sentence twice. **script**: the desk's own
  words from the phrase cache.

## Density

Goals: 99.9 % within ±5 ms, first frame within 20 ms, nothing dropped, overhead p95 under 50 ms.

### live

${table(rowsOf('density', 'live'), density)}
${table(rowsOf('density', 'live'), costs)}
### script

${table(rowsOf('density', 'script'), density)}
${table(rowsOf('density', 'script'), costs)}
## Overload

All callers dial at once; the figures are of those who are taken, from the first moment on. Goals for 700 callers: at
least 150 taken, none of them cut, gap p99 at most 40 ms, own turn overhead p95 at most 800 ms, all others in the queue.

${table(rowsOf('overload'), ['offered', 'carried', 'taken', 'refused', 'gap', 'first', 'turn', 'answered', 'beside'])}
## Beside the floor

A bare Bun server that reads and writes frames and nothing else. Goal: at most 2.5 times its processor time. "Calls
alone" is the server with its dialogue, voice and playout, but without recogniser, recording and neural judge.

${table(rowsOf('floor'), ['server', 'calls', 'perFrame', 'times', 'grid', 'gap', 'beside', 'memory'])}
## Beside the architecture of the seed

The peer: a program of one file with the design that one would sketch first. One thread of Python (asyncio, uvloop) does
everything for all calls; each sentence of the voice is a whole MP3, converted by a native ffmpeg in a pool of three
processes. The same callers and clouds, one server after the other.
Goals: ten times its calls at the same frame timing, a tenth of its turn overhead.

${peerLine?.skipped ? `_${peerLine.skipped}_\n` : table(rowsOf('peer'), ['server', ...density, 'cores', 'beside', 'memory'])}
## Recogniser's messages

${table(rowsOf('recogniser'), ['chunk', 'calls', 'perFrame', 'cores', 'turn', 'beside'])}
## Memory

At rest with three workers, and with 100 recorded calls. Goals: 150 MB, 300 kB a call.

${figures('memory')}
Calls in a row, resident memory after each thousand. Goal: within ±3 % after the first fifth.

${figures('memory-calls')}
Callers who come and go, each for one to three minutes, with everything on and live replies. Goal: flat.

${soakFigures()}
## Start and first frame

Goal: ready within 500 ms.

${figures('start')}
${figures('first-frame')}
## WebRTC

Twenty browsers' calls by libdatachannel beside a telephone call of the same run, a hundred telephone calls without and
with them, Chromium, and connects and closes. Goals: 0.6 % of a core a call with PCMU and 1.6 % with Opus, telephone calls
unharmed, connected within 500 ms (p95), at most 80 ms each way, no concealed sample in 60 s, memory back within 10 MB.

${figuresOf('webrtc', ['pcmu', 'opus', 'beside', 'browser', 'churn'])}
## Several machines

The same calls without and with a real Redis beside, the start, and 30 calls while that Redis is killed or frozen for
10 s. Goals: at most 3 % more processor time and 10 MB more; no call ends, gap and turns as without a fault, a
newcomer's first frame within 50 ms, Redis in use again within 2 s.

${figuresOf('cluster', ['cost', 'start', 'faults'])}
## Real Asterisk

\`bun run bench:sip\` lets 40 SIP phones call the bot at once through Asterisk 22; docs/figures.md has its figures.

## Ticker and decoder

${figures('ticker')}
${figures('decoder')}
${await Bun.file(join(import.meta.dir, 'COST.md')).text()}${await Bun.file(join(import.meta.dir, 'LIMITS.md')).text()}`
await Bun.write(join(import.meta.dir, 'REPORT.md'), report)
