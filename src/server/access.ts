// Who may use the admin server: tokens, login by link, audit trail.

import { AuditTrail } from '../access/audit.ts'
import { createPageLogin, type PageLogin } from '../access/page-login.ts'
import { openTokens, type Tokens } from '../access/tokens.ts'
import type { ServerContext } from './context.ts'

export type Access = {
  readonly tokens: Tokens
  /** Undefined with ADMIN_TOKEN. */
  readonly pageLogin: PageLogin | undefined
  readonly audit: AuditTrail
}

export function openAccess({ config, clock, log, degraded }: ServerContext): Access {
  const dir = config.DATA_DIR
  const { tokens, pageToken } = openTokens({
    ...{ clock, log, dir },
    adminToken: config.ADMIN_TOKEN,
    announceSecret: config.ANNOUNCE_SECRET,
  })
  const onFault = (fault: string | undefined) => {
    if (fault === undefined) degraded.delete('audit')
    else degraded.set('audit', 'audit trail: it cannot be written, so operators’ actions are only in the log')
  }
  return {
    tokens,
    pageLogin: pageToken === undefined ? undefined : createPageLogin(clock, pageToken),
    audit: new AuditTrail({ clock, log, dir, onFault }),
  }
}
