// The thread of the embedded voice: owns one engine per language and speaks one text after another. voice.ts decides
// what is spoken, and in which order.

import { errorText, ProviderError } from '../../base/errors.ts'
import { lowerPriority } from '../../threads/priority.ts'
import { createEngine, type Engine } from './engine.ts'

export type VoiceJob = {
  id: number
  folder: string
  language: string
  /** Pieces that went through `pronounceable`, spoken one after another. */
  pieces: readonly string[]
  /** One cell of shared memory; not 0 once the text is cancelled. */
  cancelled: Int32Array
}

export type VoiceAnswer =
  /** mono s16 at 16 kHz, transferred */
  | { kind: 'samples'; id: number; samples: Int16Array }
  | { kind: 'end'; id: number }
  | { kind: 'failed'; id: number; code: string; message: string }

/** The callers' frames go first: at nice 10 a busy voice adds nothing to the ticker's lateness. */
const nice = 10

declare const self: Worker

const engines = new Map<string, Engine>()
let last: Promise<void> = Promise.resolve()

self.onmessage = (event: MessageEvent<VoiceJob>) => {
  last = last.then(() => run(event.data))
}

async function run(job: VoiceJob): Promise<void> {
  try {
    const engine = await engineFor(job)
    const onSamples = (samples: Int16Array) => {
      if (Atomics.load(job.cancelled, 0) !== 0) return false
      send({ kind: 'samples', id: job.id, samples }, [samples.buffer as ArrayBuffer])
      return true
    }
    for (const piece of job.pieces) if (!engine.speak(piece, onSamples)) break
    send({ kind: 'end', id: job.id })
  } catch (error) {
    const code = error instanceof ProviderError ? error.code : 'unavailable'
    send({ kind: 'failed', id: job.id, code, message: errorText(error) })
  }
}

async function engineFor(job: VoiceJob): Promise<Engine> {
  const known = engines.get(job.language)
  if (known) return known
  const engine = await createEngine(job.folder, job.language)
  engines.set(job.language, engine)
  return engine
}

function send(answer: VoiceAnswer, transfer: ArrayBuffer[] = []): void {
  self.postMessage(answer, transfer)
}

lowerPriority(nice, 'the embedded voice')
