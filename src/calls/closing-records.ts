// The records of ended calls that are still being written. A call that comes back meanwhile gets a second record of the
// same id, and both are waited for.

import type { CallDetails } from './call-log.ts'

/** The part of recording/recorder.ts that a call uses. */
export type CallRecorder = {
  caller(frame: Int16Array): void
  agent(frame: Int16Array | null, nowMs: number): void
  allow(): void
  forbid(): void
  pause(on: boolean): void
  save(details: CallDetails): void
  /** @param inputs what the call can be played again from */
  close(details: CallDetails, inputs?: () => string): Promise<void>
}

export class ClosingRecords {
  private readonly closing = new Map<string, Promise<void>>()

  /** Closes a call's record; `has` is true for the id until the record is on disk. */
  add(callId: string, recorder: CallRecorder, details: CallDetails, inputs?: () => string): void {
    const earlier = this.closing.get(callId)
    const closed = Promise.all([earlier, recorder.close(details, inputs)]).then(() => {
      if (this.closing.get(callId) === closed) this.closing.delete(callId)
    })
    this.closing.set(callId, closed)
  }

  has(callId: string): boolean {
    return this.closing.has(callId)
  }

  /** Resolves when every record added so far is on disk. */
  async allWritten(): Promise<void> {
    await Promise.all(this.closing.values())
  }
}
