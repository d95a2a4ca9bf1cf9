// `bun run bench [part…]`: the measurements of docs/figures.md. Each part prints one JSON line with its figures and the
// machine, and appends it for the report (report.ts). These are figures, not tests: nothing here passes or fails.

import { appendFile, mkdir } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { commandLine, refuse } from '../../src/base/command-line.ts'
import { type Backlog, measureBacklog } from './backlog.ts'
import { type BenchBot, startBot } from './bot.ts'
import { measureCluster } from './cluster.ts'
import { CrowdCaller, clockOf, round, spread } from './crowd.ts'
import {
  type LoadPart,
  measureDensity,
  measureFloor,
  measureMemoryCalls,
  measureOverload,
  measurePeer,
  measureRecogniser,
} from './density.ts'
import { measureGarbage } from './garbage.ts'
import { measureProfile } from './profile.ts'
import { measureSoak, type SoakPart } from './soak.ts'
import { measureWebrtc } from './webrtc.ts'

type Options = LoadPart & {
  ticks: { seconds: number; calls: number }
  total: number
  soak: SoakPart
  backlog: Backlog
  connects: number
}

const parts: Record<string, (options: Options) => Promise<Record<string, unknown>>> = {
  decoder: async () => JSON.parse(await Bun.$`bun ${join(import.meta.dir, 'decoder.ts')}`.text()),
  start: measureStart,
  'first-frame': measureFirstFrame,
  memory: measureMemory,
  ticker: ({ ticks }) => measureTicker(ticks),
  floor: measureFloor,
  density: measureDensity,
  peer: measurePeer,
  overload: measureOverload,
  recogniser: measureRecogniser,
  garbage: measureGarbage,
  profile: measureProfile,
  'memory-calls': ({ total }) => measureMemoryCalls(total),
  soak: ({ soak }) => measureSoak(soak),
  backlog: ({ backlog }) => measureBacklog(backlog),
  webrtc: ({ connects }) => measureWebrtc({ connects }),
  cluster: measureCluster,
}

const usage = `usage: bun run bench [part]... [options of the part]

  measures and prints one JSON line per part; all parts when none is named: ${Object.keys(parts).join(', ')}
  floor, density, overload, peer, recogniser, garbage, profile   --steps 100,300  --load-seconds 15  --warm-s 10  --turn-s 8  --replies live|script
  cluster                            --steps 300  --load-seconds 15  --warm-s 10  --turn-s 8 (needs redis-server)
  peer                               --peer "command" (or BENCH_PEER): the server to compare with
  ticker                             --seconds 600  --calls 20
  memory-calls                       --total 10000
  soak                               --calls 200  --minutes 20  --replies live|script
  webrtc                             --connects 500
  backlog                            --recordings 1000  --minutes 3  --beside 0 (callers at the same time)`

const { values, positionals } = commandLine(usage, {
  allowPositionals: true,
  options: {
    // Of the parts floor, density, overload, peer, recogniser, garbage and profile.
    steps: { type: 'string' },
    'load-seconds': { type: 'string', default: '15' },
    'turn-s': { type: 'string', default: '8' },
    'warm-s': { type: 'string', default: '10' },
    replies: { type: 'string', default: 'live' },
    peer: { type: 'string', default: process.env.BENCH_PEER ?? '' },
    // Of ticker.
    seconds: { type: 'string', default: '600' },
    // Of soak, too.
    calls: { type: 'string' },
    // Of memory-calls.
    total: { type: 'string', default: '10000' },
    // Of webrtc.
    connects: { type: 'string', default: '500' },
    // Of backlog.
    recordings: { type: 'string', default: '1000' },
    // Of soak, too.
    minutes: { type: 'string' },
    beside: { type: 'string', default: '0' },
  },
})
const wanted = positionals.length > 0 ? positionals : Object.keys(parts)
const unknown = wanted.filter((name) => !(name in parts))
if (unknown.length > 0) refuse(usage, `no such part: ${unknown.join(', ')}`)
if (!['live', 'script'].includes(values.replies)) refuse(usage, '--replies is live or script')
const usualSteps: Record<string, string> = {
  density: '100,300,500,1000,1500',
  floor: '300,1000',
  overload: '700',
  peer: '25,50,100',
  garbage: '60',
  profile: '200',
}
const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  bun: Bun.version,
}
const output = join(import.meta.dir, '..', 'output', 'bench')
await mkdir(output, { recursive: true })
for (const name of wanted) {
  const figures = await parts[name]({
    steps: (values.steps ?? usualSteps[name] ?? '300').split(',').map(Number),
    seconds: Number(values['load-seconds']),
    turnS: Number(values['turn-s']),
    warmS: Number(values['warm-s']),
    replies: values.replies as LoadPart['replies'],
    peer: values.peer,
    ticks: { seconds: Number(values.seconds), calls: Number(values.calls ?? 20) },
    total: Number(values.total),
    soak: {
      calls: Number(values.calls ?? 200),
      minutes: Number(values.minutes ?? 20),
      turnS: Number(values['turn-s']),
      replies: values.replies as LoadPart['replies'],
    },
    connects: Number(values.connects),
    backlog: {
      recordings: Number(values.recordings),
      minutes: Number(values.minutes ?? 3),
      calls: Number(values.beside),
    },
  })
  const line = JSON.stringify({ bench: name, ...figures, machine, at: new Date().toISOString() })
  process.stdout.write(`${line}\n`)
  await appendFile(join(output, 'runs.jsonl'), `${line}\n`)
}

async function withBot<T>(use: (bot: BenchBot) => Promise<T>, environment = {}): Promise<T> {
  const bot = await startBot({ RECORDINGS_DIR: '', ...environment })
  try {
    return await use(bot)
  } finally {
    await bot.stop()
  }
}

/** Process start to ready, ten times. */
async function measureStart(): Promise<Record<string, unknown>> {
  const times: number[] = []
  for (let i = 0; i < 10; i++) times.push(await withBot(async (bot) => bot.readyMs))
  return { readyMs: spread(times) }
}

/** UUID sent to the first frame, and to the first that is not silence, at the caller. */
function measureFirstFrame(): Promise<Record<string, unknown>> {
  return withBot(async (bot) => {
    const callers: CrowdCaller[] = []
    const clock = clockOf(callers)
    for (let i = 0; i < 100; i++) {
      const caller = new CrowdCaller(false)
      callers.push(caller)
      await caller.dial(bot.port)
      await Bun.sleep(37)
    }
    await Bun.sleep(300)
    clock.stop()
    const result = {
      uuidToFirstFrameMs: spread(callers.map((caller) => caller.firstMs - caller.sentUuidMs)),
      uuidToFirstAudibleMs: spread(callers.map((caller) => caller.firstAudibleMs - caller.sentUuidMs)),
    }
    for (const caller of callers) caller.hangUp()
    return result
  })
}

/** Resident memory at rest, and per call with 100 calls and recording on. */
function measureMemory(): Promise<Record<string, unknown>> {
  const folder = `${process.env.TMPDIR ?? '/tmp'}/voicebot-bench-${process.pid}`
  return withBot(
    async (bot) => {
      await Bun.sleep(3_000)
      const restMb = await bot.rssMb()
      const callers = Array.from({ length: 100 }, () => new CrowdCaller(false))
      const clock = clockOf(callers)
      for (const caller of callers) await caller.dial(bot.port)
      await Bun.sleep(10_000)
      const busyMb = await bot.rssMb()
      clock.stop()
      for (const caller of callers) caller.hangUp()
      await Bun.sleep(1_000)
      await Bun.$`rm -rf ${folder}`
      return {
        restMb: round(restMb),
        calls: callers.length,
        perCallKb: round(((busyMb - restMb) / callers.length) * 1024),
      }
    },
    { RECORDINGS_DIR: folder },
  )
}

/** How late ticks ran, by the bot's own metric, and the gaps between frames at the callers. */
function measureTicker({
  seconds,
  calls,
}: {
  seconds: number
  calls: number
}): Promise<Record<string, unknown>> {
  return withBot(
    async (bot) => {
      const callers = Array.from({ length: calls }, () => new CrowdCaller(true))
      const clock = clockOf(callers)
      for (const caller of callers) await caller.dial(bot.port)
      const cpuBefore = await bot.cpuS()
      // A desk that hears nothing says goodbye after its ladder of silences.
      const asking = setInterval(() => {
        for (const caller of callers) caller.askAgain()
      }, 10_000)
      await Bun.sleep(seconds * 1_000)
      clearInterval(asking)
      const cpu = ((await bot.cpuS()) - cpuBefore) / seconds
      clock.stop()
      const gaps = callers.flatMap(({ arrivalsMs }) => arrivalsMs.slice(1).map((at, i) => at - arrivalsMs[i]))
      const lateness = (await bot.metric('voicebot_tick_lateness_ms')).split('\n')
      const stillUp = callers.filter((caller) => !caller.ended).length
      return {
        seconds,
        calls,
        stillUp,
        cores: round(cpu),
        frameGapMs: spread(gaps),
        lateness: latenessOf(lateness),
      }
    },
    { MAX_CALL_S: '3600' },
  )
}

/** Share of ticks at most so late, from the histogram's lines. */
function latenessOf(lines: readonly string[]): Record<string, number> {
  const shares: Record<string, number> = {}
  const total = Number(lines.find((line) => line.includes('_count'))?.split(' ')[1])
  for (const line of lines) {
    const bound = line.match(/le="([\d.]+)"/)?.[1]
    if (bound) shares[`within${bound}Ms`] = Math.round((Number(line.split(' ')[1]) / total) * 1e5) / 1e5
  }
  return shares
}
