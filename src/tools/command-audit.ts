// The audit line of a command that acts on the files itself, because no server runs or none is needed.

import { mkdir } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { AuditTrail } from '../access/audit.ts'
import { systemClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import type { Config } from '../config.ts'

/** The user of this system, for the audit trail and the history; a container's may have no name. */
export function operatorName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}

/**
 * Writes the line that the server would write for the same action, with the system's user in place of a token.
 *
 * @param out is told when the line cannot be written; the action has been done by then
 * @param id as in the audit trail; never a caller's number
 */
export async function auditCommand(
  { DATA_DIR: dir }: Pick<Config, 'DATA_DIR'>,
  out: { write(text: string): unknown },
  action: string,
  id?: string,
): Promise<void> {
  // Without the folder the trail itself reports why the line cannot be written.
  await mkdir(dir, { recursive: true, mode: 0o750 }).catch(() => undefined)
  const trail = new AuditTrail({
    ...{ clock: systemClock, log: silentLog, dir },
    onFault: (fault) => fault && out.write(`no line was left in the audit trail: ${fault}\n`),
  })
  await trail.record({
    who: `command of ${operatorName()}`,
    address: 'this machine',
    action,
    ...(id && { id }),
  })
}
