// The server as a separate process, for faults that only a process has: signals, limits, a frozen event loop.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askAdmin, testToken } from '../support/lab/admin.ts'

const project = join(import.meta.dir, '../..')

export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'

export type ServerProcess = {
  port: number
  adminUrl: string
  pid: number
  dir: string
  /** Everything it printed so far. */
  readonly output: string
  signal(name: Signal): void
  /** To all of its process group, as a terminal and systemd do. */
  signalGroup(name: Signal): void
  /** Its exit code once it has ended, null when a signal ended it. */
  exited: Promise<number | null>
  rssMb(): Promise<number>
  /** Processor time used so far. */
  cpuS(): Promise<number>
  /** What a start leaves for later is done: waits, 20 s at most, for half a second with little work. */
  rests(): Promise<void>
  /** Seconds in which its main thread could have run and another program had the processor. */
  waitedS(): Promise<number>
  openFiles(): Promise<number>
  next(callId: string): Promise<string>
  metric(name: string): Promise<number>
  /** All of a family, by name, labels together. */
  counters(prefix: string): Promise<Record<string, number>>
  /** @throws when the metric has not risen to `value` within 10 s */
  reaches(name: string, value: number): Promise<void>
  /** Waits, 10 s at most, until no more than `calls` are live. @returns how many are live */
  settles(calls: number): Promise<number>
  /** Kills it and takes its recordings away, unless they are to be kept. */
  stop(keep?: 'keep'): Promise<void>
}

export type StartOptions = {
  environment: Record<string, string>
  /** Most open files. */
  maxFiles: number
  /** Recordings of an earlier process. */
  dir: string
  /** How it is started: by the file, or by `bun run start` as the README has it, in a process group of its own. */
  by: 'file' | 'script'
  /** The folder it is started in; that of the program when left out. */
  cwd: string
  /** The folder of the program; the project's when left out. */
  root: string
}

/** @returns seconds in which a process's main thread stood in line for a processor, since it began */
export async function waitedS(pid: number): Promise<number> {
  // Nanoseconds on the processor, nanoseconds in line, and turns.
  const [, waitedNs] = (await Bun.file(`/proc/${pid}/task/${pid}/schedstat`).text()).split(' ')
  return Number(waitedNs) / 1e9
}

/** @throws {Error} with what it printed when it ends before it is ready */
export async function startServer(options: Partial<StartOptions> = {}): Promise<ServerProcess> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'faults-')))
  const root = options.root ?? project
  const command = [
    process.execPath,
    ...(options.by === 'script' ? ['run', 'start'] : [join(root, 'src/main.ts')]),
  ]
  const limited = ['sh', '-c', `ulimit -n ${options.maxFiles}; exec "$@"`, 'sh', ...command]
  const child = Bun.spawn(options.maxFiles === undefined ? command : limited, {
    cwd: options.cwd ?? root,
    detached: options.by === 'script',
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AUDIOSOCKET_PORT: '0',
      ADMIN_PORT: '0',
      ADMIN_TOKEN: testToken,
      RECORDINGS_DIR: dir,
      DATA_DIR: `${dir}.data`,
      RECORDINGS_MIN_FREE_MB: '0',
      CONFIG_FILE: '',
      TECHNICIANS: 'always',
      ...options.environment,
    },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  // A test or a row that failed before its end leaves no server behind.
  const kill = () => {
    try {
      if (options.by === 'script') process.kill(-child.pid, 'SIGKILL')
      else child.kill('SIGKILL')
    } catch {
      // It has ended.
    }
  }
  process.once('exit', kill)
  let output = ''
  const isReady = Promise.withResolvers<void>()
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) {
      output += decoder.decode(chunk, { stream: true })
      if (output.includes('speaks with')) isReady.resolve()
    }
  }
  const drained = Promise.all([read(child.stdout), read(child.stderr)])
  drained
    .then(() => isReady.reject(new Error(`it ended before it was ready:\n${output}`)))
    .catch(isReady.reject)
  await isReady.promise
  const adminUrl = /admin\s+(http:\S+)/.exec(output)?.[1] ?? ''
  const ask = async (path: string) => (await askAdmin(adminUrl, path)).text()
  const counters = async (prefix: string): Promise<Record<string, number>> => {
    const found: Record<string, number> = {}
    for (const line of (await ask('/metrics')).split('\n')) {
      const name = /^voicebot_(\w+)/.exec(line)?.[1] ?? ''
      if (name.startsWith(prefix)) found[name] = (found[name] ?? 0) + Number(line.split(' ').at(-1))
    }
    return found
  }
  const cpuS = async () => {
    const fields = (await Bun.file(`/proc/${child.pid}/stat`).text()).split(') ')[1].split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  }
  return {
    port: Number(/AudioSocket\s+\S+:(\d+)/.exec(output)?.[1]),
    adminUrl,
    pid: child.pid,
    dir,
    get output() {
      return output
    },
    signal: (name) => child.kill(name),
    signalGroup: (name) => void process.kill(-child.pid, name),
    exited: child.exited.then(() => child.exitCode),
    rssMb: async () =>
      Number(/VmRSS:\s+(\d+)/.exec(await Bun.file(`/proc/${child.pid}/status`).text())?.[1]) / 1_024,
    cpuS,
    async rests() {
      const endMs = performance.now() + 20_000
      for (let before = await cpuS(); performance.now() < endMs; ) {
        await Bun.sleep(500)
        const now = await cpuS()
        if (now - before < 0.1) return
        before = now
      }
    },
    waitedS: () => waitedS(child.pid),
    openFiles: async () =>
      (await Array.fromAsync(new Bun.Glob('*').scan({ cwd: `/proc/${child.pid}/fd`, onlyFiles: false })))
        .length,
    next: (callId) => ask(`/asterisk/calls/${callId}/next`),
    metric: async (name) => (await counters(name))[name] ?? 0,
    counters,
    async reaches(name, value) {
      const endMs = performance.now() + 10_000
      while (((await counters(name))[name] ?? 0) < value) {
        if (performance.now() > endMs) throw new Error(`${name} never reached ${value}`)
        await Bun.sleep(50)
      }
    },
    async settles(calls) {
      const endMs = performance.now() + 10_000
      const live = async () => (await counters('calls_live')).calls_live
      let now = await live()
      for (; now > calls && performance.now() < endMs; now = await live()) await Bun.sleep(50)
      return now
    },
    async stop(keep) {
      // By its group where the script's child is not ours.
      kill()
      process.off('exit', kill)
      await drained
      if (!keep) for (const one of [dir, `${dir}.data`]) await rm(one, { recursive: true, force: true })
    },
  }
}
