// Sends turns as OpenTelemetry spans (OTLP over HTTP, JSON) when OTEL_EXPORTER_OTLP_ENDPOINT is set: one trace per
// call, one span per turn, one event per stage. Written here instead of using the SDK, whose four packages would add 26
// MB to an install that must stay under 300 MB, for a format that is one nested object.

import type { Clock, Timer } from '../../base/clock.ts'
import { errorText } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { BoundedQueue } from '../../base/queue.ts'
import type { PublicCallEvent } from '../../calls/views.ts'
import { callSpan, exportBody, type Span, traceIdOf, turnSpan } from './spans.ts'

export type TracingOptions = {
  /** Base URL of the collector: `http://127.0.0.1:4318`. */
  endpoint: string
  serviceName: string
  version: string
  clock: Clock
  log: Log
  /** @returns the hexadecimal digits of a random id of so many bytes */
  randomId: (bytes: number) => string
  fetch?: (
    url: string,
    init: { method: string; headers: Record<string, string>; body: string },
  ) => Promise<Response>
}

export type Tracing = {
  take(event: PublicCallEvent): void
  /** Drops the spans of a call that wait. */
  forget(callId: string): void
  /** Sends the spans that wait. */
  flush(): Promise<void>
  close(): Promise<void>
  readonly dropped: number
}

/** Spans kept until they are sent; while the collector is unreachable, the oldest are dropped. */
const waitingSpans = 2_048
const sendEveryMs = 5_000

export function startTracing(options: TracingOptions): Tracing {
  const { clock, log, randomId, serviceName, version } = options
  const send = options.fetch ?? ((url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(10_000) }))
  const url = new URL('v1/traces', options.endpoint.endsWith('/') ? options.endpoint : `${options.endpoint}/`)
    .href
  const spans = new BoundedQueue<Span>(waitingSpans, 'dropOldest')
  /** Span of each live call. */
  const roots = new Map<string, { spanId: string; startedMs: number }>()
  let timer: Timer | undefined
  let failing = false

  const flush = async (): Promise<void> => {
    timer?.cancel()
    timer = undefined
    const batch: Span[] = []
    for (let span = spans.shift(); span; span = spans.shift()) batch.push(span)
    if (batch.length === 0) return
    try {
      const headers = { 'content-type': 'application/json' }
      const response = await send(url, {
        method: 'POST',
        headers,
        body: JSON.stringify(exportBody(serviceName, version, batch)),
      })
      if (!response.ok) throw new Error(`the collector answered ${response.status}`)
      failing = false
    } catch (error) {
      // Logged once per outage, not every five seconds.
      if (!failing) log.warn('spans could not be sent', { error: errorText(error), spans: batch.length })
      failing = true
    }
  }

  const keep = (span: Span) => {
    spans.push(span)
    timer ??= clock.at(clock.now() + sendEveryMs, () => void flush())
  }

  return {
    get dropped() {
      return spans.dropped
    },
    flush,
    take(event) {
      const { callId } = event
      if (event.kind === 'started') roots.set(callId, { spanId: randomId(8), startedMs: clock.wallMs() })
      const root = roots.get(callId)
      if (!root) return
      if (event.kind === 'latency') {
        const ids = { spanId: randomId(8), parentSpanId: root.spanId }
        const span = turnSpan(callId, ids, event.latency, clock.wallMs())
        if (span) keep(span)
      }
      if (event.kind === 'ended') {
        roots.delete(callId)
        keep(callSpan(callId, root.spanId, event.outcome, root.startedMs, clock.wallMs()))
      }
    },
    forget(callId) {
      const traceId = traceIdOf(callId)
      const others: Span[] = []
      for (let span = spans.shift(); span; span = spans.shift())
        if (span.traceId !== traceId) others.push(span)
      for (const span of others) spans.push(span)
    },
    async close() {
      await flush()
    },
  }
}
