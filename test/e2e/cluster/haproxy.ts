// A private HAProxy: runs a configuration in the foreground, is reloaded, killed, and asked what it knows of its
// servers.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../bot.ts'
import { until } from './until.ts'

/** What HAProxy knows of a server, by `backend/server`. */
export type ServerState = {
  /** `UP`, `DOWN`, `DRAIN`, `no check`, with details behind a blank. */
  status: string
  /** Result of the last check: `L7OK`, `L4TOUT`; `INI` before the first. */
  lastCheck: string
  /** Connections now, and in all. */
  live: number
  total: number
  weight: number
}

/** One bot, as the shipped configuration has it. */
export type Place = { audio: number; admin: number; agent: number; maxCalls: number }
/** Where the configuration listens. */
export type Fronts = { audio: number; http: number; figures: number }

/** The shipped configuration with other ports, and without what needs root or a running syslog. */
export async function shippedConfig(places: readonly Place[], fronts: Fronts): Promise<string> {
  const shipped = await Bun.file(join(projectRoot, 'assets/haproxy/haproxy.cfg')).text()
  const lines = shipped.replace('log /dev/log', 'log stdout format raw').split('\n')
  const kept = lines.filter((line) => !/^ +(user|group|stats socket) /.test(line))
  const bots = places.flatMap(({ audio, admin, agent }, i): [string, number][] => [
    [`910${i + 1}`, audio],
    [`810${i + 1}`, admin],
    [`710${i + 1}`, agent],
  ])
  const ports = new Map([
    ...bots,
    ['9092', fronts.audio] as const,
    ['8080', fronts.http] as const,
    ['8404', fronts.figures] as const,
  ])
  const moved = kept.map((line) => {
    if (/^ *#/.test(line)) return line
    const at = Number(/^ +server b(\d) /.exec(line)?.[1] ?? 0) - 1
    return line
      .replace(/\b(\d{4})\b/g, (whole, port) => String(ports.get(port) ?? whole))
      .replace(/\bmaxconn 100\b/, `maxconn ${places[at]?.maxCalls}`)
  })
  // The shipped file names three bots.
  return moved
    .filter((line) => !/^ +server b(\d)/.test(line) || Number(/b(\d)/.exec(line)![1]) <= places.length)
    .join('\n')
}

export class HaProxy {
  private constructor(
    private readonly folder: string,
    private readonly figures: number,
    private readonly process: Bun.Subprocess,
  ) {}

  /** @param figures port of its page of figures @throws {Error} when the configuration is refused */
  static async start(config: string, figures: number): Promise<HaProxy> {
    const folder = mkdtempSync(join(tmpdir(), 'haproxy-'))
    const path = join(folder, 'haproxy.cfg')
    writeFileSync(path, config)
    const program = Bun.which('haproxy', { PATH: `${process.env.PATH}:/usr/sbin` })
    if (program === null) throw new Error('haproxy is not installed: apt-get install haproxy')
    // -W: a master, which a signal reloads; its worker goes with it.
    const child = Bun.spawn([program, '-W', '-f', path], {
      stdout: Bun.file(join(folder, 'log')),
      stderr: Bun.file(join(folder, 'stderr')),
    })
    const haproxy = new HaProxy(folder, figures, child)
    const ended = child.exited.then(async (code) => {
      throw new Error(`haproxy ended with ${code}: ${await Bun.file(join(folder, 'stderr')).text()}`)
    })
    ended.catch(() => {})
    const ready = until('haproxy answers', () =>
      haproxy.servers().then(
        () => true,
        () => false,
      ),
    )
    try {
      await Promise.race([ready, ended])
      return haproxy
    } catch (error) {
      await haproxy.stop()
      throw error
    }
  }

  /** What it knows of every server, by `backend/server`. */
  async servers(): Promise<Record<string, ServerState>> {
    const answer = await fetch(`http://127.0.0.1:${this.figures}/;csv`)
    const [head = '', ...lines] = (await answer.text()).split('\n')
    const names = head.replace(/^# /, '').split(',')
    const rows = lines
      .filter((line) => line !== '')
      .map((line) => {
        const values = line.split(',')
        return Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']))
      })
    const servers = rows.filter(({ svname }) => svname !== 'FRONTEND' && svname !== 'BACKEND')
    return Object.fromEntries(
      servers.map(({ pxname, svname, status, check_status, scur, stot, weight }) => [
        `${pxname}/${svname}`,
        {
          status: status ?? '',
          // A star marks a check that runs.
          lastCheck: (check_status ?? '').replace('* ', ''),
          live: Number(scur),
          total: Number(stot),
          weight: Number(weight),
        },
      ]),
    )
  }

  /** Settles when the last check of all bots had this result. A server begins as up: only a check says anything. */
  async hasChecked(result: string): Promise<void> {
    const isSo = async () => {
      const bots = Object.entries(await this.servers()).filter(([name]) => name.startsWith('bots/'))
      return bots.every(([, { lastCheck }]) => lastCheck === result)
    }
    await until(`every check of HAProxy ends with ${result}`, isSo)
  }

  /** Settles when these servers of `bots` are up, and only these. @param names such as `b1` */
  async hasUp(...names: string[]): Promise<void> {
    const isSo = async () => {
      const bots = Object.entries(await this.servers()).filter(([name]) => name.startsWith('bots/'))
      const up = bots.filter(([, { status }]) => status.startsWith('UP')).map(([name]) => name.slice(5))
      return up.join() === names.join()
    }
    await until(`HAProxy holds ${names.join(', ') || 'no bot'} for up, and no other`, isSo)
  }

  /**
   * How the connections of `audio` ended: server and HAProxy's two letters. `--` is in order, `sD` a silent server, `SD`
   * a lost one, `sQ` a caller who waited in vain.
   */
  async endings(): Promise<Record<string, number>> {
    const log = await Bun.file(join(this.folder, 'log')).text()
    const counts: Record<string, number> = {}
    for (const [, server, letters] of log.matchAll(/ audio (\S+) \S+ \d+ (\S\S) /g))
      counts[`${server} ${letters}`] = (counts[`${server} ${letters}`] ?? 0) + 1
    return counts
  }

  /** Reloads, as `systemctl reload haproxy` does: old connections stay with the old worker. */
  async reload(): Promise<void> {
    const before = await this.workers()
    this.process.kill('SIGUSR2')
    await until('a new worker runs', async () => (await this.workers()).some((pid) => !before.includes(pid)))
  }

  private async workers(): Promise<number[]> {
    const pids = await Bun.file(`/proc/${this.process.pid}/task/${this.process.pid}/children`).text()
    return pids
      .split(' ')
      .filter((pid) => pid !== '')
      .map(Number)
  }

  /** Ends it and its connections at once. */
  async kill(): Promise<void> {
    // The master's death ends the workers too, but only when they notice: so the workers first.
    for (const pid of await this.workers()) process.kill(pid, 'SIGKILL')
    this.process.kill('SIGKILL')
    await this.process.exited
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
