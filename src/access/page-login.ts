// Login by link, for a server without ADMIN_TOKEN: one-time codes for the page's token, on this machine only.

import type { Clock } from '../base/clock.ts'
import { createOneTimeCodes } from './one-time-code.ts'
import { isLoopback } from './peer.ts'

export type PageLogin = {
  /** Makes a code for a link. */
  create(): string
  /** @returns the page's token; undefined when the code is unknown, used or expired, or the address is not loopback */
  redeem(code: string, address: string): string | undefined
}

export function createPageLogin(clock: Clock, pageToken: string): PageLogin {
  const codes = createOneTimeCodes(clock)
  return {
    create: () => codes.create(),
    redeem: (code, address) => (isLoopback(address) && codes.redeem(code) ? pageToken : undefined),
  }
}

/** @param url of the page @returns the link that logs in; a browser never sends the fragment to a server or proxy */
export function pageLink(url: string, code: string): string {
  return new URL(`/#code=${code}`, url).href
}
