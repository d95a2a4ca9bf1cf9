// What the rest of the program asks of the phrase cache. Types only.

export type PhraseView = {
  /** slin8 samples on shared memory: never write to them, keep them as long as you like. */
  samples: Int16Array
  generation: number
}

export type PhraseFinder = {
  /**
   * Looks a text up in the voice and language in use, in under 50 µs and without allocating for a miss.
   *
   * @returns undefined when the text was never spoken or has been evicted
   */
  find(text: string, language: string): PhraseView | undefined
  /**
   * Keeps what a voice just said, so that it is a hit next time; does nothing when the arena is full.
   *
   * @param voice whose it is, when another than the voice in use spoke
   */
  keep(text: string, language: string, samples: Int16Array, voice?: string): void
}
