// Where the call thread's time goes: the server runs under Bun's sampling profiler (`--cpu-prof`) with calls on it, and
// each sample counts for the innermost of its frames that belongs to a part of the table. The profiler sees JavaScript
// and what it calls; what Bun does by itself (reading sockets, timers) is in the kernel's and the thread's own figures.

import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { round } from './crowd.ts'
import type { LoadPart } from './density.ts'
import { measureLoad, ours, type Subject } from './load.ts'

/** What Chrome's developer tools read, as far as it is used here. */
type Profile = {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[]
  samples: number[]
  /** In µs, from the sample before, or from the start. */
  timeDeltas: number[]
}
type Frame = { name: string; path: string }

/** The parts of the table, in the order in which a frame is compared with them. */
const parts: readonly { part: string; path?: RegExp; name?: RegExp }[] = [
  { part: 'postMessage between threads', name: /^postMessage$/ },
  { part: 'reading the clock', path: /base\/clock/ },
  { part: 'recorder', path: /recording\// },
  { part: 'recogniser (ears)', path: /providers\/(ears|live|deepgram)\// },
  { part: 'echo canceller', path: /audio\/(echo|filter-kernel)/ },
  {
    part: 'energy gate and voice judge',
    path: /audio\/(vad|detector|call-judge|silero|voice-judge|judge-|foreground)/,
  },
  { part: 'receiving: messages, ring', path: /audiosocket\/|audio\/(framer|call-ring|owned-ring)/ },
  { part: 'voice: conversion, speech gate', path: /codecs\/|audio\/(resample|fir|speech-)/ },
  {
    part: 'model and voice: requests, streams',
    path: /providers\/|node_modules\/(groq-sdk|openai|cockatiel)/,
  },
  { part: 'understanding and dialogue', path: /understanding\/|dialogue\/|desk\/|call\/reply\// },
  { part: 'ticks and playout', path: /call\/sound\// },
  { part: 'the call: agent, events, history', path: /call\/|calls\// },
  { part: 'metrics, log, admin', path: /base\/|admin\/|pino/ },
]
/** A frame sent: by whatever part, because it is the socket's time. */
const socketWrite = { part: 'socket writes', names: /^(write|flush|end|cork)$/ }

/** One row for each number of calls. */
export async function measureProfile({ steps, ...options }: LoadPart): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown>[] = []
  for (const calls of steps) rows.push(await measureOne({ ...options, calls }))
  return { turnS: options.turnS, replies: options.replies, rows }
}

/** By then the languages are prepared. */
const settleMs = 12_000

async function measureOne(options: Parameters<typeof measureLoad>[2]): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'voicebot-profile-'))
  const environment = { BUN_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` }
  let startedMs = 0
  let closedMs = 0
  const profiled: Subject = async (...given) => {
    startedMs = performance.now()
    const running = await ours(...given)
    return {
      ...running,
      counters() {
        closedMs = performance.now()
        return running.counters()
      },
      // The profile is written when the process ends by itself.
      async stop() {
        process.kill(running.pid, 'SIGTERM')
        const endMs = performance.now() + 30_000
        while (isAlive(running.pid) && performance.now() < endMs) await Bun.sleep(50)
        await running.stop()
      },
    }
  }
  try {
    const row = await measureLoad('ours', profiled, { ...options, environment, settleMs })
    const [file] = await readdir(folder)
    if (file === undefined) throw new Error('the profiler wrote nothing')
    const profile = (await Bun.file(join(folder, file)).json()) as Profile
    const toMs = closedMs - startedMs
    const during = samplesBetween(profile, toMs - options.seconds * 1_000, toMs)
    return { calls: options.calls, cores: row.cores, ...sharesOf({ ...profile, samples: during }) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The samples of the time in which the calls were measured. @param fromMs and `toMs` since the start */
function samplesBetween({ samples, timeDeltas }: Profile, fromMs: number, toMs: number): number[] {
  let atMs = 0
  return samples.filter((_, i) => {
    atMs += (timeDeltas[i] ?? 0) / 1_000
    return atMs >= fromMs && atMs <= toMs
  })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Percent of the samples of each part, and of the functions that have most. */
function sharesOf({ nodes, samples }: Pick<Profile, 'nodes' | 'samples'>) {
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  )
  const frames = new Map(
    nodes.map(({ id, callFrame: { functionName, url } }) => [id, { name: functionName, path: url }] as const),
  )
  const stackOf = (id: number): Frame[] => {
    const stack: Frame[] = []
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) stack.push(frames.get(at)!)
    return stack
  }
  const byNode = new Map<number, number>()
  for (const id of samples) byNode.set(id, (byNode.get(id) ?? 0) + 1)
  const byPart = new Map<string, number>()
  const byFunction = new Map<string, number>()
  for (const [id, count] of byNode) {
    const stack = stackOf(id)
    const part = partOf(stack)
    const place = placeOf(stack)
    byPart.set(part, (byPart.get(part) ?? 0) + count)
    byFunction.set(place, (byFunction.get(place) ?? 0) + count)
  }
  const percent = (counts: Map<string, number>, most: number) =>
    Object.fromEntries(
      [...counts]
        .sort(([, a], [, b]) => b - a)
        .slice(0, most)
        .map(([name, count]) => [name, round((100 * count) / samples.length)]),
    )
  return {
    samples: samples.length,
    parts: percent(byPart, parts.length + 3),
    functions: percent(byFunction, 30),
  }
}

/** A function and its file; what the engine has built in is named with the function that calls it. */
function placeOf([leaf, caller]: readonly Frame[]): string {
  const one = ({ name, path }: Frame) =>
    `${name || '(anonymous)'} ${path.split(/\/(?=src\/|node_modules\/)/).at(-1) ?? ''}`.trim()
  if (leaf === undefined) return 'nothing'
  return leaf.path === '' && caller !== undefined ? `${one(leaf)} < ${one(caller)}` : one(leaf)
}

function partOf(stack: readonly Frame[]): string {
  const [leaf] = stack
  if (leaf !== undefined && leaf.path === '' && socketWrite.names.test(leaf.name)) return socketWrite.part
  for (const { name, path } of stack) {
    const found = parts.find((one) => one.path?.test(path) || (path === '' && one.name?.test(name)))
    if (found) return found.part
  }
  return 'Bun and what no part owns'
}
