// The bot under test as an operator runs it: a separate process, configured by its environment.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../support/clouds/until.ts'
import { testToken } from '../support/lab/admin.ts'

export const projectRoot = join(import.meta.dir, '../..')
const readyWithinMs = 30_000

export class Bot {
  /** Everything it printed, line by line. */
  readonly lines: string[] = []

  private audioSocketPort = 0
  private adminPort = 0

  private constructor(
    readonly recordings: string,
    private readonly process: Bun.Subprocess<'ignore', 'pipe', 'inherit'>,
  ) {}

  /**
   * Starts `src/main.ts` and waits until it says that it is ready and answers so.
   *
   * @param settings environment on top of ports and folders; no cloud key of this machine reaches it
   * @param recordings folder of a bot that has ended, whose disk this one takes over
   * @throws {Error} when it ends, or is not ready within 30 s
   */
  static async start(
    settings: Record<string, string> = {},
    recordings = mkdtempSync(join(tmpdir(), 'voicebot-recordings-')),
  ): Promise<Bot> {
    const spawned = Bun.spawn([process.execPath, 'src/main.ts'], {
      cwd: projectRoot,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        AUDIOSOCKET_PORT: '0',
        ADMIN_PORT: '0',
        ADMIN_TOKEN: testToken,
        RECORDINGS_DIR: recordings,
        DATA_DIR: join(recordings, '.data'),
        CONFIG_FILE: '',
        TECHNICIANS: 'always',
        ...settings,
      },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'inherit',
    })
    const bot = new Bot(recordings, spawned)
    const ready = Promise.withResolvers<void>()
    const late = setTimeout(() => ready.reject(new Error('the bot is not ready after 30 s')), readyWithinMs)
    bot.read(ready.resolve).catch(ready.reject)
    spawned.exited.then((code) => ready.reject(new Error(`the bot ended with ${code}`))).catch(ready.reject)
    try {
      await ready.promise
      // One of a cluster is ready once it has read in Redis what it missed.
      await until(
        'GET /readyz answers 200',
        async () => (await fetch(`${bot.http}/readyz`)).ok,
        readyWithinMs,
      )
      return bot
    } catch (error) {
      await bot.stop()
      throw error
    } finally {
      clearTimeout(late)
    }
  }

  get http(): string {
    return `http://127.0.0.1:${this.adminPort}`
  }

  get audioSocket(): string {
    return `127.0.0.1:${this.audioSocketPort}`
  }

  get pid(): number {
    return this.process.pid
  }

  /** Settles with its exit code when it has ended. */
  get exited(): Promise<number> {
    return this.process.exited
  }

  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void {
    this.process.kill(name)
  }

  /** Its log lines that are JSON and concern this call. */
  logOf(callId: string): Record<string, unknown>[] {
    return this.lines
      .filter((line) => line.startsWith('{') && line.includes(callId))
      .map((line) => JSON.parse(line))
  }

  /** Paths of the files kept of this call, relative to the recordings' folder. */
  async filesOf(callId: string): Promise<string[]> {
    return (await Array.fromAsync(new Bun.Glob(`**/${callId}*`).scan(this.recordings))).sort()
  }

  /** Kills it, and leaves its folder. */
  async kill(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGKILL')
    await this.process.exited
  }

  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.recordings, { recursive: true, force: true })
  }

  private async read(isReady: () => void): Promise<void> {
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of this.process.stdout) {
      rest += decoder.decode(chunk, { stream: true })
      const parts = rest.split('\n')
      rest = parts.pop() ?? ''
      for (const line of parts) {
        this.lines.push(line)
        // It takes free ports and prints them beneath "ready".
        this.audioSocketPort ||= Number(/^ *AudioSocket +\S+:(\d+)/.exec(line)?.[1] ?? 0)
        this.adminPort ||= Number(/^ *admin +http:\S+:(\d+)/.exec(line)?.[1] ?? 0)
        if (this.audioSocketPort !== 0 && this.adminPort !== 0) isReady()
      }
    }
  }
}
