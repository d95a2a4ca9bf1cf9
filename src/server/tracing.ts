// Turns as OpenTelemetry spans, sent by OTLP over HTTP with JSON, when OTEL_EXPORTER_OTLP_ENDPOINT is set. One trace a
// call, one span a turn, one event a stage. Written here rather than taken from the SDK, whose four packages add
// 26 MB to an install that shall stay under 300, for a format of one nested object.
//
// @see https://opentelemetry.io/docs/specs/otlp/#otlphttp

import type { Clock, Timer } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { BoundedQueue } from '../base/queue.ts'
import type { PublicCallEvent } from '../calls/views.ts'

export type TracingOptions = {
  /** Base URL of the collector: `http://127.0.0.1:4318`. */
  endpoint: string
  serviceName: string
  version: string
  clock: Clock
  log: Log
  /** Hexadecimal digits of a span's id. */
  randomId: (bytes: number) => string
  fetch?: (
    url: string,
    init: { method: string; headers: Record<string, string>; body: string },
  ) => Promise<Response>
}

export type Tracing = {
  take(event: PublicCallEvent): void
  /** Sends what is waiting. */
  flush(): Promise<void>
  close(): Promise<void>
  readonly dropped: number
}

type Attribute = { key: string; value: { stringValue: string } | { doubleValue: number } }
type Span = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: 1
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: Attribute[]
  events: { name: string; timeUnixNano: string }[]
}

/** Spans kept until they are sent; a collector that is away costs the oldest. */
const waitingSpans = 2_048
const sendEveryMs = 5_000

export function startTracing(options: TracingOptions): Tracing {
  const { clock, log, randomId } = options
  const send = options.fetch ?? ((url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(10_000) }))
  const url = new URL('v1/traces', options.endpoint.endsWith('/') ? options.endpoint : `${options.endpoint}/`)
    .href
  const spans = new BoundedQueue<Span>(waitingSpans, 'dropOldest')
  const roots = new Map<string, { spanId: string; startedMs: number }>()
  let timer: Timer | undefined
  let failing = false

  const nano = (wallMs: number): string => (BigInt(Math.round(wallMs * 1_000)) * 1_000n).toString()
  const traceId = (callId: string): string => callId.replaceAll('-', '')

  const turnSpan = (event: Extract<PublicCallEvent, { kind: 'latency' }>): Span | undefined => {
    const root = roots.get(event.callId)
    const { turn, ...stages } = event.latency
    const total = stages.firstFrame
    if (!root || total === undefined) return undefined
    const startMs = clock.wallMs() - total
    return {
      traceId: traceId(event.callId),
      spanId: randomId(8),
      parentSpanId: root.spanId,
      name: 'turn',
      kind: 1,
      startTimeUnixNano: nano(startMs),
      endTimeUnixNano: nano(startMs + total),
      attributes: [
        number('turn', turn),
        ...Object.entries(stages).map(([name, ms]) => number(`${name}_ms`, ms ?? 0)),
      ],
      events: Object.entries(stages).map(([name, ms]) => ({ name, timeUnixNano: nano(startMs + (ms ?? 0)) })),
    }
  }

  const rootSpan = (event: Extract<PublicCallEvent, { kind: 'ended' }>): Span | undefined => {
    const root = roots.get(event.callId)
    if (!root) return undefined
    roots.delete(event.callId)
    return {
      traceId: traceId(event.callId),
      spanId: root.spanId,
      name: 'call',
      kind: 1,
      startTimeUnixNano: nano(root.startedMs),
      endTimeUnixNano: nano(clock.wallMs()),
      attributes: [{ key: 'outcome', value: { stringValue: event.outcome } }],
      events: [],
    }
  }

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
        body: JSON.stringify(body(options, batch)),
      })
      if (!response.ok) throw new Error(`the collector answered ${response.status}`)
      failing = false
    } catch (error) {
      // Once, until it works again: a collector that is away is no news every five seconds.
      if (!failing) log.warn('spans could not be sent', { error: errorText(error), spans: batch.length })
      failing = true
    }
  }

  const keep = (span: Span | undefined) => {
    if (!span) return
    spans.push(span)
    timer ??= clock.at(clock.now() + sendEveryMs, () => void flush())
  }

  return {
    get dropped() {
      return spans.dropped
    },
    flush,
    take(event) {
      if (event.kind === 'started')
        roots.set(event.callId, { spanId: randomId(8), startedMs: clock.wallMs() })
      if (event.kind === 'latency') keep(turnSpan(event))
      if (event.kind === 'ended') keep(rootSpan(event))
    },
    async close() {
      await flush()
    },
  }
}

const number = (key: string, value: number): Attribute => ({ key, value: { doubleValue: value } })

function body({ serviceName, version }: TracingOptions, spans: Span[]): unknown {
  const attributes = [
    { key: 'service.name', value: { stringValue: serviceName } },
    { key: 'service.version', value: { stringValue: version } },
  ]
  return {
    resourceSpans: [
      { resource: { attributes }, scopeSpans: [{ scope: { name: serviceName, version }, spans }] },
    ],
  }
}
