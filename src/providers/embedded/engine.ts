// SVOX Pico in WebAssembly: one voice, text in, 16 kHz samples out, all of it synchronous. A second of speech blocks
// the thread for about 15 ms, so only voice.worker.ts uses it.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import createPico, { type PicoModule } from '@echogarden/svoxpico-wasm'
import { ProviderError } from '../../base/errors.ts'
import { programFile } from '../../base/program.ts'
import { voiceOf } from '../../understanding/languages/voices.ts'

export const voiceRateHz = 16_000

export type Engine = {
  /**
   * Speaks `text`, which must come from `pronounceable` (text.ts): `<…>` is markup here.
   *
   * The same text gives the same bytes whatever was spoken before, even after a text that was stopped halfway.
   *
   * @param onSamples receives mono s16 at 16 kHz, 800 samples (50 ms) or, at the end, fewer, and may keep the array.
   *   Returns false to stop at once.
   * @returns whether the text was spoken to its end
   * @throws {ProviderError} `badVoice` when Pico reports a status that is not OK
   */
  speak(text: string, onSamples: (samples: Int16Array) => boolean): boolean
}

/** Read here, because inside an executable the package does not find it. */
const picoWasm = programFile('node_modules/@echogarden/svoxpico-wasm/svoxpico.wasm')
const arenaBytes = 2_500_000
const chunkSamples = 800
const pollBytes = 4_096
const busy = 201
const idle = 200

/**
 * @param folder where the voice's `.bin` files are
 * @param language its code
 * @throws {ProviderError} `badVoice` for a language without a voice, or files that are absent or not a voice
 */
export async function createEngine(folder: string, language: string): Promise<Engine> {
  const files = voiceOf(language)?.embedded
  if (!files) throw new ProviderError('badVoice', `there is no embedded voice for language '${language}'`)
  const pico = await createPico({ wasmBinary: readFileSync(picoWasm) })
  const arena = pico._malloc(arenaBytes)
  const engine = start(pico, arena, [read(folder, files.analysis), read(folder, files.signal)])
  // All of Pico's state is in this arena. Restoring its first state before each text (0.3 ms) makes speech repeatable:
  // pico_resetEngine keeps filter memory and noise state, and gives different bytes each time.
  const fresh = pico.HEAPU8.slice(arena, arena + arenaBytes)
  const out = pico._malloc(pollBytes)
  const numbers = pico._malloc(8)

  return {
    speak(text, onSamples) {
      pico.HEAPU8.set(fresh, arena)
      const collector = collect(onSamples)
      const bytes = new TextEncoder().encode(`${text}\0`)
      const input = pico._malloc(bytes.length)
      try {
        pico.HEAPU8.set(bytes, input)
        for (let taken = 0; taken < bytes.length; ) {
          check(pico._pico_putTextUtf8(engine, input + taken, bytes.length - taken, numbers), 'text')
          taken += int16(pico, numbers)
          for (let status = busy; status === busy; ) {
            status = pico._pico_getData(engine, out, pollBytes, numbers, numbers + 4)
            if (status !== busy && status !== idle) check(status, 'speech')
            const received = int16(pico, numbers)
            if (received > 0 && !collector.push(pico.HEAPU8, out, received)) return false
          }
        }
        return collector.flush()
      } finally {
        pico._free(input)
      }
    },
  }
}

function start(pico: PicoModule, arena: number, resources: readonly Uint8Array[]): number {
  const pointer = pico._malloc(4)
  check(pico._pico_initialize(arena, arenaBytes, pointer), 'memory')
  const system = uint32(pico, pointer)
  const voice = cString(pico, 'voice')
  check(pico._pico_createVoiceDefinition(system, voice), 'voice')
  const name = pico._malloc(256)
  const path = cString(pico, '/resource.bin')
  for (const resource of resources) {
    pico.FS.writeFile('/resource.bin', resource)
    check(pico._pico_loadResource(system, path, pointer), 'resource')
    pico.FS.unlink('/resource.bin')
    check(pico._pico_getResourceName(system, uint32(pico, pointer), name), 'resource name')
    check(pico._pico_addResourceToVoiceDefinition(system, voice, name), 'resource of the voice')
  }
  check(pico._pico_newEngine(system, voice, pointer), 'engine')
  return uint32(pico, pointer)
}

/** Pico returns 4 ms at a time; this collects them into chunks that are worth a message. */
function collect(onSamples: (samples: Int16Array) => boolean) {
  let chunk = new Int16Array(chunkSamples)
  let filled = 0
  return {
    push(memory: Uint8Array, start: number, bytes: number): boolean {
      for (let i = 0; i + 1 < bytes; i += 2) {
        chunk[filled++] = memory[start + i] | (memory[start + i + 1] << 8)
        if (filled < chunkSamples) continue
        if (!onSamples(chunk)) return false
        chunk = new Int16Array(chunkSamples)
        filled = 0
      }
      return true
    },
    flush: (): boolean => filled === 0 || onSamples(chunk.slice(0, filled)),
  }
}

function read(folder: string, file: string): Uint8Array {
  try {
    return readFileSync(join(folder, file))
  } catch (cause) {
    throw new ProviderError('badVoice', `the voice file ${file} cannot be read`, { cause })
  }
}

function check(status: number, what: string): void {
  if (status !== 0) throw new ProviderError('badVoice', `Pico refused its ${what} with status ${status}`)
}

function cString(pico: PicoModule, text: string): number {
  const bytes = new TextEncoder().encode(`${text}\0`)
  const pointer = pico._malloc(bytes.length)
  pico.HEAPU8.set(bytes, pointer)
  return pointer
}

const int16 = (pico: PicoModule, at: number) => ((pico.HEAPU8[at] | (pico.HEAPU8[at + 1] << 8)) << 16) >> 16
const uint32 = (pico: PicoModule, at: number) =>
  (pico.HEAPU8[at] |
    (pico.HEAPU8[at + 1] << 8) |
    (pico.HEAPU8[at + 2] << 16) |
    (pico.HEAPU8[at + 3] << 24)) >>>
  0
