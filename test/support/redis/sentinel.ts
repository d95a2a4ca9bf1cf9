// A real Redis Sentinel that watches a primary: redis-server is the program of both.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import type { RedisServer } from './server.ts'

export class Sentinel {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly process: Bun.Subprocess,
  ) {}

  /** @param name of the primary, as clients ask for it */
  static start(primary: RedisServer, name: string): Sentinel {
    const port = freePort()
    const folder = mkdtempSync(join(tmpdir(), 'sentinel-'))
    const file = join(folder, 'sentinel.conf')
    // One Sentinel decides alone, after half a second.
    const lines = [
      ...[`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`],
      `sentinel monitor ${name} 127.0.0.1 ${primary.port} 1`,
      ...[`sentinel down-after-milliseconds ${name} 500`, `sentinel failover-timeout ${name} 5000`],
    ]
    writeFileSync(file, `${lines.join('\n')}\n`)
    const child = Bun.spawn(['redis-server', file, '--sentinel'], { stdout: 'ignore', stderr: 'ignore' })
    return new Sentinel(port, folder, child)
  }

  /** How many replicas it knows that it could promote. */
  async replicas(name: string): Promise<number> {
    const child = Bun.spawn(['redis-cli', '-p', String(this.port), 'sentinel', 'replicas', name], {
      stderr: 'ignore',
    })
    const text = await new Response(child.stdout).text()
    return text.split('\n').filter((line) => line === 'master-link-status').length
  }

  async stop(): Promise<void> {
    this.process.kill('SIGKILL')
    await this.process.exited
    rmSync(this.folder, { recursive: true, force: true })
  }
}
