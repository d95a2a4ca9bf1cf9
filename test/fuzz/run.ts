// One run of the fuzzer: a server of its own, ten good calls of their own, the attack, and what it left behind.

import { join } from 'node:path'
import { startServer } from '../faults/process.ts'
import { type AttackResult, attack } from './attack.ts'
import type { GoodCalls } from './calls.ts'

export type FuzzOptions = {
  seed: number
  streams: number
  seconds: number
  goodCalls: number
  peers: number
  /** Whether every call of the attack is recorded, three files each. */
  records: boolean
}
export const fuzzDefaults = {
  seed: 1,
  streams: 100_000,
  seconds: 600,
  goodCalls: 10,
  peers: 24,
  records: false,
} as const satisfies FuzzOptions

export type FuzzReport = {
  seed: number
  seconds: number
  attack: AttackResult
  good: GoodCalls
  rssMb: { before: number; after: number }
  openFiles: { before: number; after: number }
  /** Exceptions of the server's own that a handler stopped. */
  failures: number
  /** Lines that say error, from its log. */
  errorLines: string[]
  liveCalls: number
  counters: Record<string, number>
  exitCode: number | null
}

/** Streams before memory is first looked at: code is compiled and pools are filled by then. */
const warmUp = 2_000
const taken = '00000000-0000-4000-8000-000000000000'

export async function fuzz(given: Partial<FuzzOptions> = {}): Promise<FuzzReport> {
  const options = { ...fuzzDefaults, ...given }
  const server = await startServer({
    environment: {
      LOG_LEVEL: 'warn',
      DRAIN_TIMEOUT_S: '0',
      // High, so that the attack's calls are taken and not turned away.
      MAX_CALLS: '1000',
      ...(options.records ? {} : { RECORDINGS_DIR: '' }),
    },
  })
  const { port } = server
  const startMs = performance.now()
  const beside = Bun.spawn(
    [process.execPath, join(import.meta.dir, 'calls.ts'), String(port), String(options.goodCalls)],
    { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' },
  )
  try {
    await server.reaches('calls_live', options.goodCalls)
    const base = { port, peers: options.peers, taken, seconds: options.seconds }
    await attack({ ...base, seed: options.seed + 1_000_000, streams: Math.min(warmUp, options.streams / 4) })
    await server.settles(options.goodCalls)
    const before = { rssMb: await server.rssMb(), files: await server.openFiles() }
    const result = await attack({ ...base, seed: options.seed, streams: options.streams })
    const liveCalls = await server.settles(options.goodCalls)
    const after = { rssMb: await server.rssMb(), files: await server.openFiles() }
    const counters = await server.counters('audiosocket_')
    await beside.stdin.end()
    const lines = (await new Response(beside.stdout).text()).trim().split('\n')
    await beside.exited
    server.signal('SIGTERM')
    return {
      seed: options.seed,
      seconds: Math.round((performance.now() - startMs) / 100) / 10,
      attack: result,
      good: JSON.parse(lines.at(-1) ?? '{}') as GoodCalls,
      rssMb: { before: Math.round(before.rssMb), after: Math.round(after.rssMb) },
      openFiles: { before: before.files, after: after.files },
      failures: counters.audiosocket_failures_total ?? 0,
      errorLines: server.output
        .split('\n')
        .filter((line) => line.includes('"level":"error"'))
        .slice(0, 20),
      liveCalls,
      counters,
      exitCode: await server.exited,
    }
  } finally {
    beside.kill()
    await server.stop()
  }
}

/** What is wrong with a run, one sentence each; empty when nothing is. */
export function findings(report: FuzzReport, goodCalls: number): string[] {
  const { attack: sent, good, rssMb, openFiles } = report
  const found: string[] = []
  const say = (isWrong: boolean, what: string) => {
    if (isWrong) found.push(what)
  }
  say(sent.unanswered > 0, `${sent.unanswered} connects were not answered`)
  say(sent.stuck.length > 0, `streams ${sent.stuck.slice(0, 10)} were not let go of`)
  say(
    report.failures > 0 || report.errorLines.length > 0,
    `exceptions: ${report.failures}, ${report.errorLines[0]}`,
  )
  say(good.badEnds.length > 0, `good calls ended by: ${good.badEnds.join(', ')}`)
  // On an idle machine of two cores it was 0.9995 (12 000 streams); what else runs on it takes frames as well.
  say(good.share < 0.9, `good calls got ${(good.share * 100).toFixed(2)} % of their frames`)
  say(good.longestGapMs > 1_000, `a good call heard nothing for ${good.longestGapMs} ms`)
  say(report.liveCalls !== goodCalls, `${report.liveCalls} calls live after the attack`)
  say(
    openFiles.after > openFiles.before + 8,
    `open files: ${openFiles.before} before, ${openFiles.after} after`,
  )
  say(rssMb.after > rssMb.before * 1.25 + 40, `memory: ${rssMb.before} MB before, ${rssMb.after} MB after`)
  say(report.exitCode !== 0, `the server ended with ${report.exitCode}`)
  return found
}
