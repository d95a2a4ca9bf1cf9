// OpenTelemetry spans as the OTLP protocol writes them in JSON. Pure.
//
// @see https://opentelemetry.io/docs/specs/otlp/#otlphttp

import type { TurnLatency } from '../../call/events.ts'

type Attribute = { key: string; value: { stringValue: string } | { doubleValue: number } }

export type Span = {
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

/**
 * The span of one turn, from the end of the caller's speech to the first frame of the reply.
 *
 * @param endMs wall clock, when the reply's first frame left
 * @returns undefined when the turn had no reply
 */
export function turnSpan(
  callId: string,
  ids: { spanId: string; parentSpanId: string },
  latency: TurnLatency,
  endMs: number,
): Span | undefined {
  const { turn, ...stages } = latency
  const total = stages.firstFrame
  if (total === undefined) return undefined
  const startMs = endMs - total
  return {
    traceId: traceIdOf(callId),
    ...ids,
    name: 'turn',
    kind: 1,
    startTimeUnixNano: nano(startMs),
    endTimeUnixNano: nano(endMs),
    attributes: [
      number('turn', turn),
      ...Object.entries(stages).map(([name, ms]) => number(`${name}_ms`, ms ?? 0)),
    ],
    events: Object.entries(stages).map(([name, ms]) => ({ name, timeUnixNano: nano(startMs + (ms ?? 0)) })),
  }
}

/** The span of a whole call: the parent of its turns. Times are those of the wall clock. */
export function callSpan(
  callId: string,
  spanId: string,
  outcome: string,
  startMs: number,
  endMs: number,
): Span {
  return {
    traceId: traceIdOf(callId),
    spanId,
    name: 'call',
    kind: 1,
    startTimeUnixNano: nano(startMs),
    endTimeUnixNano: nano(endMs),
    attributes: [text('outcome', outcome)],
    events: [],
  }
}

/** The body of an export request. */
export function exportBody(serviceName: string, version: string, spans: readonly Span[]): unknown {
  const attributes = [text('service.name', serviceName), text('service.version', version)]
  const scopeSpans = [{ scope: { name: serviceName, version }, spans }]
  return { resourceSpans: [{ resource: { attributes }, scopeSpans }] }
}

/** A UUID without hyphens has exactly the form of a trace id. */
export const traceIdOf = (callId: string): string => callId.replaceAll('-', '')
const nano = (wallMs: number): string => (BigInt(Math.round(wallMs * 1_000)) * 1_000n).toString()
const number = (key: string, value: number): Attribute => ({ key, value: { doubleValue: value } })
const text = (key: string, value: string): Attribute => ({ key, value: { stringValue: value } })
