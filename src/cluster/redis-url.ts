// REDIS_URL: `redis://`, `rediss://` (TLS), or several Sentinels: `redis+sentinel://user:password@host,host/name`.
// Read by the settings, which check it, and by redis.ts, which connects.

export type RedisAddress = {
  isTls: boolean
  hosts: readonly { host: string; port: number }[]
  username: string
  password: string
  db: number
  /** The primary's name, when `hosts` are Sentinels. */
  sentinelName: string | undefined
}

const pattern =
  /^(redis|rediss|redis\+sentinel|rediss\+sentinel):\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/@?#]+)(?:\/([^/?#]*))?$/

/** @returns undefined for a text that is not such an address */
export function readRedisUrl(url: string): RedisAddress | undefined {
  const [, scheme, username = '', password = '', hostList, path = ''] = pattern.exec(url) ?? []
  if (scheme === undefined) return undefined
  const isSentinel = scheme.endsWith('+sentinel')
  const hosts = hostList.split(',').map((host) => readHost(host, isSentinel ? 26_379 : 6_379))
  if (hosts.some((host) => host === undefined)) return undefined
  if (isSentinel ? path === '' : hosts.length > 1 || !/^\d{0,2}$/.test(path)) return undefined
  try {
    return {
      isTls: scheme.startsWith('rediss'),
      hosts: hosts as RedisAddress['hosts'],
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
      db: isSentinel ? 0 : Number(path),
      sentinelName: isSentinel ? path : undefined,
    }
  } catch {
    return undefined
  }
}

function readHost(text: string, standardPort: number): { host: string; port: number } | undefined {
  const [, v6, name, port] = /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const host = v6 ?? name
  if (host === undefined || Number(port ?? standardPort) > 65_535) return undefined
  return { host, port: Number(port ?? standardPort) }
}
