// The calls that visitors of public pages have begun with links, by WebRTC or by WebSocket, and their bounds.

import type { Link, Links } from './links.ts'

export const linkCallsDefaults = { maxPerAddress: 2 } as const

export type LinkRefusal = { readonly code: 'busy' | 'link_used'; readonly detail: string }
export type LinkCall = {
  /** Called once. @param wasCall false when it was never connected: the link may begin another one for it */
  ended(wasCall: boolean): void
}

export class LinkCalls {
  /** Address of each live call. */
  private readonly live = new Set<{ readonly address: string }>()

  constructor(
    private readonly links: Pick<Links, 'use' | 'giveBack'>,
    /** WEBRTC_LINK_CALLS. */
    private readonly max: number,
  ) {}

  /** Counts a call that begins, or says why it may not. */
  begin(link: Link, address: string): LinkCall | LinkRefusal {
    if (this.live.size >= this.max)
      return { code: 'busy', detail: 'too many calls by links: try again later' }
    let ofAddress = 0
    for (const one of this.live) if (one.address === address) ofAddress++
    if (ofAddress >= linkCallsDefaults.maxPerAddress)
      return { code: 'busy', detail: 'too many calls from this address' }
    if (!this.links.use(link))
      return { code: 'link_used', detail: 'this link has begun all its calls: ask for a new one' }
    const one = { address }
    this.live.add(one)
    return {
      ended: (wasCall) => {
        if (this.live.delete(one) && !wasCall) this.links.giveBack(link)
      },
    }
  }
}
