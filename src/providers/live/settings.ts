// The settings that all live recognisers share.

import { number, type Values, words } from '../../base/setting.ts'
import { type LinkTuning, linkDefaults } from './tuning.ts'

export const keytermSettings = {
  STT_KEYTERMS: words(
    'Wouippleul',
    'words that a live recogniser is to expect in every state of the dialogue',
  ),
}

export const linkSettings = {
  STT_GIVE_UP_MS: number(
    linkDefaults.giveUpMs,
    'ms',
    500,
    60_000,
    'how long a live recogniser may be unreachable before the next one takes over',
  ),
}

export const linkTuning = (values: Values<typeof linkSettings>): Pick<LinkTuning, 'giveUpMs'> => ({
  giveUpMs: values.STT_GIVE_UP_MS,
})
