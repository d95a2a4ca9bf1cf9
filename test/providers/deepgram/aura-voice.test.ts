import { expect, test } from 'bun:test'
import { auraVoice } from '../../../src/providers/deepgram/aura.ts'

test.each([
  ['aura-2-agathe-fr', 'fr', 'aura-2-agathe-fr'],
  ['aura-2-hector-fr', 'fr', 'aura-2-hector-fr'],
  ['aura-2-agathe-fr', 'en', 'aura-2-thalia-en'],
  ['aura-2-zeus-en', 'fr', 'aura-2-agathe-fr'],
  // A server of one's own: the name does not say a language.
  ['our-voice', 'en', 'our-voice'],
])('with AURA_VOICE=%s a call in %s is spoken by %s', (voice, language, spoken) => {
  expect(auraVoice(voice, language)).toBe(spoken)
})
