// What works without any vendor: a recogniser that hears no words, the scripted desk, and the voice SVOX Pico.

import { defineAdapter } from '../adapter.ts'
import { createEmbeddedStt } from './stt.ts'
import { createEmbeddedTts } from './tts.ts'

const stt = defineAdapter({
  service: 'stt',
  name: 'embedded',
  vendor: 'embedded',
  about: 'hears no words: the desk leads the caller by keys',
  settings: {},
  open: () => [{ label: 'embedded', adapter: createEmbeddedStt() }],
})

const scripted = defineAdapter({
  service: 'llm',
  name: 'scripted',
  vendor: 'embedded',
  about: 'no model, only the desk’s own wordings; always the last',
  settings: {},
  open: () => [],
})

const tts = defineAdapter({
  service: 'tts',
  name: 'embedded',
  vendor: 'embedded',
  about: 'SVOX Pico in WebAssembly',
  settings: {},
  open(_, { clock, metrics, language, voicesDir, createVoiceWorker }) {
    const lost = metrics.counter('worker_restarts_total', 'Workers that were replaced', { pool: 'voice' })
    const adapter = createEmbeddedTts({
      folder: voicesDir,
      clock,
      onLost: () => lost.add(),
      ...(createVoiceWorker ? { createWorker: createVoiceWorker } : {}),
    })
    // A voice that only stands in starts its thread when it is needed: the thread costs memory.
    const warm = async (isFirst: boolean) => (isFirst ? adapter.warm(language) : undefined)
    return [{ label: 'embedded', adapter, warm }]
  },
})

export const embedded = [stt, scripted, tts]
