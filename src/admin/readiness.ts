// Whether a call can be taken, from the parts that calls need. A part that calls can do without does not turn them away:
// it is named, so that somebody looks.

import type { Readiness } from './deps.ts'

export type Parts = {
  /** Places of the audio workers, and how many of them lose one worker after the other. */
  audio: { size: number; readonly down: number }
  judge: { readonly isDown: boolean } | undefined
  /** The embedded voice: `only` when it is down and there is no other, `standIn` when others speak. */
  readonly voiceDown: 'only' | 'standIn' | undefined
}

export function readinessOf({ audio, judge, voiceDown }: Parts): Readiness {
  if (audio.down === audio.size)
    return { ready: false, reason: `audio workers: all ${audio.size} are down, nothing can be decoded` }
  if (voiceDown === 'only')
    return { ready: false, reason: 'embedded voice: its thread is down, and there is no other voice' }
  const degraded: string[] = []
  if (audio.down > 0) degraded.push(`audio workers: ${audio.down} of ${audio.size} are down`)
  if (voiceDown === 'standIn') degraded.push('embedded voice: its thread is down, other voices speak')
  if (judge?.isDown) degraded.push('voice judge: its thread is down, energy alone decides who speaks')
  return { ready: true, degraded }
}
