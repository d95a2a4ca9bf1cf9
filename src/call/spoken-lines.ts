// What a call does when a line of the agent begins, ends, is cut or cannot be spoken.

import type { AgentInput } from './agent/state.ts'
import type { RecordingPermission } from './recording-permission.ts'
import type { SpeakerListener } from './sound/speaker.ts'
import type { Story } from './story.ts'

export type SpokenDeps = {
  story: Story
  feed: (input: AgentInput) => void
  permission: Pick<RecordingPermission, 'lineHeard'>
  /** Whether the call is about to end because of a failure. */
  isInError: () => boolean
  /** Leaves a language that was changed to just now. @returns false when there is no language to go back to */
  goBack: (why: string) => boolean
}

export function spokenLines(deps: SpokenDeps): Omit<SpeakerListener, 'ready'> {
  const { story, feed, permission, isInError, goBack } = deps
  return {
    lineBegun: (turn, index, line) => {
      story.lineBegun(turn, line, index < 0)
      if (index >= 0) feed({ kind: 'lineBegun', turn, index })
    },
    lineEnded: (turn, index, line, text, cut) => {
      story.lineEnded(line, text, cut)
      if (!cut) permission.lineHeard(line)
      if (!cut && index >= 0) feed({ kind: 'lineEnded', turn, index })
    },
    lineLeftOut: (turn, index, line, text) => {
      story.lineEnded(line, text, true)
      feed({ kind: 'lineEnded', turn, index })
    },
    lineFailed: (turn, index, line, text) => {
      story.lineEnded(line, text, true)
      // In the error state a line that fails as well is skipped, because the call is about to end.
      if (isInError()) feed({ kind: 'lineEnded', turn, index })
      else if (!goBack('no voice speaks it')) feed({ kind: 'failed', turn })
    },
    voiceAnswered: (turn) => story.voiceAnswered(turn),
  }
}
