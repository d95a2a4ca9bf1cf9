// What the agent says and how it sounds: the texts of the desk, their ready-made audio, the audio workers that convert
// a voice's answer, and the language model's prompt.

import { join } from 'node:path'
import { ConfigError } from '../base/errors.ts'
import { type Converter, createConverter } from '../codecs/convert.ts'
import { audioWorker } from '../codecs/jobs.ts'
import type { Config } from '../config.ts'
import { parseTexts, type Texts } from '../desk/texts.ts'
import { type PromptTemplates, parseTemplates } from '../dialogue/model/prompt.ts'
import { createPhraseCache, type PhraseCache } from '../phrases/cache.ts'
import { openPhraseEditor, type PhraseEditor } from '../phrases/editor.ts'
import type { Llm } from '../providers/llm.ts'
import { createPool, type Pool } from '../threads/pool.ts'
import type { ServeParts, ServerContext } from './context.ts'
import { speakerOf, type Vendors } from './vendors.ts'

export type SpeechParts = {
  readonly pool: Pool
  readonly converter: Converter
  readonly phrases: PhraseCache
  readonly phraseEditor: PhraseEditor
  /** The language model and its prompt; undefined when the script alone speaks. */
  readonly model: { llm: Llm; templates: PromptTemplates } | undefined
  /** The desk's texts as they are now: an operator may change them while the server runs. */
  texts(): Texts
}

/** @throws {ConfigError} when the prompt, the texts or the audio of the phrases cannot be read */
export async function openSpeech(
  { config, clock, log, metrics }: ServerContext,
  { tts, llm }: Vendors,
  worker: ServeParts['audioWorker'] = audioWorker,
): Promise<SpeechParts> {
  const prompt = llm && (await readPrompt(config))
  const model = llm && prompt !== undefined ? { llm, templates: parseTemplates(prompt) } : undefined
  const phrases = createPhraseCache({ megabytes: config.PHRASE_CACHE_MB, voice: tts.voice, metrics })
  const pool = createPool({ name: 'audio', worker, size: config.AUDIO_WORKERS, clock, log, metrics })
  const converter = createConverter(pool)
  let texts: Texts | undefined
  const phraseEditor = await openPhraseEditor({
    assetsDir: config.ASSETS_DIR,
    language: config.LANGUAGE,
    cache: phrases,
    speaker: speakerOf(tts, converter),
    onLoaded(loaded) {
      for (const { file, reason } of loaded.incomplete) log.warn('phrase spoken live', { file, reason })
      texts = parseTexts(loaded.texts.find(({ language }) => language === config.LANGUAGE))
    },
  })
  return { pool, converter, phrases, phraseEditor, model, texts: () => texts ?? parseTexts(undefined) }
}

/** @throws {ConfigError} `prompt` when the file cannot be read */
async function readPrompt({ ASSETS_DIR, LANGUAGE }: Config): Promise<string> {
  const path = join(ASSETS_DIR, 'prompts', `${LANGUAGE}.md`)
  try {
    return await Bun.file(path).text()
  } catch (cause) {
    const hint = 'Set ASSETS_DIR to the assets folder of the project, or LLM=scripted.'
    throw new ConfigError('prompt', `The prompt of the language model cannot be read from ${path}. ${hint}`, {
      cause,
    })
  }
}
