// The consent line: what the caller was told of the recording, what they chose, and when.

import type { CallInfo } from '../../../calls/views.ts'
import type { CallRecord } from '../../../recording/files.ts'
import { texts } from './dom.ts'
import { clockTime } from './elements.ts'

/** `Recording: announced (0:11) · the caller objected (0:25)`. @param recording null in records of older versions */
export function consentText(recording: CallInfo['recording'] | CallRecord['recording']): string {
  if (recording === null) return `${texts.recording} ${texts.recordingUnknown}`
  const { policy, choice, atMs, noticeAtMs } = recording
  const parts: string[] = []
  if (policy === 'off') parts.push(texts.recordingOff)
  if (policy === 'notice')
    parts.push(
      noticeAtMs === null ? texts.recordingNotHeard : `${texts.recordingHeard} (${clockTime(noticeAtMs)})`,
    )
  if (policy === 'consent' && choice === null) parts.push(texts.recordingNotAsked)
  if (choice !== null)
    parts.push(`${texts.recordingChoices[choice]}${atMs === null ? '' : ` (${clockTime(atMs)})`}`)
  return `${texts.recording} ${parts.join(' · ')}`
}
