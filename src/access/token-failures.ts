// Wrong tokens: counted, slowed per address, and logged in at most one line a second. The first few wrong tokens of an
// address cost nothing, for typing errors; each further one makes the address wait twice as long before its next try,
// up to half a minute. While it waits, its tokens are not looked at, except those that it has used before with success:
// an operator who works there is not locked out.

import { isIPv6 } from 'node:net'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Counter } from '../base/metrics.ts'
import { RefusalLog } from './admission.ts'
import { digestOf } from './token-files.ts'

export const tokenFailureDefaults = {
  freeTries: 3,
  firstDelayMs: 200,
  longestDelayMs: 30_000,
  /** A quiet address is forgotten after this long. */
  forgetAfterMs: 10 * 60_000,
  /** Addresses remembered at once; beyond this the one that has been quiet longest is forgotten. */
  maxAddresses: 1_024,
} as const

type Failing = { failures: number; waitUntilMs: number; lastMs: number; lastDigest: string }

export class TokenFailures {
  private readonly failing = new Map<string, Failing>()
  /** Pairs of address and digest that were right, in the order of their last use. */
  private readonly right = new Set<string>()
  private readonly refusals: RefusalLog

  constructor(
    private readonly clock: Clock,
    log: Log,
    private readonly counter: Counter,
    private readonly options = tokenFailureDefaults,
  ) {
    this.refusals = new RefusalLog(log, clock, 'tokens')
  }

  /** @returns how long this address must wait before its next try, in ms; 0 when the token may be looked at */
  waitMs(address: string, token: string): number {
    const one = this.failing.get(network(address))
    if (one === undefined || this.right.has(`${address} ${digestOf(token)}`)) return 0
    return Math.max(0, one.waitUntilMs - this.clock.now())
  }

  succeeded(address: string, token: string): void {
    const key = `${address} ${digestOf(token)}`
    this.right.delete(key)
    this.right.add(key)
    for (const oldest of this.right) {
      if (this.right.size <= this.options.maxAddresses) break
      this.right.delete(oldest)
    }
  }

  failed(address: string, token: string): void {
    this.counter.add()
    this.refusals.add('wrong token', { peer: address })
    const now = this.clock.now()
    const key = network(address)
    const before = this.failing.get(key)
    const one: Failing =
      before !== undefined && now - before.lastMs < this.options.forgetAfterMs
        ? before
        : { failures: 0, waitUntilMs: 0, lastMs: now, lastDigest: '' }
    const digest = digestOf(token)
    // A page with an old token sends it several times at once; that is one error, and guessing gains nothing by it.
    if (digest !== one.lastDigest) one.failures++
    one.lastDigest = digest
    one.lastMs = now
    one.waitUntilMs = now + this.delayMs(one.failures)
    // Deleted first, so that the map stays in the order of the last failure.
    this.failing.delete(key)
    this.failing.set(key, one)
    for (const quietest of this.failing.keys()) {
      if (this.failing.size <= this.options.maxAddresses) break
      this.failing.delete(quietest)
    }
  }

  /** Counts a try that came during the wait; its token was not looked at. */
  tooEarly(address: string): void {
    this.counter.add()
    this.refusals.add('tries again too early after wrong tokens', { peer: address })
  }

  get addresses(): number {
    return this.failing.size
  }

  private delayMs(failures: number): number {
    const { freeTries, firstDelayMs, longestDelayMs } = this.options
    if (failures <= freeTries) return 0
    return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(20, failures - freeTries - 1))
  }
}

/** A home or a server has a whole /64 of IPv6 addresses, so these count as one. */
function network(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head, tail = ''] = address.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  return [...front, ...zeros, ...back].slice(0, 4).join(':')
}
