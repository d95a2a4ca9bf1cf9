// A program of a bench as a process of its own: its lines, its processor time and its memory, read from /proc.

import { readdir } from 'node:fs/promises'

export type Program = {
  readonly pid: number
  /** The next line on stdout. @throws {Error} when the program has ended */
  line(): Promise<string>
  stop(): Promise<void>
}

/**
 * @param command run in the project's root; stderr goes to the bench's own
 * @param group whether it starts processes of its own, which are to end with it
 */
export function startProgram(
  command: readonly string[],
  environment: Record<string, string> = {},
  group = false,
): Program {
  const child = Bun.spawn([...command], {
    cwd: new URL('../..', import.meta.url).pathname,
    env: { ...process.env, ...environment },
    stdout: 'pipe',
    stderr: 'inherit',
    detached: group,
  })
  const reader = child.stdout.getReader()
  const decoder = new TextDecoder()
  let text = ''
  return {
    pid: child.pid,
    async line() {
      for (;;) {
        const end = text.indexOf('\n')
        if (end >= 0) {
          const line = text.slice(0, end)
          text = text.slice(end + 1)
          return line
        }
        const { value, done } = await reader.read()
        if (done) throw new Error(`${command.join(' ')} ended`)
        text += decoder.decode(value, { stream: true })
      }
    },
    async stop() {
      if (child.exitCode === null) process.kill(group ? -child.pid : child.pid, 'SIGKILL')
      await child.exited
    },
  }
}

/** Resident memory of a process in MB. */
export async function rssMbOf(pid: number): Promise<number> {
  const status = await Bun.file(`/proc/${pid}/status`).text()
  return Number(status.match(/VmRSS:\s+(\d+)/)?.[1]) / 1_024
}

/** Processor seconds so far, user and system: of the whole process, and of its main thread alone. */
export async function cpuSOf(pid: number): Promise<{ all: number; main: number }> {
  return {
    all: seconds(await Bun.file(`/proc/${pid}/stat`).text()),
    main: seconds(await Bun.file(`/proc/${pid}/task/${pid}/stat`).text()),
  }
}

/** Processor seconds so far by the name that a thread has; Bun gives the threads of one kind the same name. */
export async function cpuSByThread(pid: number): Promise<Map<string, number>> {
  const byName = new Map<string, number>()
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const stat = await Bun.file(`/proc/${pid}/task/${thread}/stat`)
      .text()
      // A thread may end while the others are read.
      .catch(() => '')
    if (stat === '') continue
    const own = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
    const name = Number(thread) === pid ? 'main' : own
    byName.set(name, (byName.get(name) ?? 0) + seconds(stat))
  }
  return byName
}

/** Busy seconds of all cores of the machine so far, for all processes. */
export async function machineCpuS(): Promise<number> {
  const [user, nice, system, , , irq, softIrq, steal] = (await Bun.file('/proc/stat').text())
    .split('\n')[0]
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return (user + nice + system + irq + softIrq + steal) / ticksPerS
}

const ticksPerS = 100

function seconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerS
}
