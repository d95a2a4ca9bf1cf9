// The settings of the operator's own systems: who a caller is, and where events go.

import { bearerToken, number, type SettingTable, secret, url } from '../base/setting.ts'
import { webhookKey } from '../integrations/webhook-signature.ts'

export const integrations = {
  LOOKUP_URL: url(
    ['https:', 'http:'],
    '',
    'where the server asks who a caller is, by the number of the line; empty asks nowhere',
  ),
  LOOKUP_TOKEN: bearerToken('bearer token that is sent to LOOKUP_URL; empty sends none'),
  LOOKUP_MS: number(300, 'ms', 50, 3_000, 'an answer of LOOKUP_URL that comes later is ignored'),
  WEBHOOK_URL: url(['https:', 'http:'], '', 'where the server sends the events of calls; empty sends none'),
  WEBHOOK_SECRET: secret('signs the events: whsec_ and base64 of 24 to 64 bytes'),
} as const satisfies SettingTable

/** One sentence that begins with the setting; undefined when all is well. */
export function webhookFault(address: string, key: string): string | undefined {
  if (address === '' || webhookKey(key) !== undefined) return undefined
  return 'WEBHOOK_URL needs WEBHOOK_SECRET: whsec_ and base64 of 24 to 64 bytes, as "whsec_$(openssl rand -base64 32)"'
}
