// Tells the operator's own system what happens in calls (WEBHOOK_URL), signed as the Standard Webhooks specification
// says. Calls only add to a queue: a receiver that is slow, dead or wrong costs events, never a call.
//
// @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

import { createHmac } from 'node:crypto'
import type { Clock, Timer } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Counter, Gauge, Metrics } from '../base/metrics.ts'

type Send = (url: string, init: RequestInit) => Promise<Response>

export type WebhookOptions = {
  url: string
  /** `whsec_` and base64 of 24 to 64 bytes. */
  secret: string
  clock: Clock
  log: Log
  metrics: Metrics
  /** @returns a number from 0 to 1, for the spread of retries */
  random: () => number
  fetch?: Send
}

export type Webhooks = {
  /** @param type `call.started` @param data becomes JSON at once, so that it may change afterwards */
  send(type: string, callId: string, data: Record<string, unknown>): void
  /** Drops the events of a call that wait. */
  forget(callId: string): void
  /** Sends what waits once more, for at most `limitMs`. */
  close(limitMs: number): Promise<void>
}

type Event = {
  id: string
  callId: string
  body: string
  tries: number
  dueMs: number
  abort?: AbortController
}

/** Events that wait, those being sent included. The newest is dropped: a receiver that comes back gets a whole past. */
const capacity = 2_000
/** Requests at once: a receiver that takes its full time still gets one event every 2.5 s. */
const maxAtOnce = 4
const answerWithinMs = 10_000
/** Waits before each further try; then the event is given up. */
const retryMs = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000] as const
/** A receiver may ask for a longer wait (Retry-After), up to this. */
const longestWaitMs = 3_600_000

export const webhookSecret = /^whsec_[A-Za-z0-9+/]+={0,2}$/

/** @returns the key's bytes; undefined for a secret of another form or length */
export function webhookKey(secret: string): Buffer | undefined {
  if (!webhookSecret.test(secret)) return undefined
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  return key.length >= 24 && key.length <= 64 ? key : undefined
}

/** The header `webhook-signature`. @param atS Unix time in seconds */
export function signature(key: Buffer, id: string, atS: number, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${atS}.${body}`).digest('base64')}`
}

export const createWebhooks = (options: WebhookOptions): Webhooks => new Sender(options)

type Result = 'delivered' | 'retried' | 'dropped' | 'given_up'

class Sender implements Webhooks {
  private readonly key: Buffer
  private readonly waiting = new Set<Event>()
  private readonly sending = new Set<Event>()
  private readonly waitingGauge: Gauge
  private timer: Timer | undefined
  /** Logged once for each outage. */
  private isFailing = false
  /** The receiver answered 410: it wants no more. */
  private isGone = false
  private whenIdle: (() => void) | undefined

  /** @throws {RangeError} on a secret of another form */
  constructor(private readonly options: WebhookOptions) {
    const key = webhookKey(options.secret)
    if (key === undefined) throw new RangeError('the secret is not whsec_ and base64 of 24 to 64 bytes')
    this.key = key
    for (const result of ['delivered', 'retried', 'dropped', 'given_up'] as const) this.total(result)
    this.waitingGauge = options.metrics.gauge('webhook_events_waiting', 'Events that wait for WEBHOOK_URL')
  }

  send(type: string, callId: string, data: Record<string, unknown>): void {
    const { clock } = this.options
    if (this.isGone || this.waiting.size >= capacity) {
      this.total('dropped').add()
      return
    }
    const timestamp = new Date(clock.wallMs()).toISOString()
    const body = JSON.stringify({ type, timestamp, data: { callId, ...data } })
    this.waiting.add({ id: `msg_${crypto.randomUUID()}`, callId, body, tries: 0, dueMs: clock.now() })
    this.waitingGauge.value = this.waiting.size
    // Not in the call's own turn of the loop.
    setImmediate(() => this.work())
  }

  forget(callId: string): void {
    for (const event of this.waiting) if (event.callId === callId) this.drop(event)
  }

  async close(limitMs: number): Promise<void> {
    const { clock, log } = this.options
    for (const event of this.waiting) event.dueMs = Math.min(event.dueMs, clock.now())
    this.work()
    if (this.sending.size > 0) {
      const done = Promise.withResolvers<void>()
      this.whenIdle = done.resolve
      const limit = clock.at(clock.now() + limitMs, done.resolve)
      await done.promise
      limit.cancel()
    }
    this.timer?.cancel()
    if (this.waiting.size > 0) log.warn('webhooks were not sent', { events: this.waiting.size })
    this.isGone = true
    for (const event of this.waiting) this.drop(event)
  }

  private total(result: Result): Counter {
    const help = 'Events for WEBHOOK_URL by what became of them'
    return this.options.metrics.counter('webhook_events_total', help, { result })
  }

  private remove(event: Event): void {
    this.waiting.delete(event)
    this.waitingGauge.value = this.waiting.size
  }

  private drop(event: Event): void {
    this.remove(event)
    event.abort?.abort()
  }

  private work(): void {
    const { clock } = this.options
    this.timer?.cancel()
    this.timer = undefined
    let nextMs = Number.POSITIVE_INFINITY
    for (const event of this.waiting) {
      if (this.sending.size >= maxAtOnce) return
      if (this.sending.has(event)) continue
      if (event.dueMs <= clock.now()) void this.deliver(event)
      else nextMs = Math.min(nextMs, event.dueMs)
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.timer = clock.at(nextMs, () => this.work())
  }

  /** One try. Never rejects. */
  private async deliver(event: Event): Promise<void> {
    const { clock } = this.options
    this.sending.add(event)
    event.tries++
    const abort = new AbortController()
    event.abort = abort
    const late = Promise.withResolvers<never>()
    const limit = clock.at(clock.now() + answerWithinMs, () => {
      late.reject(new Error(`no answer within ${answerWithinMs} ms`))
      abort.abort()
    })
    let askedMs = 0
    try {
      const response = await Promise.race([this.post(event, abort.signal), late.promise])
      // Nothing in the body matters, and it may never end.
      void response.body?.cancel().catch(() => undefined)
      if (response.status === 410) this.isGone = true
      askedMs = Number(response.headers.get('retry-after') ?? 0) * 1_000
      if (!response.ok) throw new Error(`answered ${response.status}`)
      this.total('delivered').add()
      this.isFailing = false
      this.remove(event)
    } catch (error) {
      if (this.waiting.has(event)) this.failed(event, error, askedMs)
    } finally {
      limit.cancel()
      this.sending.delete(event)
      if (this.sending.size === 0) this.whenIdle?.()
      this.work()
    }
  }

  private post({ id, body }: Event, signal: AbortSignal): Promise<Response> {
    const { url, clock, fetch: send = fetch } = this.options
    const atS = Math.floor(clock.wallMs() / 1_000)
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(atS),
      'webhook-signature': signature(this.key, id, atS, body),
    }
    return send(url, { method: 'POST', headers, body, redirect: 'manual', signal })
  }

  private failed(event: Event, error: unknown, askedMs: number): void {
    const { url, clock, log, random } = this.options
    const facts = { host: URL.parse(url)?.host, error: errorText(error), waiting: this.waiting.size }
    if (this.isGone) log.warn('the receiver of webhooks wants no more', facts)
    else if (!this.isFailing) log.warn('a webhook was not taken', facts)
    this.isFailing = true
    const pauseMs = retryMs[event.tries - 1]
    if (this.isGone || pauseMs === undefined) {
      const given = this.isGone ? [...this.waiting] : [event]
      for (const each of given) this.remove(each)
      this.total('given_up').add(given.length)
      return
    }
    this.total('retried').add()
    // Spread, so that a receiver that comes back does not get all of them at once.
    const wantedMs = Number.isFinite(askedMs) ? Math.max(pauseMs, askedMs) : pauseMs
    event.dueMs = clock.now() + Math.min(wantedMs, longestWaitMs) * (1 + random() / 5)
  }
}
