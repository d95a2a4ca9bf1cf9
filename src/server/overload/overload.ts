// Watches how late the server's own work is, every 250 ms, from the histograms that the metrics show; takes the steps
// of relief, shows each, and says whether one more call may begin. What to do is decided in access/overload.ts and
// access/ramp.ts.

import { FullSign } from '../../access/full-sign.ts'
import {
  judgeOverload,
  type Lateness,
  notOverloaded,
  type Overload,
  overloadDefaults,
  reliefSteps,
  uses,
} from '../../access/overload.ts'
import { ceilingAfter, RampShares, rampCredit } from '../../access/ramp.ts'
import { judgeCounters, type VoiceJudge } from '../../audio/voice-judge.ts'
import type { Timer } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Counter, Metrics } from '../../base/metrics.ts'
import type { Ticker } from '../../call/sound/ticker.ts'
import { callMetrics } from '../../calls/call-metrics.ts'
import { type RefusalReason, refusalReasons } from '../../calls/refusal-reason.ts'
import type { Ears } from '../../providers/ears/ears.ts'
import type { ServerContext } from '../context.ts'
import type { Capacity } from './capacity.ts'
import { HistogramWindow } from './histogram-window.ts'

export const lookEveryMs = 250
/** Turns are few: two seconds of them are looked at, and less than five say nothing. */
const turnLooks = 8
const leastTurns = 5
/** So few calls do not load a machine: what makes them late is not theirs, and refusing another relieves nothing. */
export const alwaysTaken = 8
/** Audio in one message to the recogniser, in ms, in place of 80: half the messages, and words come 80 ms later. */
const relievedChunkMs = 160

const reliefTexts: Record<(typeof reliefSteps)[number], string> = {
  judge: 'every second call goes without the neural voice judge',
  chunks: 'the recogniser gets its audio in larger pieces',
  secondChoice: 'phrases, archive and the page’s interim words wait',
  refuse: 'new calls go to the queue',
}
const causeTexts: Record<keyof Lateness, string> = {
  tick: 'frames leave late',
  turn: 'replies begin late',
  judge: 'the neural voice judge answers late',
}

export type OverloadDeps = {
  ticker: Ticker
  judge: Pick<VoiceJudge, 'waitingMs' | 'sparesHalf'> | undefined
  /** The thread of the recognisers; undefined where none hears words. */
  ears: Pick<Ears, 'chunks'> | undefined
  capacity: Pick<Capacity, 'limit' | 'carried'>
}

export type OverloadWatch = {
  /**
   * @param live calls in progress
   * @param peer address that the next one comes from
   * @returns why it is refused; undefined when it may begin, and is counted
   */
  admission(live: number, peer?: string): Exclude<RefusalReason, 'draining'> | undefined
  /** Calls that may be in progress now. */
  readonly places: number
  stop(): void
}

/** Starts looking. @param liveCalls asked at each look */
export function watchOverload(
  context: ServerContext,
  { ticker, judge, ears, capacity }: OverloadDeps,
  liveCalls: () => number,
): OverloadWatch {
  const { clock, log, metrics, degraded, relief, config } = context
  const lateness = readLateness(metrics, ticker, judge)
  const gauges = overloadGauges(metrics)
  const sign = new FullSign(clock, (isShown) => {
    if (isShown)
      degraded.set('refused', 'calls: more came than can be served well, so some went to the queue')
    else degraded.delete('refused')
  })
  let state = notOverloaded
  let credit: number | undefined
  let ceiling: number | undefined
  const shares = new RampShares()
  const room = () => Math.min(capacity.carried, ceiling ?? Number.POSITIVE_INFINITY) - liveCalls()

  const show = (steps: number) => {
    const used = reliefSteps.slice(0, steps)
    const because = state.because && causeTexts[state.because]
    const text = used.map((step) => reliefTexts[step]).join('; ')
    gauges.steps.value = steps
    if (steps === 0) degraded.delete('overload')
    else degraded.set('overload', `overload: ${because}: ${text}`)
  }
  let hasLargeChunks = false
  const apply = () => {
    if (judge) judge.sparesHalf = uses(state, 'judge')
    const now = uses(state, 'chunks')
    if (now !== hasLargeChunks) ears?.chunks(now ? relievedChunkMs : 0)
    hasLargeChunks = now
    relief.holdsSecondChoice = uses(state, 'secondChoice')
    show(state.steps)
  }
  const refusals = countRefusals(metrics)
  const refusesLate = config.OVERLOAD === 'refuse'
  // With `ignore` the last step, which refuses nothing then, is never taken.
  const options = refusesLate
    ? overloadDefaults
    : { ...overloadDefaults, refuseAfterMs: Number.POSITIVE_INFINITY }
  let looks = 0
  let timer: Timer
  const look = () => {
    const now = lateness()
    const before = state
    state = judgeOverload(before, now, clock.now(), options)
    const isWell = state.strainedSinceMs === undefined
    const refuses = uses(state, 'refuse')
    ceiling = ceilingAfter(ceiling, {
      began: refuses && !uses(before, 'refuse'),
      isWell: isWell && !refuses,
      live: liveCalls(),
      carried: capacity.carried,
      passedMs: lookEveryMs,
      forgetAt: Math.max(capacity.limit, capacity.carried),
    })
    credit = rampCredit(credit, { room: room(), isWell })
    shares.look()
    for (const [signal, ms] of Object.entries(now)) gauges.lateness[signal as keyof Lateness].value = ms
    if (state.steps !== before.steps) {
      apply()
      logStep(log, before.steps, state, liveCalls())
    }
    // Once a second, however many there were.
    if (++looks % 4 === 0) {
      const { total, byReason } = refusals()
      if (total > 0) log.warn('calls were refused', byReason)
      if ((byReason.ramp ?? byReason.late ?? 0) > 0) sign.refused()
    }
    timer = clock.at(clock.now() + lookEveryMs, look)
  }
  timer = clock.at(clock.now() + lookEveryMs, look)
  return {
    admission(live, peer = '') {
      if (live >= capacity.limit) return 'busy'
      if (!refusesLate || live < alwaysTaken) return undefined
      if (uses(state, 'refuse') || live >= (ceiling ?? live + 1)) return 'late'
      credit ??= rampCredit(undefined, { room: room(), isWell: true })
      if (!shares.take(peer, credit)) return 'ramp'
      credit--
      return undefined
    },
    get places() {
      if (!refusesLate) return capacity.limit
      const well = uses(state, 'refuse') ? 0 : (ceiling ?? Number.POSITIVE_INFINITY)
      return Math.min(capacity.limit, Math.max(alwaysTaken, Math.ceil(well)))
    },
    stop() {
      timer.cancel()
      sign.close()
    },
  }
}

function logStep(log: Log, before: number, { steps, because }: Overload, calls: number): void {
  const isTaken = steps > before
  const step = reliefSteps[Math.max(steps, before) - 1]
  log[isTaken ? 'warn' : 'info'](isTaken ? 'overload: a step of relief' : 'overload: a step is taken back', {
    steps,
    step,
    because,
    calls,
  })
}

/** @returns ends a look and says how late the work of that time was */
function readLateness(
  metrics: Metrics,
  ticker: Ticker,
  judge: Pick<VoiceJudge, 'waitingMs'> | undefined,
): () => Lateness {
  const ticks = new HistogramWindow(ticker.lateness, 1)
  const turns = new HistogramWindow(callMetrics(metrics).overheadMs, turnLooks)
  const answers = judge && new HistogramWindow(judgeCounters(metrics).answerMs, 1)
  return () => ({
    tick: ticks.look(0.95),
    turn: turns.lasting(0.9, leastTurns),
    judge: Math.max(judge?.waitingMs ?? 0, answers?.look(0.9) ?? 0),
  })
}

function overloadGauges(metrics: Metrics) {
  const of = (signal: keyof Lateness) =>
    metrics.gauge(
      'overload_lateness_ms',
      'How late the server’s own work was at the last look, at least: frames, turns, voice judge',
      { signal },
    )
  return {
    steps: metrics.gauge(
      'overload_steps',
      'Steps of relief in use; 4 means that new calls are refused because the server is late',
    ),
    lateness: { tick: of('tick'), turn: of('turn'), judge: of('judge') },
  }
}

/** @returns refusals since the last time, by reason */
function countRefusals(
  metrics: Metrics,
): () => { total: number; byReason: Partial<Record<RefusalReason, number>> } {
  const { refused } = callMetrics(metrics)
  const counters = refusalReasons.map((reason): [RefusalReason, Counter] => [reason, refused(reason)])
  const before = new Map<RefusalReason, number>()
  return () => {
    const byReason: Partial<Record<RefusalReason, number>> = {}
    let total = 0
    for (const [reason, { value }] of counters) {
      const since = value - (before.get(reason) ?? 0)
      before.set(reason, value)
      if (since > 0) byReason[reason] = since
      total += since
    }
    return { total, byReason }
  }
}
