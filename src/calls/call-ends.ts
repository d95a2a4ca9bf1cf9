// Tells the operator's system of each call's end and counts it for its day, once: of several machines, the one that has
// the call does so. A machine that thaws ends calls with which another one goes on.

import type { Session } from '../call/session.ts'
import type { CallLog } from './call-log.ts'
import type { DayMetrics } from './day-metrics.ts'
import type { NextStep } from './next-step.ts'
import type { CallReport } from './report.ts'

export type CallEndsDeps = {
  /** Takes what happens in calls, for the operator's own system. */
  report?: (report: CallReport) => void
  /** Counts what the days are judged by. */
  days?: Pick<DayMetrics, 'ended'>
}

type Ended = { session: Session; log: CallLog }

export class CallEnds {
  private readonly waiting = new Set<Promise<void>>()

  constructor(private readonly deps: CallEndsDeps) {}

  /** @param isOurs whether the call was this machine's to the end; undefined for a machine that is alone */
  tell(callId: string, call: Ended, step: NextStep, isOurs: Promise<boolean> | undefined): void {
    const { known, summary } = call.session.dialogue
    const { details } = call.log
    const durationMs = Math.round(call.session.story.elapsedMs)
    const tell = () => {
      this.count(call)
      this.deps.report?.({ kind: 'ended', callId, details, known, summary, step, durationMs })
    }
    if (isOurs === undefined) {
      tell()
      return
    }
    const told = isOurs.then((is) => {
      this.waiting.delete(told)
      if (is) tell()
    })
    this.waiting.add(told)
  }

  async allTold(): Promise<void> {
    await Promise.all(this.waiting)
  }

  private count({ session: { dialogue }, log: { details } }: Ended): void {
    const { outcome, states } = details
    if (outcome === null) return
    const { known, troubles, handOverLine } = dialogue
    this.deps.days?.ended({
      outcome,
      known,
      troubles,
      handOverLine,
      states: states.map(({ state }) => state),
    })
  }
}
