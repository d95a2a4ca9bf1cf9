// A live call as one row of the operator's table: what is needed to find the call that needs help among hundreds, and
// no words of anybody. Pure, but for reading the session.

import type { Troubles } from '../call/reply/troubles.ts'
import type { Session } from '../call/session.ts'
import type { CallLog } from './call-log.ts'
import { type Who, who } from './views.ts'

/** Times are those of the server's wall clock, in ms. */
export type CallRow = {
  id: string
  startedWallMs: number
  /** The number that the caller confirmed, in national form; before that, the line that calls. */
  phone: string | null
  /** The name that the caller gave; before that, the one that the network shows. */
  name: string | null
  /** The number that the caller dialled, when the dialplan told it. */
  dialled: string | null
  /** Name of the desk. */
  desk: string
  language: string
  topic: string | null
  state: string
  /** `supervised` while a supervisor has the call. */
  phase: string
  speaking: Who
  /** Since when nobody has spoken; null while somebody speaks. */
  quietSinceWallMs: number | null
  troubles: Troubles
  /** How long the caller waited for the last reply; null before the first one. */
  replyMs: number | null
}

/** What has changed in the table, sent to those who look at it. */
export type RowBatch = {
  /** When the batch was made, by the server's wall clock: the browser's clock may be wrong. */
  atWallMs: number
  rows: readonly CallRow[]
  ended: readonly { id: string; outcome: string }[]
  /** The rows are all that there are. */
  isWhole: boolean
}

export function callRow(
  id: string,
  { session, log, startedWallMs }: { session: Session; log: CallLog; startedWallMs: number },
): CallRow {
  const { dialogue, story } = session
  const { details } = log
  return {
    id,
    startedWallMs,
    phone: details.phone ?? details.callerNumber,
    name: details.name ?? details.callerName,
    dialled: details.dialled,
    desk: details.desk,
    language: dialogue.language,
    topic: details.topic,
    state: dialogue.stateName,
    phase: session.phase,
    speaking: who(log),
    quietSinceWallMs: story.quietSinceMs === null ? null : startedWallMs + story.quietSinceMs,
    troubles: dialogue.troubles,
    replyMs: details.latencies.at(-1)?.firstFrame ?? null,
  }
}
