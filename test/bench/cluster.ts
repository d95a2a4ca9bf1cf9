// What a cluster costs, beside the same server alone: processor time and memory of the same calls without and with
// REDIS_URL, the start, and what callers notice while Redis is killed or frozen under them. A real redis-server is beside.

import { askAdmin } from '../support/lab/admin.ts'
import { RedisServer } from '../support/redis/server.ts'
import { startBot } from './bot.ts'
import { CrowdCaller, round, spread } from './crowd.ts'
import type { LoadPart } from './density.ts'
import { type LoadOptions, measureLoad, ours, type Running } from './load.ts'

type Figures = Record<string, unknown>
type Row = Figures & { usPerFrame: number; rssMb: number; calls: number; stillUp: number }

const alone = { REDIS_URL: '', CLUSTER_KEY: '' }
const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex')
const inCluster = (redis: RedisServer) => ({ REDIS_URL: redis.url, CLUSTER_KEY: key })

/** Alone, with, with, alone: what else the machine does in the course of the run counts on both sides. */
const order = ['alone', 'redis', 'redis', 'alone'] as const
const starts = 5
const faultCalls = 30
/** Calls that begin while Redis is gone. */
const newcomers = 20
const faultMs = 10_000
/** A fault begins a second after the measurement does, and 5 s are left for the return. */
const faultSeconds = 18

export async function measureCluster({ steps, seconds, turnS, warmS }: LoadPart): Promise<Figures> {
  if (Bun.which('redis-server') === null)
    return { skipped: 'no redis-server: install the package redis-server' }
  const load: Omit<LoadOptions, 'calls'> = { seconds, turnS, warmS, replies: 'script' }
  const cost: Figures[] = []
  for (const calls of steps) cost.push(await measureCost({ ...load, calls }))
  return {
    turnS,
    cost,
    start: await measureStarts(),
    faults: await measureFaults({ ...load, calls: faultCalls }),
  }
}

/** The same calls without and with REDIS_URL; goals: +3 % processor time, +10 MB. */
async function measureCost(options: LoadOptions): Promise<Figures> {
  const rows: Record<(typeof order)[number], Row[]> = { alone: [], redis: [] }
  for (const which of order) {
    const redis = which === 'redis' ? await RedisServer.start() : undefined
    try {
      const environment = redis ? inCluster(redis) : alone
      rows[which].push((await measureLoad('ours', ours, { ...options, environment })) as Row)
    } finally {
      await redis?.kill()
    }
  }
  const mean = (which: keyof typeof rows, of: (row: Row) => number) =>
    rows[which].reduce((sum, row) => sum + of(row), 0) / rows[which].length
  const [withoutUs, withUs] = [mean('alone', cpuOf), mean('redis', cpuOf)]
  const [withoutMb, withMb] = [mean('alone', rssOf), mean('redis', rssOf)]
  return {
    calls: options.calls,
    cpuRatio: Math.round((withUs / withoutUs) * 1_000) / 1_000,
    usPerFrame: { alone: rows.alone.map(cpuOf), redis: rows.redis.map(cpuOf) },
    rssDifferenceMb: round(withMb - withoutMb),
    rssMb: { alone: rows.alone.map(rssOf), redis: rows.redis.map(rssOf) },
    frameGapMs: { alone: rows.alone.map(gapOf), redis: rows.redis.map(gapOf) },
    turnP95Ms: { alone: rows.alone.map(turnOf), redis: rows.redis.map(turnOf) },
    ended: [...rows.alone, ...rows.redis].reduce((sum, { calls, stillUp }) => sum + calls - stillUp, 0),
  }
}

const cpuOf = ({ usPerFrame }: Row) => usPerFrame
const rssOf = ({ rssMb }: Row) => rssMb
const gapOf = ({ frameGapMs }: Row) => (frameGapMs as { p99: number }).p99
const turnOf = ({ turns }: Row) => (turns as { overheadMs: { p95: number } }).overheadMs.p95

/** Start to ready, and memory at rest; that ioredis is not loaded without REDIS_URL, alone.test.ts shows. */
async function measureStarts(): Promise<Figures> {
  const redis = await RedisServer.start()
  const ready = { alone: [] as number[], redis: [] as number[] }
  const restMb = { alone: [] as number[], redis: [] as number[] }
  try {
    for (let i = 0; i < starts; i++)
      for (const which of ['alone', 'redis'] as const) {
        const environment = which === 'alone' ? alone : inCluster(redis)
        const bot = await startBot({ RECORDINGS_DIR: '', ...environment })
        ready[which].push(bot.readyMs)
        await Bun.sleep(3_000)
        restMb[which].push(round(await bot.rssMb()))
        await bot.stop()
      }
  } finally {
    await redis.kill()
  }
  return {
    readyMs: { alone: spread(ready.alone), redis: spread(ready.redis) },
    restMb: { alone: spread(restMb.alone), redis: spread(restMb.redis) },
  }
}

/** What breaks Redis under calls, and what mends it. */
const faults: Record<string, { breaks(redis: RedisServer): unknown; mends(redis: RedisServer): unknown }> = {
  none: { breaks() {}, mends() {} },
  'killed, and restarted empty': { breaks: (redis) => redis.kill(), mends: (redis) => redis.restart() },
  frozen: { breaks: (redis) => redis.freeze(), mends: (redis) => redis.thaw() },
}

/** Goals: no call ends, gap and turns as without a fault, newcomers' first frame in 50 ms, in use again within 2 s. */
async function measureFaults(options: LoadOptions): Promise<Figures[]> {
  const figures: Figures[] = []
  for (const [fault, { breaks, mends }] of Object.entries(faults)) {
    const redis = await RedisServer.start()
    const during = async (server: Running) => {
      await Bun.sleep(1_000)
      await breaks(redis)
      const first = await newcomersOf(server)
      const ready = await askAdmin(server.adminUrl!, '/readyz')
      const { degraded } = (await ready.json()) as { degraded: string[] }
      await mends(redis)
      const mendedMs = performance.now()
      while (!(await isUp(server))) await Bun.sleep(20)
      return {
        newcomersFirstFrameMs: first,
        readyz: ready.status,
        saysRedis: degraded.some((part) => part.startsWith('redis:')),
        inUseAgainMs: round(performance.now() - mendedMs),
      }
    }
    try {
      const environment = inCluster(redis)
      const row = (await measureLoad('ours', ours, {
        ...options,
        seconds: faultSeconds,
        environment,
        during,
      })) as Row
      figures.push({
        ...{ fault, calls: row.calls, ended: row.calls - row.stillUp },
        ...{
          frameGapMs: row.frameGapMs,
          turnP95Ms: turnOf(row),
          rssMb: row.rssMb,
          loadBefore: row.loadBefore,
        },
        ...(row.meanwhile as Figures),
      })
    } finally {
      redis.thaw()
      await redis.kill()
    }
  }
  return figures
}

/** Short calls, one after the other. @returns from UUID to first frame */
async function newcomersOf({ port }: Running): Promise<ReturnType<typeof spread>> {
  const times: number[] = []
  for (let i = 0; i < newcomers; i++) {
    const caller = new CrowdCaller(false)
    const heard = caller.heard(3)
    await caller.dial(port)
    await heard
    times.push(caller.firstMs - caller.sentUuidMs)
    caller.hangUp()
    await Bun.sleep(faultMs / newcomers)
  }
  return spread(times)
}

async function isUp({ adminUrl }: Running): Promise<boolean> {
  const metrics = await (await askAdmin(adminUrl!, '/metrics')).text()
  return metrics.includes('\nvoicebot_cluster_redis_up 1\n')
}
