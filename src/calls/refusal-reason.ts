// Why a call is not taken, and what the log says then.

/** `busy`: MAX_CALLS is reached; `late`: the server is overloaded; `ramp`: too many calls begin in the same moment. */
export const refusalReasons = ['busy', 'draining', 'late', 'ramp'] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** What the log says. */
export const refusalTexts: Record<RefusalReason, string> = {
  busy: 'too many calls',
  draining: 'draining',
  late: 'overloaded',
  ramp: 'too many new calls at once',
}
