// Whether the audio of one call may be kept: by what the caller was told, agreed to or refused, in this call or in an
// earlier part of it. The words for that are in dialogue/recording.ts.

import type { RecordingChoice } from '../desk/types.ts'
import { noticeLines } from '../dialogue/recording.ts'
import type { Line } from '../dialogue/types.ts'
import type { CallDialogue } from './reply/call-dialogue.ts'
import type { SessionDeps } from './session-deps.ts'
import type { Story } from './story.ts'

export class RecordingPermission {
  constructor(
    private readonly dialogue: CallDialogue,
    private readonly deps: Pick<SessionDeps, 'policy' | 'recorder' | 'pausesForNumbers'>,
    private readonly story: Story,
  ) {}

  /** Audio is kept when an earlier part of the call allowed it, and never when it was refused there. */
  inherit(): void {
    const { policy, recorder } = this.deps
    const { choice, noticeHeard } = this.dialogue.recording
    if (choice === 'objected' || choice === 'declined') recorder?.forbid()
    else if (choice === 'agreed' || (policy === 'notice' && noticeHeard)) recorder?.allow()
  }

  /** A line was played to its end; that which tells of the recording counts. */
  lineHeard({ name }: Line): void {
    if (!noticeLines.has(name)) return
    if (this.dialogue.recording.choice === null) this.deps.recorder?.allow()
    this.dialogue.noticeHeard()
    this.story.recordingChanged(null)
  }

  chose(choice: RecordingChoice): void {
    if (choice === 'agreed') this.deps.recorder?.allow()
    else this.deps.recorder?.forbid()
    this.story.recordingChanged(choice)
  }

  /** @param on whether the desk waits for a telephone number */
  numberExpected(on: boolean): void {
    const isHidden = this.deps.pausesForNumbers && on
    this.story.hides = isHidden
    this.deps.recorder?.pause(isHidden)
  }
}
