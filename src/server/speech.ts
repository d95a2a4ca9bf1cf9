// What the agent says and how it sounds: the texts of the desk, their ready-made audio, the audio workers that convert
// a voice's answer, and the language model's prompt.

import { join } from 'node:path'
import { ConfigError } from '../base/errors.ts'
import { type Converter, createConverter } from '../codecs/convert.ts'
import { audioWorker, createAudioJobs } from '../codecs/jobs.ts'
import { speechOnly } from '../codecs/speech-only.ts'
import { parseTexts, type Texts } from '../desk/texts.ts'
import { type PromptTemplates, parseTemplates } from '../dialogue/model/prompt.ts'
import { PhraseError } from '../phrases/arena.ts'
import { createPhraseCache, type PhraseCache } from '../phrases/cache.ts'
import { openPhraseEditor } from '../phrases/editor.ts'
import type { Reloaded } from '../phrases/read.ts'
import { Revoicer } from '../phrases/revoicer.ts'
import type { PhraseEditor, VoiceState } from '../phrases/types.ts'
import type { Llm } from '../providers/llm.ts'
import type { Site } from '../site/store.ts'
import { createPool, type Pool } from '../threads/pool.ts'
import type { ServeParts, ServerContext } from './context.ts'
import { type DeskParts, openDesk } from './desk.ts'
import { createDeskTexts } from './desk-texts.ts'
import { siteDocument } from './site.ts'
import { speakerOf, type Vendors } from './vendors.ts'

export type SpeechParts = {
  readonly pool: Pool
  readonly converter: Converter
  readonly phrases: PhraseCache
  readonly phraseEditor: PhraseEditor
  /** Lets the voice in use speak the phrases; undefined when REVOICE is off. */
  readonly revoicer: Revoicer | undefined
  voiceState(): VoiceState
  /** The language model and its prompt; undefined when the script alone speaks. */
  readonly model: { llm: Llm; templates: PromptTemplates } | undefined
  readonly desk: DeskParts
  /** The desk's texts as they are now: an operator may change them while the server runs, and a message may end. */
  texts(): Texts
}

/** @throws {ConfigError} when the shipped prompt or the shipped texts cannot be read */
export async function openSpeech(
  context: ServerContext,
  { tts, llm, voicePrice }: Vendors,
  site: Site,
  worker: ServeParts['audioWorker'] = audioWorker,
): Promise<SpeechParts> {
  const { config, clock, log, metrics, degraded } = context
  const model = llm && { llm, templates: await readTemplates(context, site) }
  const phrases = createPhraseCache({ megabytes: config.PHRASE_CACHE_MB, voice: tts.voiceKey, metrics })
  const pool = createPool({ name: 'audio', worker, size: config.AUDIO_WORKERS, clock, log, metrics })
  const converter = speechOnly(createConverter(pool))
  const audio = createAudioJobs(pool)
  let texts: Texts | undefined
  let desk: DeskParts | undefined
  const deskTexts = createDeskTexts(config)
  const speaker = speakerOf(tts, converter)
  const isOn = config.REVOICE === 'on'
  const revoicer = isOn
    ? new Revoicer({
        ...{ site, speaker, clock, log, metrics },
        finish: (spoken, rateHz) => audio.finish(spoken, rateHz, { priority: 'batch' }),
        price: voicePrice,
        megabytes: config.PHRASE_CACHE_MB,
        async renew() {
          const change = await phraseEditor.renew()
          if (!change.ok) throw new PhraseError('badRecordings', change.problems.join('; '))
        },
        onPause: (reason) =>
          reason === undefined ? degraded.delete('revoice') : degraded.set('revoice', `phrases: ${reason}`),
      })
    : undefined
  const phraseEditor: PhraseEditor = await openPhraseEditor({
    assetsDir: config.ASSETS_DIR,
    site,
    language: config.LANGUAGE,
    wanted: { languages: [config.LANGUAGE], ...(isOn && { voice: tts.voiceKey }) },
    cache: phrases,
    speaker,
    decode: async (file) => (await audio.decode(file)).samples,
    finish: (spoken, rateHz) => audio.finish(spoken, rateHz),
    onLoaded(loaded) {
      report(context, loaded)
      const found = parseTexts(loaded.texts.find(({ language }) => language === config.LANGUAGE))
      desk?.check({ [found.language]: found.lines })
      texts = found
      revoicer?.loaded(loaded)
    },
  })
  const textsNow = () => texts ?? parseTexts(undefined)
  desk = await openDesk(context, site, () => ({ [config.LANGUAGE]: textsNow().lines }))
  return {
    pool,
    converter,
    phrases,
    phraseEditor,
    revoicer,
    voiceState: () => revoicer?.state ?? { ...noRevoicing, voice: tts.voice },
    model,
    desk,
    texts: () => deskTexts(textsNow(), clock.wallMs()),
  }
}

const noRevoicing = { onAir: false, phase: 'off', phrases: 0, done: 0, cost: '' } as const

/** How many broken phrases `degraded` names; the log names all. */
const namedPhrases = 5

/** Logs what could not be loaded, and lists what is broken as degraded. */
function report({ log, degraded }: ServerContext, { incomplete, broken }: Reloaded): void {
  for (const { file, reason } of incomplete) log.warn('phrase spoken live', { file, reason })
  for (const { file, reason } of broken) log.warn('phrase file left out', { file, reason })
  if (broken.length === 0) {
    degraded.delete('phrases')
    return
  }
  const names = broken.slice(0, namedPhrases).map(({ file, reason }) => `${file} ${reason}`)
  const more = broken.length > namedPhrases ? `; and ${broken.length - namedPhrases} more` : ''
  degraded.set(
    'phrases',
    `phrases: ${names.join('; ')}${more}; those sentences are spoken live or as shipped`,
  )
}

/** The site's prompt, or the shipped one. @throws {ConfigError} `prompt` when the shipped file cannot be used */
async function readTemplates(context: ServerContext, site: Site): Promise<PromptTemplates> {
  const { ASSETS_DIR, LANGUAGE } = context.config
  const id = `prompts/${LANGUAGE}.md`
  const own = await siteDocument(context, site, id, parseTemplates)
  if (own !== undefined) return own
  const path = join(ASSETS_DIR, id)
  let text: string
  try {
    text = await Bun.file(path).text()
  } catch (cause) {
    const hint = 'Set ASSETS_DIR to the assets folder of the project, or LLM=scripted.'
    throw new ConfigError('prompt', `The prompt of the language model cannot be read from ${path}. ${hint}`, {
      cause,
    })
  }
  return parseTemplates(text)
}
