// The words that the desk's script, the understanding and the dialogue share. Types and names only.

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

export type Language = 'fr' | 'en'
export type Topic = 'internet' | 'mobile'

/** What kind of answer a question waits for; endpointing and the recogniser are set by it. */
export type ExpectKind = 'open' | 'yesNo' | 'number' | 'choice'
