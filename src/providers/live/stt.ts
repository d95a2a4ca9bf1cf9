// A live recogniser as `Stt`: one link per call, and what all links of one adapter share.

import type { Clock } from '../../base/clock.ts'
import type { Metrics } from '../../base/metrics.ts'
import type { Stt, SttHints, SttOpen, SttSession } from '../stt.ts'
import { Sweep } from '../sweep.ts'
import { audioUsage, type Billed } from '../usage.ts'
import type { FrameVad } from '../utterance.ts'
import { createReconnectBound, createReplayBound } from './bounds.ts'
import { LiveLink } from './link.ts'
import { OwnTurns } from './own-turns.ts'
import { ServerHabits } from './server-habits.ts'
import {
  type Dialect,
  type LinkShared,
  type LinkTuning,
  linkCounters,
  linkDefaults,
  type Relief,
} from './tuning.ts'

export type LiveDeps = {
  clock: Clock
  random: () => number
  metrics: Metrics
  createVad: () => FrameVad
  relief?: Relief
}
export type LiveOptions = {
  /** Words to expect in every state of the dialogue. */
  keyterms: readonly string[]
  tuning: Partial<LinkTuning>
  /** Whether the server gets the dialect's `finalize`; `auto`, the default, until it refuses it. */
  finalize?: '0' | '1' | 'auto'
  billed?: Billed
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
    sentS: options.billed && audioUsage(deps.metrics, options.billed),
    sweep: new Sweep(deps.clock),
    relief: deps.relief ?? { chunkMs: 0 },
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
    billed: options.billed,
    open(asked: SttOpen) {
      const first: SttHints = { keyterms: always, expect: 'open' }
      const spoken = dialect(asked)
      const { endsTurns } = spoken
      let link: LiveLink | undefined
      const turns = endsTurns && new OwnTurns(deps.createVad(), asked.onEvent, () => link?.finalizeJudged())
      const opened = new LiveLink(spoken, tuning, shared, deps.clock, deps.random, {
        ...asked,
        hints: first,
        onEvent: (event) => (turns && !endsTurns() ? turns.hear(event) : asked.onEvent(event)),
        onFrame: turns && ((frame) => endsTurns() || turns.write(frame)),
      })
      link = opened
      const session: SttSession = {
        hint(hints) {
          if (turns) turns.expect = hints.expect
          opened.hint(withAlways(hints))
        },
        finalize: () => opened.finalize(),
        answered: () => opened.answered(),
        coveredTo: () => opened.coveredTo(),
        answeredTo: () => opened.answeredTo(),
        close() {
          sessions.delete(session)
          opened.close()
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
