// A live recogniser as `Stt`: one link per call, and what all links of one adapter share.

import type { Clock } from '../../base/clock.ts'
import type { Metrics } from '../../base/metrics.ts'
import type { Stt, SttHints, SttOpen, SttSession } from '../stt.ts'
import { createReconnectBound, createReplayBound } from './bounds.ts'
import { LiveLink } from './link.ts'
import { SendBatch } from './send-batch.ts'
import { ServerHabits } from './server-habits.ts'
import { type Dialect, type LinkShared, type LinkTuning, linkCounters, linkDefaults } from './tuning.ts'

export type LiveDeps = { clock: Clock; random: () => number; metrics: Metrics }
export type LiveOptions = {
  /** Words to expect in every state of the dialogue. */
  keyterms: readonly string[]
  tuning: Partial<LinkTuning>
  /** Whether the server gets the dialect's `finalize`; `auto`, the default, until it refuses it. */
  finalize?: '0' | '1' | 'auto'
}

/** @param name of the adapter. @param dialect makes the dialect of one call */
export function createLiveStt(
  name: string,
  options: LiveOptions,
  deps: LiveDeps,
  dialect: (call: Pick<SttOpen, 'language' | 'callId'>) => Dialect,
): Stt {
  const tuning = { ...linkDefaults, ...options.tuning }
  const shared: LinkShared = {
    name,
    counters: linkCounters(name, deps.metrics),
    batch: new SendBatch(deps.clock, tuning.batchMs),
    habits: new ServerHabits(options.finalize),
    reconnects: createReconnectBound(deps.clock),
    replay: createReplayBound(deps.clock),
  }
  const always = options.keyterms
  const withAlways = (hints: SttHints): SttHints => ({ ...hints, keyterms: [...always, ...hints.keyterms] })
  const sessions = new Set<SttSession>()
  return {
    name,
    hearsWords: true,
    open(asked: SttOpen) {
      const first: SttHints = { keyterms: always, expect: 'open' }
      const link = new LiveLink(dialect(asked), tuning, shared, deps.clock, deps.random, first, asked.onEvent)
      const session: SttSession = {
        write: (frame) => link.write(frame),
        hint: (hints) => link.hint(withAlways(hints)),
        finalize: () => link.finalize(),
        answered: () => link.answered(),
        pending: () => link.pending(),
        close() {
          sessions.delete(session)
          link.close()
        },
      }
      sessions.add(session)
      return session
    },
    close() {
      for (const session of sessions) session.close()
    },
  }
}
