// The bot as a process of its own, for the benches: started with free ports, asked for its memory, ended.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askAdmin, testToken } from '../support/lab/admin.ts'
import { cpuSOf, rssMbOf } from './program.ts'

export type BenchBot = {
  pid: number
  port: number
  adminUrl: string
  /** From the start of the process to the line that says it is ready. */
  readyMs: number
  /** Resident memory of the process in MB. */
  rssMb(): Promise<number>
  /** Processor time used so far, user and system, in seconds. */
  cpuS(): Promise<number>
  metric(name: string): Promise<string>
  /** Everything that was lost or dropped so far, by name, without what is 0. */
  counters(): Promise<Record<string, number>>
  /** Its log lines of level `error` so far. */
  readonly errors: readonly string[]
  /** Kills it. */
  stop(): Promise<void>
}

const lossPattern =
  /_(skipped|dropped|late|lost|deaf|underruns|errors|failures|flood|floods|refused|alone|unheard|stopped|carried)(_|$)/
const root = join(import.meta.dir, '..', '..')

/** @param entry the program to run, in the project's root or as an absolute path */
export async function startBot(
  environment: Record<string, string> = {},
  entry = 'src/main.ts',
): Promise<BenchBot> {
  const started = performance.now()
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-'))
  const child = Bun.spawn(['bun', entry], {
    cwd: root,
    env: {
      ...process.env,
      AUDIOSOCKET_PORT: '0',
      ADMIN_PORT: '0',
      ADMIN_TOKEN: testToken,
      LOG_LEVEL: 'warn',
      MAX_CALLS: '2000',
      // What calls cost is measured beyond what is carried well, too; the part `overload` measures the refusals.
      OVERLOAD: 'ignore',
      CONFIG_FILE: '',
      TECHNICIANS: 'always',
      DATA_DIR: dataDir,
      ...environment,
    },
    stdout: 'pipe',
    stderr: 'inherit',
  })
  let text = ''
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader()
  while (!text.includes('speaks with')) {
    const { value, done } = await reader.read()
    if (done) throw new Error(`the bot ended before it was ready:\n${text}`)
    text += value
  }
  const readyMs = performance.now() - started
  const errors: string[] = []
  const drained = (async () => {
    for (let rest = text; ; ) {
      const lines = rest.split('\n')
      rest = lines.pop() ?? ''
      errors.push(...lines.filter((line) => line.includes('"level":"error"')))
      const { value, done } = await reader.read()
      if (done) return
      rest += value
    }
  })()
  const port = Number(text.match(/AudioSocket\s+\S+:(\d+)/)?.[1])
  const adminUrl = text.match(/admin\s+(\S+)/)?.[1] ?? ''
  const metrics = async (): Promise<string[]> =>
    (await (await askAdmin(adminUrl, '/metrics')).text()).split('\n')
  return {
    pid: child.pid,
    port,
    adminUrl,
    readyMs,
    errors,
    rssMb: () => rssMbOf(child.pid),
    cpuS: async () => (await cpuSOf(child.pid)).all,
    async metric(name) {
      return (await metrics()).filter((line) => line.startsWith(name)).join('\n')
    },
    async counters() {
      const lost: Record<string, number> = {}
      for (const line of await metrics()) {
        const [name, value] = line.split(' ')
        if (lossPattern.test(name) && Number(value) > 0) lost[name] = Number(value)
      }
      return lost
    },
    async stop() {
      child.kill('SIGKILL')
      await child.exited
      await drained
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
