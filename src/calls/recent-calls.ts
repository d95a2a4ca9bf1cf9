// Ended calls that the server still remembers: the operator sees them, a call that comes back from the queue is
// recognised by them, and an erasure finds a caller's calls in them by number.

import type { HistoryEntry } from '../call/history.ts'
import type { Earlier } from '../call/reply/thinker-deps.ts'
import type { RecordingChoice } from '../desk/types.ts'
import type { Known } from '../dialogue/types.ts'
import { gaveNumber } from '../understanding/spoken-number.ts'
import type { CallInfo } from './views.ts'

/** `numbers` are all that the caller gave and did not take back, in national form: `0612345678`. */
export type EndedCall = {
  info: CallInfo
  known: Known
  numbers: readonly string[]
  language: string
  recording: { choice: RecordingChoice | null; noticeHeard: boolean }
}

/** Outcomes after which the dialplan asked people. A call that comes back after one of them was not answered there. */
const sentToPeople: ReadonlySet<string> = new Set(['transfer', 'error', 'lost'])
/** The oldest calls beyond this are forgotten. */
const capacity = 200

export class RecentCalls {
  private readonly calls = new Map<string, EndedCall & { part: number }>()

  /** Remembers a call, in place of an earlier part of the same call. */
  add(call: EndedCall): void {
    const part = (this.calls.get(call.info.id)?.part ?? 0) + 1
    this.calls.delete(call.info.id)
    this.calls.set(call.info.id, { ...call, part })
    for (const id of this.calls.keys()) {
      if (this.calls.size <= capacity) break
      this.calls.delete(id)
    }
  }

  get(callId: string): CallInfo | undefined {
    return this.calls.get(callId)?.info
  }

  /** Newest first. */
  list(): CallInfo[] {
    return [...this.calls.values()].map(({ info }) => info).reverse()
  }

  /**
   * What is known of a call that comes back from a queue that did not answer it; undefined for any other call. The
   * dialplan sends a caller back once. The UUID goes out to technicians' phones, so a further part of the same call,
   * which may be a stranger's, gets nothing of what the caller said.
   */
  earlierPartOf(callId: string): (Earlier & { language: string }) | undefined {
    const call = this.calls.get(callId)
    if (call?.part !== 1 || !sentToPeople.has(call.info.outcome ?? '')) return undefined
    const { choice, noticeHeard } = call.recording
    return { known: call.known, language: call.language, choice, noticeHeard }
  }

  /** Another machine has the call's next part, so that a further one gets nothing here. */
  continued(callId: string): void {
    const call = this.calls.get(callId)
    if (call) this.calls.set(callId, { ...call, part: call.part + 1 })
  }

  /** Calls in which the number was given: confirmed, rejected, or only spoken. @param phone `0612345678` */
  ofCaller(phone: string): CallInfo[] {
    return [...this.calls.values()]
      .filter(({ info, known, numbers, language }) =>
        gaveNumber({ ...info, language, phone: known.phone, numbers }, phone),
      )
      .map(({ info }) => info)
  }

  /** Forgets the calls of a number. @param phone national form, `0612345678` @returns their ids */
  forgetCaller(phone: string): string[] {
    const ids = this.ofCaller(phone).map(({ id }) => id)
    for (const id of ids) this.forget(id)
    return ids
  }

  /** Empties the words too: the engine's compiled code may hold the ended call for a while. */
  forget(callId: string): void {
    const words = this.calls.get(callId)?.info.transcript as HistoryEntry[] | undefined
    words?.splice(0)
    this.calls.delete(callId)
  }
}
