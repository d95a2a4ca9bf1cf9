// What every fault test needs: the whole server in this process, on real sockets, free ports and its own folder, and
// telephones that record when they hear something.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../src/base/clock.ts'
import { createLog } from '../../src/base/log.ts'
import { SimulatedAsterisk } from '../../src/caller/asterisk.ts'
import { readConfig } from '../../src/config.ts'
import type { ServeParts } from '../../src/server/context.ts'
import { type Server, serve } from '../../src/server/serve.ts'
import { until } from '../support/clouds/until.ts'
import { testToken } from '../support/lab/admin.ts'

export type LogLine = { level: string; event: string; [field: string]: unknown }

export type World = {
  server: Server
  /** Where it records. */
  dir: string
  /** Its log, line by line. */
  lines: LogLine[]
  /** Value of a metric, all labels together. */
  metric(name: string): number
  stop(): Promise<void>
}

/** @param environment settings on top of free ports and a recordings' folder */
export async function startWorld(
  environment: Record<string, string> = {},
  parts: Partial<ServeParts> = {},
  clock: Clock = systemClock,
): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'faults-'))
  const lines: LogLine[] = []
  const { log } = createLog({
    level: 'debug',
    showPrivate: false,
    write: (line) => void lines.push(JSON.parse(line)),
  })
  const config = readConfig({
    AUDIOSOCKET_PORT: '0',
    ADMIN_PORT: '0',
    ADMIN_TOKEN: testToken,
    RECORDINGS_DIR: dir,
    DATA_DIR: `${dir}.data`,
    RECORDINGS_MIN_FREE_MB: '0',
    TECHNICIANS: 'always',
    ...environment,
  })
  const server = await serve(config, log, clock, parts)
  return {
    server,
    dir,
    lines,
    metric: (name) => metricOf(server, name),
    async stop() {
      await server.stop()
      for (const one of [dir, `${dir}.data`]) await rm(one, { recursive: true, force: true })
    },
  }
}

export function metricOf(server: Server, name: string): number {
  let sum = 0
  for (const sample of server.metrics.snapshot()) {
    if (sample.name === name && 'value' in sample) sum += sample.value
  }
  return sum
}

/** A caller on the line, in real time. */
export class Telephone {
  /** Milliseconds at which frames came, those with sound and all. */
  readonly frameMs: number[] = []
  readonly audibleMs: number[] = []
  private call: SimulatedAsterisk | undefined

  private constructor(readonly callId: string) {}

  /** @returns when the first frame has come */
  static async dial(
    port: number,
    host = '127.0.0.1',
    callId: string = crypto.randomUUID(),
  ): Promise<Telephone> {
    const phone = new Telephone(callId)
    phone.call = await SimulatedAsterisk.call({
      host,
      port,
      callId: phone.callId,
      clock: systemClock,
      maxMs: 120_000,
      onFrame: (frame) => {
        const now = performance.now()
        phone.frameMs.push(now)
        if (isAudible(frame)) phone.audibleMs.push(now)
      },
    })
    let over = false
    phone.call.ended.then(() => (over = true)).catch(() => undefined)
    await until('the first frame', () => over || phone.frameMs.length > 0)
    return phone
  }

  get asterisk(): SimulatedAsterisk {
    if (!this.call) throw new Error('not dialled')
    return this.call
  }

  get ended(): SimulatedAsterisk['ended'] {
    return this.asterisk.ended
  }

  /** Waits for `frames` more frames, with or without sound. */
  async hears(frames: number, limitMs = 10_000): Promise<void> {
    const wanted = this.frameMs.length + frames
    await until(`${frames} more frames`, () => this.frameMs.length >= wanted, limitMs)
  }

  hangUp(): void {
    this.asterisk.hangUp()
  }
}

function isAudible(frame: Int16Array): boolean {
  for (let i = 0; i < frame.length; i++) if (frame[i] > 100 || frame[i] < -100) return true
  return false
}

/** Between two frames that followed each other. */
export function longestGapMs(atMs: readonly number[]): number {
  let longest = 0
  for (let i = 1; i < atMs.length; i++) longest = Math.max(longest, atMs[i] - atMs[i - 1])
  return longest
}
