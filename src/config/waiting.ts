// The settings of what callers hear while they wait.

import { choice, number, share } from '../base/setting.ts'

export const waiting = {
  LLM_FIRST_TOKEN_MS: number(
    700,
    'ms',
    100,
    10_000,
    'when the model has written nothing after this time, the caller hears the wait phrase',
  ),
  WAITING_SOUND: choice(
    ['noise', 'music', 'off'],
    'noise',
    'between phrases: soft noise; music plays waiting.wav of the site in a search; off leaves silence',
  ),
  WAITING_MUSIC_DB: share(-32, -60, -15, 'level of that music, dB below full scale; phrases have -20'),
}
