// Signed links, by which visitors of a public web page call without the operator's token: an origin, an end, a number
// of calls. The key lives as long as the server, so its links end with it.

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../base/clock.ts'

export type LinkOptions = {
  /** As browsers send it: `https://www.example.com`. */
  origin: string
  minutes: number
  calls: number
  language?: string | undefined
  desk?: string | undefined
}

/** What a good link says. */
export type Link = {
  readonly id: string
  readonly origin: string
  readonly endsWallMs: number
  readonly calls: number
  readonly language: string | undefined
  readonly desk: string | undefined
}

/** By this a bearer token shows that it is a link. */
export const linkPrefix = 'link.'
const maxLinkLength = 1_000
/** Used links and origins that are remembered; only holders of a token make links. */
const maxRemembered = 10_000
/**
 * Offers of one link that may never connect, and as many again as it has calls: where UDP is blocked a page begins each
 * call twice. Each offer costs the server a peer.
 */
const maxUnconnected = 10
/** A page whose link has expired shall still read why it is refused. */
const originGraceMs = 3_600_000

export class Links {
  private readonly key = crypto.getRandomValues(new Uint8Array(32))
  /** What a link has begun: calls, and offers, of which some never connected. */
  private readonly used = new Map<string, { calls: number; begun: number; endsWallMs: number }>()
  /** Origins of links, and until when they are known. */
  private readonly origins = new Map<string, number>()

  constructor(private readonly clock: Pick<Clock, 'wallMs'>) {}

  /** @returns the link and when it ends */
  create(options: LinkOptions): { link: string; endsWallMs: number } {
    const endsWallMs = this.clock.wallMs() + options.minutes * 60_000
    const { origin, calls, language, desk } = options
    const body = Buffer.from(
      JSON.stringify({ id: crypto.randomUUID(), origin, endsWallMs, calls, language, desk }),
    ).toString('base64url')
    this.tidy(this.origins, (until) => until)
    this.origins.set(origin, Math.max(this.origins.get(origin) ?? 0, endsWallMs + originGraceMs))
    return { link: `${linkPrefix}${body}.${this.sign(body)}`, endsWallMs }
  }

  /** Whether a link was made for pages of this origin. */
  isOrigin(origin: string): boolean {
    return (this.origins.get(origin) ?? 0) > this.clock.wallMs()
  }

  /**
   * @param origin of the page that sends it; undefined for a program, which may say any origin anyway
   * @returns `wrong` for a text that this server did not make, or that comes from a page of another origin
   */
  read(text: string, origin: string | undefined): Link | 'wrong' {
    if (text.length > maxLinkLength) return 'wrong'
    const [prefix, body, signature, ...rest] = text.split('.')
    if (`${prefix}.` !== linkPrefix || signature === undefined || rest.length > 0) return 'wrong'
    const right = Buffer.from(this.sign(body))
    const given = Buffer.from(signature)
    if (right.length !== given.length || !timingSafeEqual(right, given)) return 'wrong'
    const link = JSON.parse(Buffer.from(body, 'base64url').toString()) as Link
    return origin === undefined || origin === link.origin ? link : 'wrong'
  }

  isExpired({ endsWallMs }: Link): boolean {
    return endsWallMs <= this.clock.wallMs()
  }

  /** Takes one of the link's calls. @returns false when it has no more */
  use({ id, calls, endsWallMs }: Link): boolean {
    this.tidy(this.used, (one) => one.endsWallMs)
    const used = this.used.get(id) ?? { calls: 0, begun: 0, endsWallMs }
    if (used.calls >= calls || used.begun >= 2 * calls + maxUnconnected) return false
    if (used.begun === 0 && this.used.size >= maxRemembered) return false
    used.calls++
    used.begun++
    this.used.set(id, used)
    return true
  }

  /** Returns a call that `use` took and that was never connected. */
  giveBack({ id }: Link): void {
    const used = this.used.get(id)
    if (used !== undefined && used.calls > 0) used.calls--
  }

  private sign(body: string): string {
    return createHmac('sha256', this.key).update(body).digest('base64url')
  }

  /** Forgets what has ended, once there is much of it. */
  private tidy<T>(map: Map<string, T>, endOf: (value: T) => number): void {
    if (map.size < maxRemembered) return
    for (const [key, value] of map) if (endOf(value) <= this.clock.wallMs()) map.delete(key)
  }
}
