// What the agent says and how it sounds: the texts of the desk, their ready-made audio, the audio workers that convert
// a voice's answer, and the language model's prompt.

import type { HoursEditor } from '../admin/hours-types.ts'
import type { Schedule } from '../asterisk/schedule.ts'
import type { ReplyModel } from '../call/reply/model-reply.ts'
import type { WaitingLoops } from '../call/sound/waiting.ts'
import { type Converter, createConverter } from '../codecs/convert.ts'
import { type AudioJobs, audioWorker, createAudioJobs } from '../codecs/jobs.ts'
import { speechOnly } from '../codecs/speech-only.ts'
import { offeredLanguages } from '../config/languages.ts'
import { parseTexts, type Texts } from '../desk/texts.ts'
import { PhraseError } from '../phrases/arena.ts'
import { createPhraseCache, type PhraseCache } from '../phrases/cache.ts'
import { openPhraseEditor } from '../phrases/editor.ts'
import type { Reloaded } from '../phrases/read.ts'
import { Revoicer } from '../phrases/revoicer.ts'
import type { PhraseEditor, VoiceState } from '../phrases/types.ts'
import { type PriceTable, priceOf } from '../providers/prices.ts'
import type { Site } from '../site/store.ts'
import { createPool, type Pool } from '../threads/pool.ts'
import type { ServeParts, ServerContext } from './context.ts'
import { type DeskParts, openDesk } from './desk/desk.ts'
import { createDocuments } from './desk/documents.ts'
import { createHoursEditor } from './desk/hours-editor.ts'
import { refuseWrongPrices } from './spending/prices.ts'
import { speakerOf, type Vendors } from './vendors.ts'
import { openWaiting } from './waiting.ts'

export type SpeechParts = {
  readonly pool: Pool
  /** Work of the audio workers that is no caller's speech. */
  readonly audio: AudioJobs
  readonly converter: Converter
  readonly phrases: PhraseCache
  readonly phraseEditor: PhraseEditor
  /** Reads the site again, because another machine may have changed it, and puts its phrases and desk in use. */
  renewSite(): Promise<void>
  /** Lets the voice in use speak the phrases; undefined when REVOICE is off. */
  readonly revoicer: Revoicer | undefined
  voiceState(): VoiceState
  /** The languages that calls may be in, LANGUAGE first. */
  readonly languages: readonly string[]
  /** The language model and its prompt, for calls that begin now; undefined when the script alone speaks. */
  model(language: string): ReplyModel | undefined
  readonly desk: DeskParts
  /** The desk's texts as they are now: an operator may change them while the server runs, and a message may end. */
  texts(language?: string): Texts
  /** The opening hours, for calls that begin now. */
  schedule(): Schedule
  readonly hours: HoursEditor
  /** What vendors ask, as the site has it now. */
  prices(): PriceTable
  /** What callers hear while nobody speaks; undefined for silence. */
  readonly waitingLoops: WaitingLoops | undefined
}

/** @throws {ConfigError} when the shipped prompt or texts cannot be read, or the site's prices are wrong */
export async function openSpeech(
  context: ServerContext,
  { tts, llm, voices }: Vendors,
  site: Site,
  worker: ServeParts['audioWorker'] = audioWorker,
): Promise<SpeechParts> {
  const { config, clock, log, metrics, degraded } = context
  await refuseWrongPrices(site)
  const documents = createDocuments(context, site, llm !== undefined)
  const phrases = createPhraseCache({ megabytes: config.PHRASE_CACHE_MB, voice: tts.voiceKey, metrics })
  const size = config.AUDIO_WORKERS
  const pool = createPool({ name: 'audio', worker, size, startsLater: true, clock, log, metrics })
  const converter = speechOnly(createConverter(pool))
  const audio = createAudioJobs(pool)
  const offered = offeredLanguages(config)
  let loaded: ReadonlyMap<string, Texts> = new Map()
  let desk: DeskParts | undefined
  const speaker = speakerOf(tts, converter)
  const isOn = config.REVOICE === 'on'
  const revoicer = isOn
    ? new Revoicer({
        ...{ site, speaker, clock, log, metrics },
        finish: (spoken, rateHz) => audio.finish(spoken, rateHz, { priority: 'batch' }),
        price: () => voices[0]?.billed && priceOf(documents.current().prices, voices[0].billed),
        isHeld: () => context.relief.holdsSecondChoice || context.relief.spendsNothing,
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
    wanted: { languages: offered, ...(isOn && { voice: tts.voiceKey }) },
    cache: phrases,
    speaker,
    decode: async (file) => (await audio.decode(file)).samples,
    finish: (spoken, rateHz) => audio.finish(spoken, rateHz),
    documents: (state, isRefused) => documents.load(state, isRefused),
    onLoaded(set) {
      report(context, set)
      const textsIn = (code: string) => parseTexts(set.texts.find(({ language }) => language === code))
      const found = new Map(offered.map((code) => [code, textsIn(code)]))
      desk?.check(linesOf(found))
      loaded = found
      revoicer?.loaded(set)
    },
  })
  const texts = (language: string = config.LANGUAGE) =>
    documents.current().deskTexts(loaded.get(language) ?? parseTexts(undefined), clock.wallMs())
  const opened = await openDesk(context, site, () => linesOf(loaded))
  desk = opened
  const reloadDesk = async () => {
    const change = await opened.reload()
    if (change.ok) await phraseEditor.renew()
    return change
  }
  return {
    pool,
    audio,
    converter,
    phrases,
    phraseEditor,
    revoicer,
    voiceState: () => revoicer?.state ?? { ...noRevoicing, voice: tts.voice },
    languages: offered,
    model(language) {
      const templates = documents.current().templates?.[language]
      return llm && templates && { llm, templates }
    },
    async renewSite() {
      const before = deskOf(site)
      await phraseEditor.renew()
      if (!Bun.deepEquals(before, deskOf(site))) await reloadDesk()
    },
    // A desk may bring lines of its own: they become phrases in the same moment.
    desk: { ...opened, reload: reloadDesk },
    texts,
    prices: () => documents.current().prices,
    waitingLoops: openWaiting(context, site.dir, audio).loops,
    schedule: () => documents.current().hours.schedule,
    hours: createHoursEditor({ config, clock, site, documents, phraseEditor, texts }),
  }
}

/** The site's documents of the desk. */
const deskOf = ({ state }: Site) => Object.entries(state.documents).filter(([id]) => id.startsWith('desk/'))

const linesOf = (texts: ReadonlyMap<string, Texts>) =>
  Object.fromEntries([...texts].map(([code, { lines }]) => [code, lines]))

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
