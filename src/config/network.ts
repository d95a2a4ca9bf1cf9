// The settings of addresses, ports, tokens, and who may connect.

import { createAllowList } from '../access/allow-list.ts'
import { tokenFault } from '../access/strength.ts'
import { bearerToken, flag, number, text, words } from '../base/setting.ts'
import { host, optionalPort } from './checked.ts'

/** Address ranges in CIDR notation. A list that admits no address is a mistake. */
function ranges(fallback: string, about: string) {
  const { schema, ...rest } = words(fallback, about)
  const checked = schema.superRefine((given, context) => {
    try {
      createAllowList(given)
      if (given.length === 0)
        context.addIssue('admits no address; write 127.0.0.0/8 to admit this machine only')
    } catch (error) {
      context.addIssue(`has a fault: ${error instanceof Error ? error.message : String(error)}`)
    }
  })
  return { ...rest, schema: checked }
}

/** As `ranges`, but no range at all is a value. */
function optionalRanges(about: string) {
  const { schema, ...rest } = words('', about)
  const checked = schema.superRefine((given, context) => {
    try {
      createAllowList(given)
    } catch (error) {
      context.addIssue(`has a fault: ${error instanceof Error ? error.message : String(error)}`)
    }
  })
  return { ...rest, schema: checked }
}

/** A token that our own clients send, too long to be guessed. */
function strongToken(about: string) {
  const { schema, ...rest } = bearerToken(about)
  const checked = schema.superRefine((token, context) => {
    const fault = tokenFault(token)
    if (fault !== undefined) context.addIssue(fault)
  })
  return { ...rest, schema: checked }
}

export const network = {
  AUDIOSOCKET_HOST: host('address that Asterisk connects to'),
  AUDIOSOCKET_PORT: number(9092, '', 0, 65_535, 'port that Asterisk connects to; 0 takes a free one'),
  AUDIOSOCKET_ALLOW: ranges('127.0.0.0/8,::1/128', 'address ranges that may open an AudioSocket (CIDR)'),
  AUDIOSOCKET_PER_PEER: number(
    0,
    'connections',
    0,
    100_000,
    'most calls at once from one address; 0 sets no limit beyond the limit on all calls',
  ),
  AGENT_PORT: optionalPort(
    'port on which HAProxy’s agent-check learns how much room is left, at AUDIOSOCKET_HOST; empty opens none',
  ),
  AUDIOSOCKET_REGISTERED: flag('1 accepts only calls announced by POST /api/calls/<uuid>/expect'),
  ADMIN_HOST: host('address of the admin server; any non-loopback address requires ADMIN_TOKEN'),
  ADMIN_PORT: number(8080, '', 0, 65_535, 'port of the admin server; 0 takes a free one'),
  ADMIN_TOKEN: strongToken(
    'bearer token that may do everything, at least 128 bits; without it the first start makes a token for this machine',
  ),
  ANNOUNCE_SECRET: strongToken(
    'bearer token of the dialplan: may announce calls from ASTERISK_ALLOW, and nothing else',
  ),
  ADMIN_TLS_CERT: text(
    '',
    'file with the certificate chain of the admin server (PEM); with it the server speaks HTTPS',
  ),
  ADMIN_TLS_KEY: text('', 'file with the key of that certificate (PEM)'),
  PROXY_FROM: optionalRanges(
    'address ranges of proxies (CIDR) whose word on whom they pass on is believed: forwarding and PROXY headers',
  ),
  PUBLIC_HOSTS: {
    ...words(
      '',
      'names under which browsers reach the admin server, such as bot.example.com; addresses need none',
    ),
    schema: words('', '').schema.transform((names) => names.map((name) => name.toLowerCase())),
  },
  ASTERISK_ALLOW: ranges('127.0.0.0/8,::1/128', 'address ranges that may ask for a call’s next step (CIDR)'),
}
