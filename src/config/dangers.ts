// Settings that work and leave a door open. Those that nobody can want are refused (conflicts.ts); those that may be
// meant are named at every start and in `/readyz`, so that they are not forgotten.

import { destinationOf, hasCredentials } from '../providers/adapter.ts'
import { adapters } from '../providers/adapters.ts'
import type { ProviderValues } from '../providers/settings.ts'
import type { General } from './conflicts.ts'
import { isLoopback, openRanges } from './reach.ts'

/**
 * What is dangerous about settings that can be used.
 *
 * @param uid of this process; undefined where the system has none
 * @returns one sentence each, beginning with the setting if there is one
 */
export function dangers(config: General & ProviderValues, uid: number | undefined): string[] {
  const found: string[] = []
  const [open] = openRanges(config.ASTERISK_ALLOW)
  if (open !== undefined)
    found.push(
      `ASTERISK_ALLOW ("${open}") lets nearly any address ask where calls go: name the addresses of Asterisk`,
    )
  if (!isLoopback(config.ADMIN_HOST) && config.ADMIN_TLS_CERT === '')
    found.push(
      `ADMIN_HOST ("${config.ADMIN_HOST}") without ADMIN_TLS_CERT sends tokens and callers' words unencrypted: ` +
        'set ADMIN_TLS_CERT and ADMIN_TLS_KEY, or let only a reverse proxy with TLS reach the port',
    )
  found.push(...clearTextKeys(config))
  for (const name of ['LOOKUP_URL', 'WEBHOOK_URL'] as const) {
    const to = URL.parse(config[name])
    if (to?.protocol === 'http:' && !isLoopback(to.hostname.replace(/^\[|\]$/g, '')))
      found.push(`${name} sends callers' numbers unencrypted to ${to.host}: use https`)
  }
  if (config.LOG_PRIVATE)
    found.push(
      "LOG_PRIVATE=1 writes callers' words and numbers into the log: unset it once the fault is found",
    )
  if (uid === 0)
    found.push(
      'the server runs as root: start it as a user of its own, as assets/systemd/voicebot.service does',
    )
  return found
}

/** Keys that go to another machine without encryption, where anybody on the way can read them. */
function clearTextKeys(config: ProviderValues): string[] {
  const found = new Set<string>()
  for (const adapter of adapters) {
    if (adapter.credentials === undefined || !hasCredentials(adapter, config)) continue
    const { apiKey, baseUrl, from } = destinationOf(adapter.credentials, config)
    const url = URL.parse(baseUrl)
    const isClear = url?.protocol === 'http:' || url?.protocol === 'ws:'
    if (apiKey === '' || !isClear || isLoopback(url.hostname.replace(/^\[|\]$/g, ''))) continue
    found.add(
      `${from.baseUrl} sends ${from.apiKey} and callers' words unencrypted to ${url.host}: use https or wss`,
    )
  }
  return [...found]
}
