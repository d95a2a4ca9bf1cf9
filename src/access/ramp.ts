// How many calls may begin before the next look shows what the last ones cost: a burst of 700 in one second is over
// before the first late frame is seen. At once a share of the room that is left; then a steady rate, as long as the
// server is well. And how many calls may be live at all since the server was late with so many. Pure.

export type RampOptions = {
  /** Share of the free room that may be filled at once. */
  share: number
  /** Calls that every look adds while the server is well: 25 every 250 ms are 100 a second. */
  perLook: number
  /** Calls that may begin before the next look in any case: one late look must not refuse a few callers. */
  least: number
}
export const rampDefaults: RampOptions = { share: 0.7, perLook: 25, least: 10 }

/**
 * Calls that may begin until the next look.
 *
 * @param credit what is left since the last look; undefined at the start
 * @param room calls that the machine carries, less those that are live
 */
export function rampCredit(
  credit: number | undefined,
  { room, isWell }: { room: number; isWell: boolean },
  { share, perLook, least }: RampOptions = rampDefaults,
): number {
  if (!isWell) return least
  const most = Math.max(least, Math.round(room * share))
  return Math.min(most, (credit ?? most) + perLook)
}

export type CeilingOptions = {
  /** Share of the calls with which the server was late. */
  share: number
  /** How fast it grows while the server is well: a share of itself and at least so many calls, per second. */
  growth: { share: number; calls: number }
}
/** From nine tenths back to what was too much takes 40 s, so that an offer that stays does not make it flap. */
export const ceilingDefaults: CeilingOptions = { share: 0.9, growth: { share: 0.002, calls: 0.25 } }

/**
 * Most calls at once, learnt from the last time when the server was late; undefined while it never was.
 *
 * @param look `began`: refusing for lateness has just begun with `live` calls; `forgetAt`: no ceiling is needed there
 */
export function ceilingAfter(
  ceiling: number | undefined,
  look: { began: boolean; isWell: boolean; live: number; passedMs: number; forgetAt: number },
  { share, growth }: CeilingOptions = ceilingDefaults,
): number | undefined {
  if (look.began) return look.live * share
  if (ceiling === undefined || !look.isWell) return ceiling
  const next = ceiling + Math.max(growth.calls, ceiling * growth.share) * (look.passedMs / 1_000)
  return next < look.forgetAt ? next : undefined
}
