// Repairs the site's phrases, for `bun run phrases`: audio that is missing, damaged or of another text is made again by
// a voice, and stored as one change.

import { bytesOf } from '../audio/pcm.ts'
import type { SiteItem, SitePhrase } from '../site/generation.ts'
import type { Site } from '../site/store.ts'
import { type PhraseSpeaker, speakPhrase } from './generate.ts'
import { readPhrases } from './read.ts'
import type { Fault } from './recordings.ts'
import { idOf, loadTexts, type Phrase, phrasesOf } from './texts.ts'

/** What a reload would refuse, and what would be spoken live, of the phrases that the site has changed. */
export async function checkSite(assetsDir: string, site: Site): Promise<Fault[]> {
  const { broken, incomplete } = await readPhrases(assetsDir, 0, site)
  const own = new Set(Object.keys(site.state.phrases))
  return [...broken, ...incomplete].filter(
    ({ file }) => own.has(file.replace(/\.raw$/, '')) || file.startsWith('site: '),
  )
}

/**
 * @param by who makes the change, for the history
 * @returns the ids of the phrases that have new audio, or none any more because the shipped audio is right
 * @throws errors of the voice and of the disk; nothing has changed then
 */
export async function repairSite(
  assetsDir: string,
  site: Site,
  speaker: PhraseSpeaker,
  by: string,
): Promise<string[]> {
  const set = await readPhrases(assetsDir, 0, site)
  const shipped = await shippedTexts(assetsDir)
  const broken = new Set(set.broken.map(({ file }) => file))
  const items: SiteItem[] = []
  for (const phrase of set.texts.flatMap(phrasesOf)) {
    const id = idOf(phrase)
    const before = site.state.phrases[id]
    if (!before || (set.voices.has(id) && !broken.has(id))) continue
    const text = phrase.text === shipped.get(id) ? null : phrase.text
    // The shipped audio speaks this text: nothing of the site's is left to say.
    const isShipped = text === null && set.voices.has(id)
    const after = isShipped ? null : { text, sound: await newSound(phrase, site, speaker), version: 1 }
    items.push({ kind: 'phrase', id, shipped: shipped.get(id) ?? null, before, after })
  }
  if (items.length > 0 || site.faults.length > 0) await site.commit({ by, action: 'repair', items })
  return items.map(({ id }) => id)
}

/** The shipped text of each phrase, by {@link idOf}. */
export async function shippedTexts(assetsDir: string): Promise<Map<string, string>> {
  const phrases = (await loadTexts(`${assetsDir}/phrases`)).flatMap(phrasesOf)
  return new Map(phrases.map((phrase) => [idOf(phrase), phrase.text]))
}

async function newSound(phrase: Phrase, site: Site, speaker: PhraseSpeaker): Promise<SitePhrase['sound']> {
  const samples = await speakPhrase(phrase, speaker)
  const sha256 = await site.store(bytesOf(samples), 'raw')
  return { sha256, samples: samples.length, voice: speaker.voice, isSpeaker: false, says: phrase.text }
}
