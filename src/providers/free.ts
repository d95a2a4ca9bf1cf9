// What a call uses when nothing may be spent: keys for a recogniser, no language model, and the embedded voice beside
// the recorded phrases, as where no vendor has a key.

import { createEmbeddedStt } from './embedded/stt.ts'
import type { TtsChain } from './fallback-tts.ts'
import type { Stt } from './stt.ts'
import type { Tts } from './tts.ts'

export type FreeServices = {
  stt: Stt
  tts: Pick<TtsChain, 'parts'>
  /** For the record of a call. */
  names: { stt: string; llm: string; tts: string }
  close(): void
}

/**
 * @param chain the voices in use, in the order of `voices`
 * @param openEmbedded opens the embedded voice where it is not among them, with the first call that needs it
 */
export function createFreeServices(
  chain: TtsChain,
  voices: readonly Tts[],
  openEmbedded: () => TtsChain,
): FreeServices {
  const from = voices.findIndex(({ name }) => name === 'embedded')
  let opened: TtsChain | undefined
  return {
    stt: createEmbeddedStt(),
    tts: {
      parts(request) {
        if (from >= 0) return chain.parts(request, { from, alone: true })
        opened ??= openEmbedded()
        return opened.parts(request)
      },
    },
    names: { stt: 'embedded', llm: 'scripted', tts: 'embedded' },
    close: () => opened?.close(),
  }
}
