// The fault matrix of the vendors: what real recognisers, language models and voices do, one row each, and what a caller
// hears of it in a whole call. vendors.live.ts runs the rows.

import { writeWav } from '../../src/audio/wav.ts'
import { fixture } from '../codecs/audio.ts'
import { type Habit, habits } from '../support/clouds/chat-habits.ts'
import { type CloudCall, understood } from '../support/clouds/cloud-call.ts'
import { type VoiceHabits, whisperLiveKit } from '../support/clouds/habits.ts'
import type { Fakes } from '../support/clouds/server.ts'
import { spokenS, tone } from '../support/clouds/speech.ts'

export const words = 'ma box ne marche plus'
export const one = 'Je comprends, votre box ne fonctionne plus.'
export const two = 'Quel est votre nom ?'
const reply = `${understood}${one} ${two}`

/** Who words the answer. `model`: both sentences of the model. `begun`: its first one. `script`: none of it. */
export type Answer = 'model' | 'begun' | 'script'

export type VendorRow = {
  title: string
  settings: Record<string, string>
  /** Before the call. */
  prepare: (fakes: Fakes) => unknown
  answer: Answer
  /** The caller's first utterance is not heard, and he says it again when this has returned. */
  unheard?: (fakes: Fakes) => void
  /** The caller waits for the opening to end. */
  afterOpening?: boolean
  /** The most sockets that the recogniser may cost; a handshake that a busy machine delays for 2 s costs one more. */
  sockets?: number
  /** What `/readyz` says is degraded. */
  degraded?: RegExp
  /** Requests of the language model that the vendor saw, when the caller has spoken twice. */
  asked?: number
  /** Seconds of the fakes' tone at its own pitch, and how the sound of the first voice was counted. */
  voice?: { toneS: number; counted: 'ok' | 'badAudio' }
}

const ear = (title: string, row: Partial<VendorRow> & Pick<VendorRow, 'prepare'>): VendorRow => ({
  title: `a recogniser that ${title}`,
  settings: {},
  answer: 'model',
  ...row,
})
const streamed: VendorRow[] = [
  ear('accepts each socket, says one thing and dies', {
    prepare: (fakes) => fakes.habit('nova', { handshakeMs: 100, diesAfterMs: 100 }),
    sockets: 5,
  }),
  ear('is Flux, accepts each socket, says one thing and dies', {
    settings: { STT: 'flux,whisper,embedded' },
    prepare: (fakes) => fakes.habit('flux', { handshakeMs: 100, diesAfterMs: 100 }),
    sockets: 5,
  }),
  ear('never answers Finalize and sends no final text', {
    prepare: (fakes) => fakes.habit('nova', { finalize: 'ignores', neverFinal: true }),
    sockets: 1,
    afterOpening: true,
  }),
  ...(['fails', 'errors', 'ignores'] as const).map((configure) =>
    ear(`does not take Configure: ${configure}`, {
      prepare: (fakes) => fakes.habit('nova', { configure }),
      sockets: 3,
    }),
  ),
  ear('is 300 ms away and takes one change of its settings at a time', {
    settings: { STT: 'flux,whisper,embedded' },
    prepare: (fakes) => fakes.habit('flux', { handshakeMs: 300, maxUnacked: 1, configureMs: 300 }),
    sockets: 2,
  }),
  ear('is silent in silence', {
    prepare: (fakes) => fakes.habit('nova', { silentInSilence: true }),
    sockets: 2,
  }),
  ear('is WhisperLiveKit', {
    settings: { DEEPGRAM_RATE: '16000' },
    prepare: (fakes) => fakes.habit('nova', whisperLiveKit),
    // One more for the Configure that it ignores, one for the Finalize that it refuses.
    sockets: 3,
  }),
]

/** Whisper that first hears what nobody said. */
const invents = (what: string, text: string, more: object = {}): VendorRow =>
  ear(`is Whisper and hears ${what}`, {
    settings: { STT: 'whisper,embedded' },
    prepare: (fakes) => fakes.habit('transcriptions', { invents: [text], ...more }),
    unheard: (fakes) => fakes.habit('transcriptions', {}),
  })
const whisper: VendorRow[] = [
  invents('music', '[Musique]'),
  invents('noise', '(bruit de fond)'),
  invents('credits', 'Sous-titres réalisés par la communauté d’Amara.org'),
  invents('words in silence', 'Merci à tous.', { noSpeechProb: 0.95, avgLogprob: -1.5 }),
  ear('is Whisper and returns our own key terms', {
    settings: { STT: 'whisper,embedded' },
    prepare: (fakes) => fakes.habit('transcriptions', { echoesPrompt: true }),
    unheard: (fakes) => fakes.habit('transcriptions', {}),
  }),
  ear('is Whisper and writes music beside the words', {
    settings: { STT: 'whisper,embedded' },
    prepare: (fakes) => fakes.habit('transcriptions', { invents: [`[Musique] ${words}`] }),
  }),
]

const own = habits(reply)
const local = { LLM: 'openai', OPENAI_MODEL: 'qwen' }
const model = (title: string, habit: Habit, row: Partial<VendorRow> = {}): VendorRow => ({
  title: `a model that ${title}`,
  settings: local,
  prepare: (fakes) => fakes.setChatHabit(habit),
  answer: 'model',
  ...row,
})
const models: VendorRow[] = [
  model('has the template of Mistral', own.template('mistral')),
  model('has the template of Qwen', own.template('qwen', 500)),
  model('has the template of Gemma', own.template('gemma')),
  model('refuses parameters as GPT-5 does', own.gpt5()),
  model('always reasons and refuses low efforts', own.alwaysReasons()),
  model('refuses unknown fields with 422', own.forbidsExtras()),
  model('refuses fields without a name', own.refusesSilently()),
  model('thinks in tags', own.thinksInTags()),
  model('thinks before a lone closing tag', own.thinksWithLoneTag()),
  model('thinks in channels', own.thinksInChannels()),
  model('thinks aloud before its object', own.thinksAloud()),
  model('thinks in reasoning_content', own.thinksApart('reasoning_content', 200)),
  model('thinks in reasoning', own.thinksApart('reasoning', 200)),
  model('writes a tool call after its words', own.callsToolInText()),
  model('ends with [DONE] alone', own.endsByDoneOnly()),
  model('ends with a reason alone', own.endsByReasonOnly()),
  model(
    'ends for length in the middle of a word',
    habits(`${understood}${one} Quel est votre no`).endsByLength(),
    { answer: 'begun' },
  ),
  model('closes the body in the middle of a word', habits(`${understood}${one} Quel est vo`).breaksOff(), {
    answer: 'begun',
  }),
  model('only thinks', own.onlyThinks(), { answer: 'script' }),
  model('calls a tool instead of words', own.callsTool(), { answer: 'script' }),
  model('is a login page', own.portal(), { answer: 'script' }),
  model('sends one line without an end', own.endlessLine(), { answer: 'script' }),
]

const reasons: VendorRow[] = [
  model('has no credit left', own.outOfCredit(), {
    answer: 'script',
    degraded: /insufficient_quota/,
    asked: 1,
  }),
  model('is unknown to the vendor', own.unknownModel(), {
    answer: 'script',
    degraded: /model_not_found/,
    asked: 1,
  }),
  model('does not know the key', () => new Response(null, { status: 500 }), {
    settings: { ...local, LLM_API_KEY: 'bad-key' },
    answer: 'script',
    degraded: /openai/,
    asked: 1,
  }),
]

const sentenceS = 2
const voice = (
  title: string,
  habit: () => Partial<VoiceHabits> | Promise<Partial<VoiceHabits>>,
  counted: 'ok' | 'badAudio',
  { toneS = counted === 'ok' ? 2 * sentenceS : spokenS(one) + spokenS(two), settings = {} } = {},
): VendorRow => ({
  title: `a voice that ${title}`,
  settings: { TTS: 'openai,aura,embedded', ...settings },
  prepare: async (fakes) => fakes.habit('speech', await habit()),
  answer: 'model',
  voice: { toneS, counted },
})
const wav = (rateHz: number) =>
  writeWav(new Int16Array(tone(sentenceS, rateHz).buffer), { rateHz, channels: 1 })
/** White noise, the same in each run. */
function noise(samples: number): Int16Array {
  let seed = 7
  return Int16Array.from({ length: samples }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return (seed / 2 ** 31 - 1) * 6_000
  })
}
const voices: VendorRow[] = [
  voice('sends a WAV of 22.05 kHz and calls it PCM', () => ({ sends: wav(22_050) }), 'ok'),
  voice('sends a WAV of 16 kHz', () => ({ sends: wav(16_000), contentType: 'audio/wav' }), 'ok'),
  voice(
    'states another rate than was asked for',
    () => ({ sends: tone(sentenceS, 16_000), contentType: 'audio/pcm;rate=16000' }),
    'ok',
  ),
  voice(
    'joins MP3 files',
    async () => ({ sends: await fixture('two-joined.mp3'), contentType: 'audio/mpeg' }),
    'ok',
    { toneS: 8, settings: { TTS_FORMAT: 'mp3' } },
  ),
  voice('sends Ogg', async () => ({ sends: await fixture('tone.opus'), contentType: 'audio/ogg' }), 'ok', {
    toneS: 0,
  }),
  voice(
    'sends a page with status 200',
    () => ({ sends: '<html>Modèle non chargé</html>'.repeat(50), contentType: 'text/html' }),
    'badAudio',
  ),
  voice('sends an error with accents as PCM', () => ({ sends: 'Modèle « kokoro » non chargé' }), 'badAudio'),
  voice('sends silence', () => ({ sends: new Uint8Array(96_000) }), 'badAudio'),
  voice('sends noise', () => ({ sends: new Uint8Array(noise(48_000).buffer) }), 'badAudio'),
]

export const vendorRows: readonly VendorRow[] = [...streamed, ...whisper, ...models, ...reasons, ...voices]

/** What the caller said and heard. */
export function spoken(answer: Answer): string[] {
  const caller = `caller: ${words}`
  switch (answer) {
    case 'model':
      return [caller, `agent: ${one}`, `agent: ${two}`]
    case 'begun':
      return [caller, `agent: ${one}`, 'agent: Pour commencer, quel est votre nom ?']
    case 'script':
      return [
        caller,
        'agent: Je suis désolé pour ce désagrément.',
        'agent: Pour commencer, quel est votre nom ?',
      ]
  }
}

export const requestsOf = (call: CloudCall, api: string) =>
  call.fakes.requests.filter((request) => request.api === api).length
