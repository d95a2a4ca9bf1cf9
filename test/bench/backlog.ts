// A night's backlog: a day's recordings of speech, archived by the nightly command at its own priority; with calls at the
// same time, what their callers notice.

import { mkdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readWav } from '../../src/audio/wav.ts'
import { callDetailsSchema } from '../../src/recording/files.ts'
import { startBot } from './bot.ts'
import { CrowdCaller, clockOf, round, spread } from './crowd.ts'

const rateHz = 8_000
const day = '2026-11-22'
const endedMs = Date.UTC(2026, 10, 22, 17)
const root = new URL('../..', import.meta.url).pathname

export type Backlog = {
  recordings: number
  minutes: number
  /** Calls in progress meanwhile; 0 starts no bot. */
  calls: number
}

/** @returns how long the archive took for all, what it used, and the gaps between frames before and meanwhile */
export async function measureBacklog(options: Backlog): Promise<Record<string, unknown>> {
  const dir = join(tmpdir(), `voicebot-backlog-${process.pid}`)
  try {
    await makeRecordings(dir, options)
    if (options.calls === 0) return { ...options, ...(await archive(dir)) }
    return { ...options, ...(await besideCalls(options.calls, () => archive(dir))) }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** As nightly.ts runs it. */
async function archive(dir: string): Promise<Record<string, unknown>> {
  const startedMs = performance.now()
  const command = [process.execPath, 'src/recording/archive-main.ts', '--dir', dir]
  const child = Bun.spawn(command, { cwd: root, stdout: 'ignore', stderr: 'pipe' })
  const [said, code] = await Promise.all([child.stderr.text(), child.exited])
  const usage = child.resourceUsage()
  return {
    exitCode: code,
    seconds: round((performance.now() - startedMs) / 1_000),
    cpuSeconds: round(Number(usage?.cpuTime.total ?? 0n) / 1e6),
    mostMb: round((usage?.maxRSS ?? 0) / 2 ** 20),
    said: said.trim(),
  }
}

async function besideCalls(
  calls: number,
  work: () => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const bot = await startBot({ RECORDINGS_DIR: '', MAX_CALL_S: '3600' })
  const callers = Array.from({ length: calls }, () => new CrowdCaller(true))
  const clock = clockOf(callers)
  // A desk that hears nothing says goodbye after its ladder of silences.
  const asking = setInterval(() => {
    for (const caller of callers) caller.askAgain()
  }, 10_000)
  try {
    for (const caller of callers) await caller.dial(bot.port)
    await Bun.sleep(30_000)
    const before = gaps(callers)
    for (const caller of callers) caller.arrivalsMs.length = 0
    const figures = await work()
    const stillUp = callers.filter(({ ended }) => !ended).length
    return { ...figures, stillUp, gapBeforeMs: before, gapMeanwhileMs: gaps(callers) }
  } finally {
    clearInterval(asking)
    clock.stop()
    await bot.stop()
  }
}

const gaps = (callers: readonly CrowdCaller[]) =>
  spread(callers.flatMap(({ arrivalsMs }) => arrivalsMs.slice(1).map((at, i) => at - arrivalsMs[i]!)))

/** Two people who take turns: the fixtures' callers over a quiet line, and the phrases of the house. */
async function makeRecordings(dir: string, { recordings, minutes }: Backlog): Promise<void> {
  const folder = join(dir, day)
  await mkdir(folder, { recursive: true })
  const [callerWords, agentWords] = await Promise.all([wordsOfCallers(), wordsOfTheHouse()])
  const random = randomOf(7)
  const pick = (words: readonly Int16Array[]) => words[Math.floor(random() * words.length)]!
  const samples = minutes * 60 * rateHz
  const line = Int16Array.from({ length: samples + rateHz }, () => (random() - 0.5) * 40)
  for (let i = 0; i < recordings; i++) {
    const from = Math.floor(random() * rateHz)
    const sides = { caller: line.slice(from, from + samples), agent: new Int16Array(samples) }
    for (let at = 0; at < samples; ) {
      at = put(sides.agent, pick(agentWords), at, 1) + (0.3 + random()) * rateHz
      at = put(sides.caller, pick(callerWords), at, 0.3 + random() * 0.7) + (0.5 + random()) * rateHz
    }
    const id = `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`
    for (const [side, track] of Object.entries(sides)) {
      const path = join(folder, `${id}.${side}.raw`)
      await Bun.write(path, track)
      await utimes(path, endedMs / 1_000, endedMs / 1_000)
    }
    await Bun.write(join(folder, `${id}.json`), JSON.stringify(recordOf(id, samples)))
  }
}

/** @returns where the words end */
function put(track: Int16Array, words: Int16Array, from: number, gain: number): number {
  const start = Math.floor(from)
  const length = Math.max(0, Math.min(words.length, track.length - start))
  for (let i = 0; i < length; i++) track[start + i] = Math.round(words[i]! * gain)
  return start + words.length
}

async function wordsOfCallers(): Promise<Int16Array[]> {
  const folder = join(root, 'test/fixtures/audio')
  const files = await Array.fromAsync(new Bun.Glob('{caller,utterance}-*.wav').scan(folder))
  return Promise.all(
    files.sort().map(async (file) => readWav(await Bun.file(join(folder, file)).bytes()).samples),
  )
}

async function wordsOfTheHouse(): Promise<Int16Array[]> {
  const folder = join(root, 'assets/cache')
  const files = await Array.fromAsync(new Bun.Glob('fr.*.raw').scan(folder))
  return Promise.all(
    files.sort().map(async (file) => new Int16Array(await Bun.file(join(folder, file)).arrayBuffer())),
  )
}

function recordOf(id: string, samples: number) {
  const durationMs = samples / 8
  return {
    ...callDetailsSchema.parse({ outcome: 'goodbye' }),
    ...{ version: 1, id, callId: id, durationMs },
    startedAt: new Date(endedMs - durationMs).toISOString(),
    endedAt: new Date(endedMs).toISOString(),
    audio: { rateHz, samples, gaps: [], stopped: null },
  }
}

/** The same night every time. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
