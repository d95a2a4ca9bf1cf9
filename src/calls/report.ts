// What the registry tells of calls for the operator's own system. Types only.

import type { RecordingChoice } from '../desk/types.ts'
import type { Known } from '../dialogue/types.ts'
import type { CallDetails } from './call-log.ts'
import type { CallStart } from './call-start.ts'
import type { NextStep } from './next-step.ts'

export type CallReport = {
  callId: string
} /** `resumed`: it came back from the queue, or from another machine. `choice`: of its earlier part. */ & (
  | { kind: 'started'; start: CallStart; resumed: boolean; choice: RecordingChoice | null }
  | { kind: 'callBackPromised'; known: Known }
  | {
      kind: 'ended'
      details: CallDetails
      known: Known
      summary: string
      /** Where the dialplan was sent. */
      step: NextStep
      durationMs: number
    }
)
