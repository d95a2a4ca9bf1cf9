// What the registry tells of its calls where several machines share them (server/handover/handover.ts). Types only.

import type { CallEvent } from '../call/events.ts'
import type { Earlier } from '../call/reply/thinker-deps.ts'
import type { Session } from '../call/session.ts'
import type { CallStart } from './call-start.ts'
import type { EndedCall } from './recent-calls.ts'

/** An earlier part of a call. `machine`: address of the machine of a cluster that has its recording. */
export type EarlierPart = Earlier & { language: string; machine?: string | undefined }

export type SharedCall = { session: Session; start: CallStart; startedWallMs: number }

export type CallSharing = {
  /** @param onTaken called later, when another machine has the call */
  begin(callId: string, onTaken: () => void): void
  /** @returns whether the call was this machine's to the end: another one takes it while this one is frozen */
  end(callId: string): Promise<boolean>
  /** Another machine has the call: nothing of this part counts. */
  isTaken(callId: string): boolean
  progressed(callId: string, call: SharedCall, event: CallEvent): void
  /** The call waits for people now, and may come back. */
  mayReturn(callId: string, call: EndedCall): void
}
