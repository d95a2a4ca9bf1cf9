// A rehearsal on a thread of its own, at the lowest priority: a live call waits for nothing of it.

import type { Config } from '../../config.ts'
import type { Rehearsal } from '../../rehearsal/rehearse.ts'
import { type ErrandFailed, startErrand } from '../../threads/errand.ts'

/** @param last newest calls to play; 0 only reads the draft */
export type ToRehearse = { config: Config; wallMs: number; last: number }
export type RehearsalNews =
  | { kind: 'total'; total: number }
  | ({ kind: 'played' } & Rehearsal)
  | { kind: 'done' }
export type FromRehearsal = RehearsalNews | ErrandFailed

/**
 * @param onMessage gets what is new in each message; `done` or `failed` is the last one
 * @returns stops it; nothing is heard of it afterwards
 */
export const startRehearsal = (
  wanted: ToRehearse,
  onMessage: (message: FromRehearsal) => void,
): (() => void) =>
  startErrand<RehearsalNews>(
    'server/drafts/rehearse.worker.ts',
    wanted,
    onMessage,
    ({ kind }) => kind === 'done',
  )
