// Who a request really comes from, when a reverse proxy may stand in between. A proxy's forwarding headers are believed
// only from the addresses of PROXY_FROM; from anybody else they show that a proxy hides the client, so that "it comes
// from this machine" proves nothing.

import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { isPrivateHost } from '../base/private-host.ts'
import type { AllowList } from './allow-list.ts'

export type Peer = {
  /** The client's address: the socket's, or the forwarded one when PROXY_FROM names the socket's. */
  address: string
  /** The request passed a proxy that PROXY_FROM does not name. */
  isHidden: boolean
}

type Headers = (name: string) => string | undefined

/** Headers that a proxy adds, and that no browser and no dialplan sends by itself. */
const forwardingHeaders = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'via',
] as const

/**
 * Believes the proxies of PROXY_FROM: the client is the rightmost forwarded address that is not such a proxy, because
 * each proxy appends the address that it saw, and everything left of that may be invented.
 *
 * A proxy sets one header and passes the others on as the client sent them: nginx sets what its configuration names,
 * Caddy and HAProxy set X-Forwarded-For and leave Forwarded and X-Real-IP alone. So which one is true cannot be seen
 * from here. Headers that name different clients hide the client.
 */
export function peerOf(socketAddress: string, header: Headers, proxies: AllowList): Peer {
  const isForwarded = forwardingHeaders.some((name) => header(name) !== undefined)
  if (!isForwarded) return { address: socketAddress, isHidden: false }
  if (!proxies.allows(socketAddress)) return { address: socketAddress, isHidden: true }
  const chains = chainsOf(header)
  const clients = new Set(chains.flatMap((hops) => hops.findLast((hop) => !proxies.allows(hop)) ?? []))
  if (clients.size > 1) return { address: 'unknown', isHidden: true }
  const [client] = clients
  if (client !== undefined) return { address: isIP(client) === 0 ? 'unknown' : client, isHidden: false }
  // A trusted proxy that does not say for whom it asks must not lend its own address.
  return { address: chains[0]?.[0] ?? 'unknown', isHidden: false }
}

/** The forwarded addresses of each header that is there, from the client on. */
function chainsOf(header: Headers): string[][] {
  const list = header('x-forwarded-for')?.split(',').map(bareAddress)
  const forwarded = header('forwarded')
    ?.split(',')
    .map((hop) => bareAddress(/(?:^|;)\s*for=("[^"]*"|[^;]*)/i.exec(hop)?.[1] ?? ''))
  const real = header('x-real-ip')
  return [list, forwarded, real === undefined ? undefined : [bareAddress(real)]].filter(
    (one) => one !== undefined,
  )
}

/** `"[2001:db8::1]:4711"` → `2001:db8::1`, `192.0.2.1:4711` → `192.0.2.1`. */
function bareAddress(text: string): string {
  const plain = text.trim().replace(/^"|"$/g, '')
  const bracketed = /^\[([^\]]+)\]/.exec(plain)?.[1]
  if (bracketed !== undefined) return bracketed
  return /^[\d.]+:\d+$/.test(plain) ? plain.slice(0, plain.indexOf(':')) : plain
}

export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address)
}

/**
 * Whether a `Host` header is a name under which this server may be reached. A page of another site can point a public
 * name of its own at this address (DNS rebinding); it cannot do that with an address, with a name without a dot, or
 * with a name that only private networks resolve.
 *
 * @param publicHosts further names, from PUBLIC_HOSTS, in lower case
 */
export function isOwnHost(host: string, publicHosts: readonly string[]): boolean {
  const name = nameOf(host)
  if (name === undefined) return false
  return isPrivateHost(name) || name === hostname().toLowerCase() || publicHosts.includes(name)
}

/** @returns the name without port and brackets, in lower case; undefined when the header is not a host */
function nameOf(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+))(?::\d{1,5})?$/i.exec(host)
  return (match?.[1] ?? match?.[2])?.toLowerCase()
}
