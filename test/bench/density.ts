// The parts of the bench that put calls on a server: the table over numbers of calls, the floor, the peer, more callers
// than are carried, the recogniser's chunks, and calls one after the other.

import { type BenchBot, startBot } from './bot.ts'
import { CrowdCaller, round, spread } from './crowd.ts'
import { floor, type LoadOptions, measureLoad, ours, peer } from './load.ts'
import { rssMbOf } from './program.ts'

export type LoadPart = {
  /** Numbers of calls, one row each. */
  steps: readonly number[]
  seconds: number
  turnS: number
  warmS: number
  replies: LoadOptions['replies']
  /** Path of the other server, a Python program; empty measures none. */
  peer: string
}

type Figures = Record<string, unknown>

/** One row per number of calls. */
export async function measureDensity({ steps, ...options }: LoadPart): Promise<Figures> {
  const rows: Figures[] = []
  for (const calls of steps) rows.push(await measureLoad('ours', ours, { calls, ...options }))
  return { turnS: options.turnS, replies: options.replies, rows }
}

/** Ours without what the floor has nothing of: recogniser, record, and the neural judge of voices. */
const wireOnly = { STT: 'embedded', RECORDINGS_DIR: '', VAD: 'energy' }

/** The bare server and ours with the same calls, one after the other; and how many times the floor ours costs. */
export async function measureFloor({ steps, ...options }: LoadPart): Promise<Figures> {
  const rows: Figures[] = []
  for (const calls of steps) {
    const bare = await measureLoad('floor', floor, { calls, ...options })
    const wire = await measureLoad('ours', ours, { calls, ...options, environment: wireOnly })
    const whole = await measureLoad('ours', ours, { calls, ...options })
    const times = (row: Figures) => ({ timesFloor: round(Number(row.usPerFrame) / Number(bare.usPerFrame)) })
    rows.push(bare, { ...wire, server: 'ours, calls alone', ...times(wire) }, { ...whole, ...times(whole) })
  }
  return { replies: options.replies, rows }
}

/** The other server and ours with the same calls. */
export async function measurePeer({ steps, peer: path, ...options }: LoadPart): Promise<Figures> {
  if (path === '') return { skipped: 'no peer: give its path with --peer or BENCH_PEER' }
  if (!(await Bun.file(path).exists())) return { skipped: 'no program at the path given as peer' }
  const rows: Figures[] = []
  for (const calls of steps) {
    rows.push(await measureLoad('peer', peer(path), { calls, ...options }))
    rows.push(await measureLoad('ours', ours, { calls, ...options }))
  }
  return { replies: options.replies, rows }
}

/** More callers at once than the machine carries: how many are taken, and how well they are served. */
export async function measureOverload({ steps, ...options }: LoadPart): Promise<Figures> {
  const rows: Figures[] = []
  for (const calls of steps)
    rows.push(
      await measureLoad('ours', ours, {
        calls,
        ...options,
        burst: true,
        environment: { OVERLOAD: 'refuse' },
      }),
    )
  return { turnS: options.turnS, replies: options.replies, rows }
}

/** What the size of the recogniser's messages costs. */
export async function measureRecogniser({ steps, ...options }: LoadPart): Promise<Figures> {
  const rows: Figures[] = []
  for (const calls of steps)
    for (const chunkMs of [20, 40, 80, 100]) {
      const environment = { BENCH_CHUNK_MS: String(chunkMs) }
      rows.push({ chunkMs, ...(await measureLoad('ours', ours, { calls, ...options, environment })) })
    }
  return { replies: options.replies, rows }
}

/** Short calls in a row, ten at a time, and the server's memory after each thousand. */
export async function measureMemoryCalls(total: number): Promise<Figures> {
  const bot = await startBot({ RECORDINGS_DIR: '' })
  try {
    const startedMs = performance.now()
    const rssMb: number[] = []
    for (let done = 0; done < total; ) {
      for (const until = Math.min(total, done + 1_000); done < until; done += 10)
        await Promise.all(Array.from({ length: 10 }, () => shortCall(bot)))
      // What calls leave behind is collected two seconds after the last call: what remains is what the server keeps.
      await Bun.sleep(3_000)
      rssMb.push(round(await rssMbOf(bot.pid)))
    }
    // The first fifth warms up: code is compiled and the collector finds its size.
    const warm = rssMb.slice(Math.floor(rssMb.length / 5))
    const mean = warm.reduce((sum, mb) => sum + mb, 0) / warm.length
    return {
      calls: total,
      seconds: round((performance.now() - startedMs) / 1_000),
      rssMb,
      meanMb: round(mean),
      deviation: spread(warm.map((mb) => Math.abs(mb / mean - 1))).max,
      lastOverFirst: round(warm[warm.length - 1] / warm[0]),
    }
  } finally {
    await bot.stop()
  }
}

/** UUID, a few frames each way, and the caller hangs up. */
async function shortCall(bot: BenchBot): Promise<void> {
  const caller = new CrowdCaller(false)
  const heard = caller.heard(3)
  await caller.dial(bot.port)
  for (let i = 0; i < 3; i++) caller.tick()
  await heard
  caller.hangUp()
}
