// What runs beside the calls: traces of turns, the night's work on the recordings, deleting old ones, and collecting
// garbage while the server is idle.

import { version } from '../../package.json'
import type { Cluster } from '../cluster/cluster.ts'
import type { Search } from '../recording/search/search.ts'
import type { CallParts } from './calls.ts'
import { findParts } from './cluster.ts'
import type { ServerContext } from './context.ts'
import { collectWhenIdle } from './idle-gc.ts'
import { scheduleNightly } from './records/nightly.ts'
import { startRetention } from './records/retention.ts'
import { startTracing } from './tracing/tracing.ts'

/** Idle time, without a live call, after which garbage is collected. */
const idleMs = 2_000

/**
 * @param cannotArchive why recordings cannot become MP3; undefined when they can
 * @returns a stop function, which first sends the spans that wait
 */
export function startBackground(
  context: ServerContext,
  { registry, capacity }: Pick<CallParts, 'registry' | 'capacity'>,
  cannotArchive: string | undefined,
  search: Search,
  cluster: Cluster | undefined,
): () => Promise<void> {
  const { config, clock, log, metrics, memories } = context
  const liveCalls = () => registry.liveCalls
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT
  const tracing =
    endpoint === ''
      ? undefined
      : startTracing({
          endpoint,
          serviceName: 'wouippleul-voicebot',
          version,
          clock,
          log,
          randomId: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)).toHex(),
        })
  if (tracing) memories.add((callId) => tracing.forget(callId))
  if (tracing) registry.subscribe('all', (event) => tracing.take(event))
  const stopNightly = scheduleNightly(config, {
    log,
    metrics,
    liveCalls,
    maxCalls: () => capacity.limit,
    isHeld: () => context.relief.holdsSecondChoice,
    cannotArchive,
  })
  const retention = startRetention(
    context,
    (callId) => registry.isBeingWritten(callId),
    () => search.dropGone(),
    cluster && findParts(config, search, cluster),
  )
  const stopCollecting = collectWhenIdle({
    clock,
    liveCalls,
    onEnded: (ended) => registry.subscribe('all', (event) => event.kind === 'ended' && ended()),
    collect: () => Bun.gc(true),
    idleMs,
  })
  return async () => {
    stopNightly()
    retention.stop()
    stopCollecting()
    await tracing?.close()
  }
}
