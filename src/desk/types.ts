// Names that the desk's script, the understanding and the dialogue share, as lists with their types.

export const dialogueStates = [
  'init',
  'welcome',
  'identification',
  'diagnostic',
  'solution',
  'verification',
  'transfer',
  'goodbye',
  'error',
] as const
export type DialogueStateName = (typeof dialogueStates)[number]

/**
 * Whether calls are recorded: `notice` records unless the caller objects, `consent` only after the caller said yes.
 * The setting RECORDING.
 */
export const recordingPolicies = ['off', 'notice', 'consent'] as const
export type RecordingPolicy = (typeof recordingPolicies)[number]

/** What the caller said about being recorded: `declined` answers our question, `objected` comes unasked. */
export const recordingChoices = ['objected', 'agreed', 'declined'] as const
export type RecordingChoice = (typeof recordingChoices)[number]

/** The kind of answer that a question expects; endpointing and the recogniser are set for it. */
export type ExpectKind = 'open' | 'yesNo' | 'number' | 'choice'
