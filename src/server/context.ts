// What every part of the server is built from.

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Config } from '../config.ts'
import type { Disk } from '../recording/disk.ts'
import type { Memories } from './memories.ts'

export type ServerRelief = {
  /** Overload: work that can wait does wait, the voice's phrases, the archive, interim words on the page. */
  holdsSecondChoice: boolean
  /** The day's budget is spent: calls that begin now, and work that can wait, ask no vendor. */
  spendsNothing: boolean
}
export const createRelief = (): ServerRelief => ({ holdsSecondChoice: false, spendsNothing: false })

export type ServerContext = {
  config: Config
  clock: Clock
  log: Log
  metrics: Metrics
  /** What is impaired though calls can be taken: a sentence by a name of its own. `/readyz` lists the sentences. */
  degraded: Map<string, string>
  /** What overload and a spent budget change while calls go on. */
  relief: ServerRelief
  /** How to forget a call, everywhere. */
  memories: Memories
}

/** What a test passes in place of the real threads and disk, and what main.ts knows of the process. */
export type ServeParts = {
  audioWorker: URL | (() => Worker)
  voiceWorker: () => Worker
  earsWorker: () => Worker
  disk: Disk
  /** How long another machine of the cluster may take to answer; a test's machines share two busy cores. */
  peerMs: number
  /** Sentences about dangerous settings (config/dangers.ts), which the log and `/readyz` name. */
  dangers: readonly string[]
}
