// What a server tells HAProxy's agent-check: one line, made of how many calls it may have and has. Pure.

export type Room = {
  /** New calls should go elsewhere. */
  draining: boolean
  /** Calls in progress. */
  live: number
  /** Calls that may be in progress now: fewer than `most` while the server is late. */
  places: number
  /** Calls that may be in progress at best. */
  most: number
}

/**
 * `drain`, or `ready up 73% maxconn:500`: the share of the places that is free, as the server's weight, and the places.
 * A weight of 0% takes the server out of the rotation until it has room.
 *
 * @returns without the line's end
 * @see HAProxy's manual, `agent-check`. A weight there is a share of the configured one, so that `weight 1`, which is
 *   HAProxy's default, is rounded down to 0 by any line but 100 %: assets/haproxy/haproxy.cfg sets 100.
 */
export function agentLine({ draining, live, places, most }: Room): string {
  if (draining) return 'drain'
  const free = places - live
  const percent = free <= 0 ? 0 : Math.min(100, Math.ceil((100 * free) / most))
  // HAProxy reads maxconn:0 as "no limit".
  return `ready up ${percent}% maxconn:${Math.max(1, places)}`
}
