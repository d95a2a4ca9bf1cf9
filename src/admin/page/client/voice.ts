// Which voice the phrases have, and how far a new one has come.

import type { VoiceState } from '../../../phrases/types.ts'
import { askJson } from './api.ts'
import { texts } from './dom.ts'
import { byId } from './elements.ts'

const everyMs = 3_000

/** Shows it, and again until the voice has spoken all phrases. */
export async function showVoice(): Promise<void> {
  const { voice, onAir, phase, phrases, done } = await askJson<VoiceState>('/api/voice')
  const isAtWork = phase === 'speaking' || phase === 'paused'
  const progress = phase === 'paused' ? texts.voicePaused : texts.voiceSpeaking
  byId('voice').textContent = isAtWork
    ? `${progress} ${voice} : ${done} / ${phrases}`
    : onAir
      ? `${texts.voiceOnAir} ${voice}.`
      : ''
  if (isAtWork) setTimeout(() => void showVoice().catch(() => {}), everyMs)
}
