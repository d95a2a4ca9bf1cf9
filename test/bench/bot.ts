// The bot as a process of its own, for the benches: started with free ports, asked for its memory, ended.

import { join } from 'node:path'

export type BenchBot = {
  port: number
  adminUrl: string
  /** From the start of the process to the line that says it is ready. */
  readyMs: number
  /** Resident memory of the process in MB. */
  rssMb(): Promise<number>
  /** Processor time used so far, user and system, in seconds. */
  cpuS(): Promise<number>
  metric(name: string): Promise<string>
  stop(): Promise<void>
}

const root = join(import.meta.dir, '..', '..')

export async function startBot(environment: Record<string, string> = {}): Promise<BenchBot> {
  const started = performance.now()
  const child = Bun.spawn(['bun', 'src/main.ts'], {
    cwd: root,
    env: {
      ...process.env,
      AUDIOSOCKET_PORT: '0',
      ADMIN_PORT: '0',
      LOG_LEVEL: 'warn',
      MAX_CALLS: '2000',
      ...environment,
    },
    stdout: 'pipe',
    stderr: 'inherit',
  })
  let text = ''
  const reader = child.stdout.getReader()
  while (!text.includes('speaks with')) {
    const { value, done } = await reader.read()
    if (done) throw new Error(`the bot ended before it was ready:\n${text}`)
    text += new TextDecoder().decode(value)
  }
  const readyMs = performance.now() - started
  const drained = (async () => {
    while (!(await reader.read()).done);
  })()
  const port = Number(text.match(/AudioSocket\s+\S+:(\d+)/)?.[1])
  const adminUrl = text.match(/admin\s+(\S+)/)?.[1] ?? ''
  const status = async (): Promise<string> => Bun.file(`/proc/${child.pid}/status`).text()
  return {
    port,
    adminUrl,
    readyMs,
    rssMb: async () => Number((await status()).match(/VmRSS:\s+(\d+)/)?.[1]) / 1024,
    async cpuS() {
      const fields = (await Bun.file(`/proc/${child.pid}/stat`).text()).split(') ')[1].split(' ')
      return (Number(fields[11]) + Number(fields[12])) / 100
    },
    async metric(name) {
      const all = await (await fetch(new URL('/metrics', adminUrl))).text()
      return all
        .split('\n')
        .filter((line) => line.startsWith(name))
        .join('\n')
    },
    async stop() {
      child.kill('SIGKILL')
      await child.exited
      await drained
    },
  }
}
