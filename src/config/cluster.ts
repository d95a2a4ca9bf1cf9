// The settings of several machines together (docs/cluster.md), and the faults that one of them alone does not show.

import { isIP } from 'node:net'
import { tokenBits } from '../access/strength.ts'
import { flag, secret, url } from '../base/setting.ts'
import { readRedisUrl } from '../cluster/redis-url.ts'
import { isLoopback } from './reach.ts'

/** A secret that is checked. @param fault completes a sentence that begins with the name */
function checkedSecret(about: string, isGood: (value: string) => boolean, fault: string) {
  const { schema, ...rest } = secret(about)
  return { ...rest, schema: schema.refine((value) => value === '' || isGood(value), fault) }
}

export const cluster = {
  REDIS_URL: checkedSecret(
    'Redis or Valkey that several machines share, such as rediss://bot:password@10.0.0.5; empty: this machine is alone',
    (value) => readRedisUrl(value) !== undefined,
    'is not an address such as redis://127.0.0.1:6379, rediss://user:password@host or redis+sentinel://host,host/name',
  ),
  CLUSTER_KEY: checkedSecret(
    '32 bytes in hex, the same on every machine: `openssl rand -hex 32`; every secret between them comes from it',
    (value) => /^[\da-f]{64}$/i.test(value) && tokenBits(value) > 0,
    'is not 64 random hex digits: make them with `openssl rand -hex 32`',
  ),
  CLUSTER_URL: url(
    ['http:', 'https:'],
    '',
    'address of this machine’s admin server as the other machines reach it; empty: ADMIN_HOST and ADMIN_PORT',
  ),
  REDIS_PLAIN: flag('1 accepts a Redis on another machine without TLS or without a password'),
}

const everyAddress = (host: string) => host === '::' || (isIP(host) === 4 && host.startsWith('0.'))

const isElsewhere = (redisUrl: string) =>
  readRedisUrl(redisUrl)?.hosts.some(({ host }) => !isLoopback(host)) === true

/** Two settings make a cluster. @returns a sentence, or undefined when all is well */
export function missingSetting(redisUrl: string, key: string, ownUrl: string): string | undefined {
  if (redisUrl !== '')
    return key === ''
      ? 'REDIS_URL needs CLUSTER_KEY, the same on every machine: make one with `openssl rand -hex 32`'
      : undefined
  const name = key !== '' ? 'CLUSTER_KEY' : ownUrl !== '' ? 'CLUSTER_URL' : undefined
  return name && `${name} is set but REDIS_URL is not: set REDIS_URL too, or unset ${name}`
}

/** Callers' data crosses the network to Redis encrypted, but its password and who calls when do not. */
export function openRedis(redisUrl: string, isAccepted: boolean): string | undefined {
  if (redisUrl === '' || isAccepted || !isElsewhere(redisUrl)) return undefined
  const { isTls, password } = readRedisUrl(redisUrl)!
  return isTls && password !== ''
    ? undefined
    : 'REDIS_URL names another machine without TLS or without a password: use rediss://user:password@host, ' +
        'or set REDIS_PLAIN=1 where the network between is yours alone'
}

/** The other machines must reach this one. */
export function unreachable(redisUrl: string, ownUrl: string, adminHost: string): string | undefined {
  if (redisUrl === '') return undefined
  const own = ownUrl === '' ? adminHost : new URL(ownUrl).hostname.replace(/^\[|\]$/g, '')
  const named = ownUrl === '' ? `ADMIN_HOST ("${adminHost}")` : `CLUSTER_URL ("${ownUrl}")`
  if (everyAddress(own))
    return `${named} is not an address that other machines can use: set CLUSTER_URL to one`
  return isLoopback(own) && isElsewhere(redisUrl)
    ? `${named} is loopback, but REDIS_URL names another machine: set CLUSTER_URL to an address that the others reach`
    : undefined
}
