// One measurement of a server under calls: the callers in a process, the clouds in another, the server in a third,
// and what each of them used while the callers measured.

import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBot } from './bot.ts'
import { round } from './crowd.ts'
import { cpuSByThread, cpuSOf, machineCpuS, type Program, rssMbOf, startProgram } from './program.ts'
import { type Sent, type Talk, turnsOf } from './turns.ts'

export type LoadOptions = {
  calls: number
  seconds: number
  turnS: number
  /** Between the last call's beginning and what is measured: what a server compiles at first is not a call's cost. */
  warmS: number
  /** How long a caller stays in the middle, before another one dials; by default all stay. */
  stayS?: number
  /** `live`: every reply is asked of the model and of the voice; `script`: the desk's own ready-made words. */
  replies: 'live' | 'script'
  environment?: Record<string, string>
  /** All dial at once, and are measured from then on. */
  burst?: boolean
  /** Between the start and the first call; by default less than the background takes on a busy machine. */
  settleMs?: number
  /** Runs while the callers measure. @returns figures of its own */
  during?: (server: Running) => Promise<Record<string, unknown>>
}

/** A server that is measured; `clouds` are the addresses of the fakes. */
export type Subject = (
  options: LoadOptions,
  clouds: Record<string, string>,
  folder: string,
) => Promise<Running>
export type Running = {
  pid: number
  port: number
  /** Where the project's own server has its admin server. */
  adminUrl?: string
  counters(): Promise<Record<string, number>>
  stop(): Promise<void>
}

const says = "attendez un instant s'il vous plaît"
const head = '{"answer":"unknown","topic":"unknown","intent":"wait","name":null,"symptom":null}\n'
const words = 'Bien, {n}. Prenez tout votre temps, je reste en ligne avec vous, {n}.'

/** The project's own server, with recording on. */
export const ours: Subject = async (options, clouds, folder) => {
  const bot = await startBot(
    {
      ...clouds,
      DEEPGRAM_API_KEY: 'bench',
      GROQ_API_KEY: 'bench',
      OPENAI_API_KEY: 'bench',
      REVOICE: 'off',
      LLM: options.replies === 'live' ? 'groq,scripted' : 'scripted',
      RECORDINGS_DIR: folder,
      // The bench's own files need no space to be kept free.
      RECORDINGS_MIN_FREE_MB: '0',
      ...options.environment,
    },
    options.environment?.BENCH_CHUNK_MS ? 'test/bench/chunked.ts' : undefined,
  )
  return {
    pid: bot.pid,
    port: bot.port,
    adminUrl: bot.adminUrl,
    counters: () => bot.counters(),
    stop: () => bot.stop(),
  }
}

/** Only reads and writes frames. */
export const floor: Subject = async () => {
  const program = startProgram(['bun', 'test/bench/floor.ts'])
  const { port } = JSON.parse(await program.line()) as { port: number }
  return { pid: program.pid, port, counters: async () => ({}), stop: () => program.stop() }
}

/** Another server, which reads the same variables, takes the same calls and says `ready`. @param path of a Python program */
export const peer =
  (path: string): Subject =>
  async (_, clouds, folder) => {
    const free = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
    const { port } = free
    free.stop(true)
    const program = startProgram(
      ['/usr/bin/python3', path],
      {
        ...clouds,
        AUDIOSOCKET_PORT: String(port),
        RECORDINGS_DIR: folder,
      },
      true,
    )
    while ((await program.line()) !== 'ready');
    return { pid: program.pid, port, counters: async () => ({}), stop: () => program.stop() }
  }

/** The fakes of all vendors, which answer at once. @param heard how many turns a call's recogniser has words for */
export async function startClouds(
  reply = head + words,
  heard = 12,
): Promise<Program & { urls: Record<string, string> }> {
  const program = startProgram([
    ...['bun', 'test/support/clouds/main.ts', '--reply', reply],
    ...['--heard', new Array(heard).fill(says).join('|')],
  ])
  return { ...program, urls: JSON.parse(await program.line()) as Record<string, string> }
}

/** By then the server has measured what the machine carries. */
const measuredByMs = 15_000

/** Runs it once. @returns one row of figures */
export async function measureLoad(
  name: 'ours' | 'floor' | 'peer',
  subject: Subject,
  options: LoadOptions,
): Promise<Record<string, unknown>> {
  const loadBefore = loadavg()[0]
  const folder = join(tmpdir(), `voicebot-bench-${process.pid}`)
  // The peer's calls carry no name, so that all of them are heard from one list.
  const startOwn = () => (name === 'peer' ? startClouds(words, options.calls * 5) : startClouds())
  const clouds = name === 'floor' ? undefined : await startOwn()
  const server = await subject(options, clouds?.urls ?? {}, folder)
  let callers: Program | undefined
  try {
    // What warms up in the background is there: a first call seconds after the start is another part's.
    await Bun.sleep(options.settleMs ?? (options.burst ? measuredByMs : name === 'ours' ? 3_000 : 500))
    const restMb = await rssMbOf(server.pid)
    const dialled = startProgram([
      ...['bun', 'test/bench/callers.ts', '--port', `${server.port}`, '--calls', `${options.calls}`],
      ...['--seconds', `${options.seconds}`, '--turn-s', `${options.turnS}`],
      ...(options.burst ? ['--burst'] : ['--settle-ms', `${options.warmS * 1_000}`]),
      ...['--stay-s', `${options.stayS ?? 0}`],
    ])
    callers = dialled
    const used = async () => ({
      server: await cpuSOf(server.pid),
      threads: await cpuSByThread(server.pid),
      callers: (await cpuSOf(dialled.pid)).all,
      clouds: clouds ? (await cpuSOf(clouds.pid)).all : 0,
      machine: await machineCpuS(),
      atMs: performance.now(),
    })
    await reach(dialled, 'open')
    const before = await used()
    const [meanwhile] = await Promise.all([options.during?.(server), reach(dialled, 'closed')])
    const after = await used()
    const busyMb = await rssMbOf(server.pid)
    const counters = await server.counters()
    const { figures, talks } = await reach(dialled, 'result')
    const sent = clouds
      ? ((await (await fetch(`${clouds.urls.GROQ_BASE_URL}/fakes/sent`)).json()) as Sent[])
      : []
    const s = (after.atMs - before.atMs) / 1_000
    const cores = {
      server: round((after.server.all - before.server.all) / s),
      serverMainThread: round((after.server.main - before.server.main) / s),
      callers: round((after.callers - before.callers) / s),
      clouds: round((after.clouds - before.clouds) / s),
      machine: round((after.machine - before.machine) / s),
    }
    const byThread = [...after.threads]
      .map(([thread, used]) => [thread, round((used - (before.threads.get(thread) ?? 0)) / s)] as const)
      .filter(([, used]) => used >= 0.01)
      .sort(([, a], [, b]) => b - a)
    return {
      server: name,
      ...(figures as Record<string, unknown>),
      ...(clouds ? { turns: turnsOf(talks as Talk[], sent) } : {}),
      cores,
      coresByThread: Object.fromEntries(byThread),
      // Of frames that reached their caller: a server that has no time left sends fewer, and seems cheap.
      usPerFrame: round(
        ((after.server.all - before.server.all) * 1e6) / Math.max(1, (figures as { frames: number }).frames),
      ),
      coresPer100Calls: Math.round((cores.server / options.calls) * 1e5) / 1e3,
      rssMb: round(busyMb),
      rssPerCallKb: Math.round(((busyMb - restMb) * 1_024) / options.calls),
      ...(meanwhile && { meanwhile }),
      counters,
      loadBefore: round(loadBefore),
    }
  } finally {
    await callers?.stop()
    await server.stop()
    await clouds?.stop()
    await Bun.$`rm -rf ${folder}`.quiet()
  }
}

async function reach(program: Program, state: string): Promise<Record<string, unknown>> {
  for (;;) {
    const line = JSON.parse(await program.line()) as Record<string, unknown>
    if (line.state === state) return line
  }
}
