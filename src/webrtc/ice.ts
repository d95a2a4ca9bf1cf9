// The STUN and TURN servers that a browser gets, with TURN credentials that end: coturn's `use-auth-secret`.

import { createHmac } from 'node:crypto'

/** As `RTCPeerConnection` takes it. */
export type IceServer = { urls: string; username?: string; credential?: string }

/** As long as the longest call may need them, and a move in it. */
const credentialsS = 7_200

/**
 * @param urls `stun:…`, `turn:…`, `turns:…`
 * @param secret coturn's `static-auth-secret`; empty gives no credentials
 * @see https://datatracker.ietf.org/doc/html/draft-uberti-behave-turn-rest-00
 */
export function iceServers(urls: readonly string[], secret: string, wallMs: number): IceServer[] {
  const username = `${Math.floor(wallMs / 1_000) + credentialsS}:voicebot`
  return urls.map((url) => {
    if (secret === '' || !/^turns?:/.test(url)) return { urls: url }
    return { urls: url, username, credential: createHmac('sha1', secret).update(username).digest('base64') }
  })
}
