// A real redis-server on a free port of loopback, which a test can kill, freeze and fill.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

export class RedisServer {
  private constructor(
    readonly port: number,
    private process: Bun.Subprocess,
    private readonly options: readonly string[],
  ) {}

  /** @param options of redis-server, such as `--requirepass secret` as two words @returns when it answers */
  static async start(options: readonly string[] = [], port = freePort()): Promise<RedisServer> {
    const server = new RedisServer(port, spawn(port, options), options)
    await server.answers()
    return server
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Runs redis-cli. @returns what it prints */
  async cli(...words: string[]): Promise<string> {
    const child = Bun.spawn(['redis-cli', '-p', String(this.port), ...words], { stderr: 'ignore' })
    return (await new Response(child.stdout).text()).trim()
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL')
    await this.process.exited
  }

  /** Starts it again on the same port, with nothing in it. */
  async restart(): Promise<void> {
    this.process = spawn(this.port, this.options)
    await this.answers()
  }

  freeze(): void {
    this.process.kill('SIGSTOP')
  }

  thaw(): void {
    this.process.kill('SIGCONT')
  }

  private async answers(): Promise<void> {
    for (let i = 0; i < 400; i++) {
      if (/PONG|NOAUTH/.test(await this.cli('ping'))) return
      await Bun.sleep(25)
    }
    throw new Error('redis-server does not answer')
  }
}

function spawn(port: number, options: readonly string[]): Bun.Subprocess {
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  // A replica writes dump.rdb where it was started, and the next server that starts there reads it.
  const cwd = mkdtempSync(join(tmpdir(), 'redis-'))
  const onExit = () => rmSync(cwd, { recursive: true, force: true })
  return Bun.spawn(['redis-server', ...own, ...options], { cwd, stdout: 'ignore', stderr: 'ignore', onExit })
}
