// Swaps a set of phrases in that read.ts has read. A start takes what is sound and names the rest; a reload refuses a
// set in which anything is broken, because a better one is in use.

import { PhraseError } from './arena.ts'
import type { PhraseCache } from './cache.ts'
import { type PhraseSet, type Reloaded, readPhrases, type SiteSource, type Wanted } from './read.ts'
import { phrasesOf } from './texts.ts'

/**
 * Swaps a set in. A call that is playing an old phrase plays it to its end, and phrases kept from live voices stay.
 *
 * @throws {PhraseError} `tooBig`, `late`; nothing has changed then
 */
export function installPhrases(set: PhraseSet, cache: PhraseCache): Reloaded {
  const { arena, ownArena, speakers, recordedVoices, ...rest } = set
  const ownSet = { arena: ownArena, onAir: set.own.onAir }
  const refused = tooBig(() => cache.check(arena, ownSet))
  cache.install(arena, recordedVoices, speakers, refused === undefined ? ownSet : undefined)
  for (const { text, language } of set.texts.flatMap(phrasesOf)) cache.peek(text, language)
  const { entries: recordings, generation } = arena
  return {
    ...rest,
    recordings,
    generation,
    bytes: arena.buffer.byteLength,
    ...(refused === undefined ? {} : { ownRefused: refused, own: { ...set.own, onAir: false } }),
  }
}

/** @returns why both sets together do not fit; the recordings alone may */
function tooBig(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof PhraseError && error.code === 'tooBig') return error.message
    throw error
  }
}

/**
 * Reads everything again and swaps it in.
 *
 * @throws {ConfigError} `badTexts`; {@link PhraseError} `badRecordings` naming each broken file and why, `tooBig`,
 *   `late`. After an error nothing has changed
 */
export async function reloadPhrases(
  assetsDir: string,
  cache: PhraseCache,
  site?: SiteSource,
  wanted?: Wanted,
): Promise<Reloaded> {
  const set = await readPhrases(assetsDir, cache.nextGeneration(), site, wanted)
  if (set.broken.length > 0) {
    const list = set.broken.map(({ file, reason }) => `${file} ${reason}`).join('; ')
    throw new PhraseError(
      'badRecordings',
      `the phrases were not loaded: ${list}; \`bun run phrases\` makes missing recordings, ` +
        'with ASSETS_DIR and DATA_DIR as the server has them',
    )
  }
  return installPhrases(set, cache)
}
