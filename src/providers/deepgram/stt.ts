// Deepgram as recogniser: nova over `/v1/listen`, Flux over `/v2/listen`, or a local server that speaks the same.

import type { DeepgramClient } from '@deepgram/sdk'
import type { Clock } from '../../base/clock.ts'
import type { Metrics } from '../../base/metrics.ts'
import type { Stt, SttHints, SttOpen, SttSession } from '../stt.ts'
import { createReconnectBound, createReplayBound } from './bounds.ts'
import { DeepgramLink } from './link.ts'
import { SendBatch } from './send-batch.ts'
import { ServerHabits } from './server-habits.ts'
import { sdkConnect } from './socket.ts'
import { type Dialect, type LinkShared, type LinkTuning, linkCounters, linkDefaults } from './tuning.ts'
import {
  type FluxSettings,
  finalize,
  fluxConfigure,
  fluxQuery,
  keepAlive,
  type NovaSettings,
  novaConfigure,
  novaQuery,
  readFlux,
  readNova,
  type StreamCall,
} from './wire.ts'

type Client = () => Promise<DeepgramClient>
export type DeepgramDeps = { clock: Clock; random: () => number; metrics: Metrics }
export type DeepgramOptions = {
  /** Words to expect in every state of the dialogue. */
  keyterms: readonly string[]
  tuning: Partial<LinkTuning>
  /** Whether nova gets `Finalize`; `auto` until the server refuses it. */
  finalize?: '0' | '1' | 'auto'
}

/** nova: words with punctuation, ended by `speech_final` and `UtteranceEnd`. */
export function createNova(
  client: Client,
  settings: NovaSettings,
  options: DeepgramOptions,
  deps: DeepgramDeps,
): Stt {
  return createStt('deepgram', options, deps, (call) => ({
    connect: sdkConnect(client, 'v1', (hints) => novaQuery(settings, call, hints)),
    read: readNova,
    keepAlive,
    finalize,
    configure: (hints) => novaConfigure(settings, hints),
    reopens: true,
    rateHz: settings.rateHz,
  }))
}

/** Flux: the vendor ends the turns, and announces early when a turn is probably over. */
export function createFlux(
  client: Client,
  settings: FluxSettings,
  options: DeepgramOptions,
  deps: DeepgramDeps,
): Stt {
  return createStt('flux', options, deps, (call) => ({
    connect: sdkConnect(client, 'v2', (hints) => fluxQuery(settings, call, hints)),
    read: readFlux,
    configure: (hints) => fluxConfigure(settings, hints),
    rateHz: settings.rateHz,
  }))
}

function createStt(
  name: string,
  options: DeepgramOptions,
  deps: DeepgramDeps,
  dialect: (call: StreamCall) => Dialect,
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
      const link = new DeepgramLink(
        dialect(asked),
        tuning,
        shared,
        deps.clock,
        deps.random,
        first,
        asked.onEvent,
      )
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
