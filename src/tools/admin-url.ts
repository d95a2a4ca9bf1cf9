// Where the commands find the admin server of the same settings.

import type { Config } from '../config.ts'

export function adminUrlOf(config: Config): string {
  // A server that listens on all addresses answers on loopback, where a command's own token is accepted.
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[config.ADMIN_HOST] ?? config.ADMIN_HOST
  const scheme = config.ADMIN_TLS_CERT === '' ? 'http' : 'https'
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${config.ADMIN_PORT}`
}
