// Which sentences of the language model were spoken before. Most of them never come again: keeping the audio of each at
// its first time filled the phrase cache with 60 kB a sentence, and evicted sentences that do come again.

import { hashPhrase, keyWords, type PhraseHash } from './hash.ts'

const places = 8_192

/** Remembers hashes only, and forgets a sentence when another one takes its place. */
export class Sightings {
  private readonly seen = new Int32Array(2 * places)
  private readonly key = new Int32Array(keyWords)

  constructor(private readonly hash: PhraseHash = hashPhrase) {}

  /** @returns whether the sentence was noted before */
  note(text: string, language: string): boolean {
    const { seen, key } = this
    this.hash('', language, text, key)
    const at = 2 * (key[0]! & (places - 1))
    if (seen[at] === key[1] && seen[at + 1] === key[2]) return true
    seen[at] = key[1]!
    seen[at + 1] = key[2]!
    return false
  }
}
