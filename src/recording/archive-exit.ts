// Exit codes of the archive. server/records/nightly.ts, which starts it as a process of its own, loads nothing else
// of it.

/** `failed` a recording failed, `stopped` the rest is left for the next run. */
export const archiveExit = { done: 0, failed: 1, notUnderstood: 2, stopped: 3, noFfmpeg: 4 } as const
