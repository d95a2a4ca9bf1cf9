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

/** The last seconds count: of what a peer has begun, this share is left after each look. */
const rememberedShare = 0.8
/** Peers that began less than this are forgotten. */
const forgottenBelow = 0.5
/** So many calls may begin between two looks beyond the credit, all peers together. */
const overdraft = rampDefaults.least

/**
 * Divides the credit among the peers that calls come from, so that a flood of one keeps out none of the others: a peer
 * that began less than half of the last seconds' calls may overdraw it.
 */
export class RampShares {
  private readonly begun = new Map<string, number>()
  private total = 0

  /** @returns whether a call of this peer may begin with that credit; it then counts */
  take(peer: string, credit: number): boolean {
    const own = this.begun.get(peer) ?? 0
    if (credit < (own < this.total / 2 ? 1 - overdraft : 1)) return false
    this.begun.set(peer, own + 1)
    this.total++
    return true
  }

  /** Ends a look. */
  look(): void {
    this.total = 0
    for (const [peer, calls] of this.begun) {
      const left = calls * rememberedShare
      if (left < forgottenBelow) {
        this.begun.delete(peer)
        continue
      }
      this.begun.set(peer, left)
      this.total += left
    }
  }
}

export type CeilingOptions = {
  /** Share of the calls with which the server was late. */
  share: number
  /**
   * The first one is at least this share of what the machine carries: what made few calls late was not their number.
   * While a ceiling is known it is at least half of that: few calls that are late again and again are too many.
   */
  leastShare: number
  /** How fast it grows while the server is well: a share of itself and at least so many calls, per second. */
  growth: { share: number; calls: number }
}
/** From nine tenths back to what was too much takes 40 to 55 s: an offer that stays is refused anew once a minute. */
export const ceilingDefaults: CeilingOptions = {
  share: 0.9,
  leastShare: 1 / 3,
  growth: { share: 0.002, calls: 0.25 },
}

/**
 * Most calls at once, learnt from the last time when the server was late; undefined while it never was.
 *
 * @param look `began`: refusing for lateness has just begun with `live` calls; `carried`: by this machine, as measured;
 *   `forgetAt`: no ceiling is needed there
 */
export function ceilingAfter(
  ceiling: number | undefined,
  look: {
    began: boolean
    isWell: boolean
    live: number
    carried: number
    passedMs: number
    forgetAt: number
  },
  { share, leastShare, growth }: CeilingOptions = ceilingDefaults,
): number | undefined {
  if (look.began) {
    const least = look.carried * leastShare
    return Math.max(look.live * share, ceiling === undefined ? least : Math.min(least, ceiling / 2))
  }
  if (ceiling === undefined || !look.isWell) return ceiling
  const next = ceiling + Math.max(growth.calls, ceiling * growth.share) * (look.passedMs / 1_000)
  return next < look.forgetAt ? next : undefined
}
