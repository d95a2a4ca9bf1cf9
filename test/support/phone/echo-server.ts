// The AudioSocket server under test, with a minimal call behind it that echoes frames and records its events.

import type { AudioSocketConnection } from '../../../src/audiosocket/connection.ts'
import { AudioSocketServer, type ServerOptions } from '../../../src/audiosocket/server.ts'
import { type Log, silentLog } from '../../../src/base/log.ts'
import { Metrics } from '../../../src/base/metrics.ts'
import { FakeClock } from '../lab/fake-clock.ts'

export type Seen = {
  connection: AudioSocketConnection
  frames: number
  silentFrames: number
  keys: string
  closed: string[]
}

/** The call of these tests: echoes frames, notes keys. */
export function startEcho(options: Partial<ServerOptions> = {}) {
  const clock = new FakeClock()
  const metrics = new Metrics()
  const calls = new Map<string, Seen>()
  const refused: string[] = []
  const failed: unknown[] = []
  const log: Log = {
    ...silentLog,
    warn: (_text, fields) => refused.push(String(fields?.reason)),
    error: (_text, fields) => failed.push(fields?.error),
  }
  const onCall = (connection: AudioSocketConnection) => {
    const seen: Seen = { connection, frames: 0, silentFrames: 0, keys: '', closed: [] }
    calls.set(connection.callId, seen)
    connection.listener = {
      audio: (frame) => {
        seen.frames++
        if (frame.every((sample) => sample === 0)) seen.silentFrames++
        connection.sendFrame(frame)
      },
      key: (key) => {
        seen.keys += key
      },
      closed: (reason) => seen.closed.push(reason),
    }
  }
  const server = new AudioSocketServer({ port: 0, clock, metrics, log, onCall, ...options })
  const count = (name: string) => {
    const sample = metrics.snapshot().find((one) => one.name === `audiosocket_${name}_total`)
    return sample && 'value' in sample ? sample.value : -1
  }
  servers.push(server)
  return { clock, server, calls, refused, failed, count, onCall }
}

const servers: AudioSocketServer[] = []

/** Closes every server that a test started: for `afterEach`. */
export function closeServers(): void {
  for (const server of servers.splice(0)) server.close()
}
