// Tells the operator's own system what happens in calls (WEBHOOK_URL), signed as the Standard Webhooks specification
// says. Calls only add to a queue: a receiver that is slow, dead or wrong costs events, never a call.
//
// @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

import type { Clock, Timer } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Counter, Gauge, Metrics } from '../base/metrics.ts'
import { signature, webhookKey } from './webhook-signature.ts'

type Send = (url: string, init: RequestInit) => Promise<Response>

export type WebhookOptions = {
  url: string
  /** `whsec_` and base64 of 24 to 64 bytes. */
  secret: string
  clock: Clock
  log: Log
  metrics: Metrics
  /** What `/readyz` names: that the receiver wants no more events. */
  degraded: Map<string, string>
  /** @returns a number from 0 to 1, for the spread of retries */
  random: () => number
  fetch?: Send
}

export type Webhooks = {
  /** @param type `call.started` @param data becomes JSON at once, so that it may change afterwards */
  send(type: string, callId: string, data: Record<string, unknown>): void
  /** Drops the events of a call that wait. */
  forget(callId: string): void
  /** Sends what waits, again and again for at most `limitMs`; what is left is dropped and counted. */
  close(limitMs: number): Promise<void>
}

type Event = {
  id: string
  callId: string
  body: string
  bornMs: number
  tries: number
  dueMs: number
  abort?: AbortController
}

/** Events that wait, those being sent included. The oldest is dropped: a receiver that comes back needs the present. */
const capacity = 2_000
/** Requests at once, of different calls: a receiver that takes its full time still gets one event every 2.5 s. */
const maxAtOnce = 4
const answerWithinMs = 10_000
/** Waits before each further try; then the event is given up. */
const retryMs = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000] as const
/** A receiver may ask for a longer wait (Retry-After), up to this. */
const longestWaitMs = 3_600_000
/** An older event is given up: twice what all waits are together, unless the receiver asks for longer ones. */
const longestLifeMs = 4 * 3_600_000
/** The only wait while the server ends. */
const endingRetryMs = 500

export const createWebhooks = (options: WebhookOptions): Webhooks => new Sender(options)

type Result = 'delivered' | 'retried' | 'dropped' | 'given_up'

class Sender implements Webhooks {
  private readonly key: Buffer
  private readonly waiting = new Set<Event>()
  /** By their calls: of each call one at a time, so that a receiver that works gets them in order. */
  private readonly sending = new Map<string, Event>()
  private readonly waitingGauge: Gauge
  private timer: Timer | undefined
  /** Logged once for each outage. */
  private isFailing = false
  /** Further events are dropped: the receiver answered 410, or the server has ended. */
  private isOver = false
  /** Set while the server ends; called when nothing waits any more. */
  private whenNothingWaits: (() => void) | undefined

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
    if (this.isOver) {
      this.total('dropped').add()
      return
    }
    if (this.waiting.size >= capacity) this.dropOldest()
    const timestamp = new Date(clock.wallMs()).toISOString()
    const body = JSON.stringify({ type, timestamp, data: { callId, ...data } })
    const nowMs = clock.now()
    this.waiting.add({
      ...{ id: `msg_${crypto.randomUUID()}`, callId, body, tries: 0 },
      ...{ bornMs: nowMs, dueMs: nowMs },
    })
    this.waitingGauge.value = this.waiting.size
    // Not in the call's own turn of the loop.
    setImmediate(() => this.work())
  }

  forget(callId: string): void {
    for (const event of this.waiting) if (event.callId === callId) this.drop(event)
  }

  async close(limitMs: number): Promise<void> {
    const { clock, log } = this.options
    const nothingWaits = Promise.withResolvers<void>()
    this.whenNothingWaits = nothingWaits.resolve
    for (const event of this.waiting) event.dueMs = Math.min(event.dueMs, clock.now())
    this.work()
    const limit = clock.at(clock.now() + limitMs, nothingWaits.resolve)
    await nothingWaits.promise
    limit.cancel()
    this.isOver = true
    this.timer?.cancel()
    if (this.waiting.size === 0) return
    log.warn('webhooks were not sent', { events: this.waiting.size })
    this.removeAll('dropped')
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

  private dropOldest(): void {
    for (const event of this.waiting) {
      // The receiver may have taken the one that is being sent.
      if (event.abort) continue
      this.drop(event)
      this.total('dropped').add()
      return
    }
  }

  private removeAll(result: Result): void {
    this.total(result).add(this.waiting.size)
    for (const event of this.waiting) this.drop(event)
  }

  private giveUp(event: Event): void {
    this.drop(event)
    this.total('given_up').add()
  }

  private work(): void {
    const { clock } = this.options
    this.timer?.cancel()
    this.timer = undefined
    let nextMs = Number.POSITIVE_INFINITY
    for (const event of this.waiting) {
      if (this.sending.size >= maxAtOnce) return
      if (this.sending.has(event.callId)) continue
      if (clock.now() - event.bornMs > longestLifeMs) this.giveUp(event)
      else if (event.dueMs <= clock.now()) void this.deliver(event)
      else nextMs = Math.min(nextMs, event.dueMs)
    }
    if (this.waiting.size === 0) this.whenNothingWaits?.()
    if (nextMs < Number.POSITIVE_INFINITY) this.timer = clock.at(nextMs, () => this.work())
  }

  /** One try. Never rejects. */
  private async deliver(event: Event): Promise<void> {
    const { clock } = this.options
    this.sending.set(event.callId, event)
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
      askedMs = Number(response.headers.get('retry-after') ?? 0) * 1_000
      if (response.status === 410) this.gone()
      if (!response.ok) throw new Error(`answered ${response.status}`)
      this.isFailing = false
      // Otherwise it was dropped meanwhile, and counted.
      if (this.waiting.has(event)) this.total('delivered').add()
      this.remove(event)
    } catch (error) {
      if (this.waiting.has(event)) this.failed(event, error, askedMs)
    } finally {
      limit.cancel()
      event.abort = undefined
      this.sending.delete(event.callId)
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
    if (!this.isFailing) log.warn('a webhook was not taken', facts)
    this.isFailing = true
    const pauseMs = this.whenNothingWaits ? endingRetryMs : retryMs[event.tries - 1]
    if (pauseMs === undefined) {
      this.giveUp(event)
      return
    }
    // Spread, so that a receiver that comes back does not get all of them at once.
    // A date of Retry-After is no number of seconds, and changes nothing.
    const wantedMs = Math.max(Number.isFinite(askedMs) ? askedMs : 0, pauseMs)
    event.dueMs = clock.now() + Math.min(wantedMs, longestWaitMs) * (1 + random() / 5)
    if (event.dueMs - event.bornMs > longestLifeMs) this.giveUp(event)
    else this.total('retried').add()
  }

  /** The receiver answered 410 Gone, by which the specification means that it wants no more events. */
  private gone(): void {
    const { url, log, degraded } = this.options
    this.isOver = true
    log.warn('the receiver of webhooks wants no more', {
      host: URL.parse(url)?.host,
      waiting: this.waiting.size,
    })
    degraded.set(
      'webhooks',
      'webhooks: the receiver answered 410 Gone: no events are sent until the next start',
    )
    this.removeAll('given_up')
  }
}
