// Twenty callers at once for a minute; each measures when every packet arrives. No other case runs meanwhile.

import { gapStatistics } from '../../support/phone/heard.ts'
import { type Case, check } from '../case.ts'
import type { World } from '../world.ts'

const callers = 20
const talkMs = 60_000
/** A desk that is left alone says goodbye; `*` has it say its last words again. */
const repeatEveryMs = 9_000
const p99LimitMs = 25

const twenty: Case<World> = {
  title: `${callers} callers at once for ${talkMs / 1_000} s get their frames with gaps of p99 under ${p99LimitMs} ms`,
  limitMs: talkMs + 30_000,
  async run(world, cleanup) {
    const bot = await world.bot()
    const calls = await Promise.all(Array.from({ length: callers }, () => world.dial(bot, cleanup)))
    // The second in which twenty calls are set up at once is no one's measure of a steady call.
    const fromMs = performance.now() + 1_000
    const repeat = setInterval(() => {
      for (const { phone } of calls) phone.media.press('*')
    }, repeatEveryMs)
    cleanup(() => clearInterval(repeat))
    await Bun.sleep(talkMs + 1_000)
    check(
      calls.every(({ phone }) => phone.isUp),
      'a call ended',
    )
    const gaps = calls.map(({ phone }) => phone.media.heard.gaps(fromMs, fromMs + talkMs))
    const all = gapStatistics(gaps.flat())
    const worst = Math.max(...gaps.map((each) => gapStatistics(each).p99Ms))
    const expected = (talkMs / 20) * 0.99
    check(
      gaps.every((each) => each.length > expected),
      `a caller got only ${Math.min(...gaps.map((each) => each.length))} frames`,
    )
    const figures =
      `p50 ${all.p50Ms.toFixed(1)}, p95 ${all.p95Ms.toFixed(1)}, p99 ${all.p99Ms.toFixed(1)}, ` +
      `max ${all.maxMs.toFixed(1)} ms; worst caller's p99 ${worst.toFixed(1)} ms`
    check(worst < p99LimitMs, figures)
    return figures
  },
}

export const loadCases: Case<World>[] = [twenty]
