// One session of Mistral's realtime transcription: which events it takes in which order, and what it answers.

import { EarSocket } from './ear-socket.ts'
import { type Body, type Problem, problemsOf, type Rules } from './fastapi.ts'
import type { Fault } from './faults.ts'
import { samplesOf, sampleWidths } from './pcm.ts'
import { StreamedHearing } from './streamed-hearing.ts'
import { maxChunkBytes, type VoxtralRealtimeHabits, type VoxtralRealtimeOptions } from './voxtral-realtime.ts'

type Format = { encoding: string; sample_rate: number }

/** docs.mistral.ai realtime_transcription. Audio of a telephone line needs no other rate. */
const rates = [8_000, 16_000, 22_050, 44_100, 48_000]

/** The four events of a client; other fields than these are refused, which is not verified. */
const eventRules: Record<string, Rules> = {
  'session.update': { type: { type: 'string' }, session: { type: 'object', required: true } },
  'input_audio.append': { type: { type: 'string' }, audio: { type: 'string', required: true } },
  'input_audio.flush': { type: { type: 'string' } },
  'input_audio.end': { type: { type: 'string' } },
}
const sessionRules: Rules = {
  audio_format: { type: 'object', nullable: true },
  target_streaming_delay_ms: { type: 'integer', nullable: true },
}
const formatRules: Rules = {
  encoding: { type: 'string', required: true, oneOf: Object.keys(sampleWidths) },
  sample_rate: { type: 'integer', required: true },
}
/** Of Voxtral 3 only, by the names of docs.mistral.ai transcribe-in-realtime; their forms are not verified. */
const thirdOnly = ['language', 'context_bias', 'turn_detection', 'diarize', 'speaker_references']

/** One client of the stand-in. */
export class VoxtralConnection extends EarSocket {
  private readonly id = `ws-${crypto.randomUUID()}`
  private readonly model: string
  private format: Format = { encoding: 'pcm_s16le', sample_rate: 16_000 }
  /** 480 ms is what the documentation recommends; that it is the default is not verified. */
  private delayMs: number | undefined
  private hearing: StreamedHearing | undefined
  private state: 'opening' | 'ready' | 'streaming' | 'ended' = 'opening'
  private flushes = 0
  private utterance = ''
  private utteranceFromMs = 0
  private readonly finished: string[] = []
  private stopIdle = () => {}

  constructor(
    url: URL,
    headers: Record<string, string>,
    faults: Fault[],
    private readonly options: VoxtralRealtimeOptions,
    private readonly habits: VoxtralRealtimeHabits,
  ) {
    super(url, headers, faults)
    this.model = url.searchParams.get('model') ?? ''
    this.binary = habits.binary
  }

  greet() {
    // Both SDKs expect an `error` in place of `session.created`. That an unknown model comes this way is not verified.
    if (!this.options.models.includes(this.model)) {
      this.fail(`Invalid model: ${this.model}`, 1_500)
      return this.close(1_008, '')
    }
    const created = () => {
      this.state = 'ready'
      this.send({ type: 'session.created', session: this.session() })
      this.watch()
    }
    if (this.habits.createdAfterMs > 0) this.later(this.habits.createdAfterMs, created)
    else created()
  }

  private session(): Body {
    const { model, format, delayMs } = this
    return {
      request_id: this.id,
      model,
      audio_format: { ...format },
      target_streaming_delay_ms: delayMs ?? null,
    }
  }

  receive(message: string | Uint8Array) {
    // Audio in binary frames is a mistake of adapters (fastrepl/char pull request 3968); the answer is not verified.
    if (typeof message !== 'string') return this.fail('Expected a text message')
    let event: Body
    try {
      event = JSON.parse(message)
    } catch {
      return this.fail('Invalid JSON')
    }
    const rules = eventRules[String(event?.type)]
    if (!rules) return this.fail(`Unknown event type: ${event?.type}`)
    this.received.push(typeof event.audio === 'string' ? { ...event, audio: event.audio.length } : event)
    const problems = problemsOf(event, rules, [])
    if (problems.length > 0) return this.unfit(problems)
    if (this.state === 'opening') return this.fail('Session is not created')
    // "the connection becomes terminal — no more audio accepted" (client-python issue 357).
    if (this.state === 'ended') return this.fail('Audio has ended')
    switch (event.type) {
      case 'session.update':
        return this.update(event.session as Body)
      case 'input_audio.append':
        return this.append(String(event.audio))
      case 'input_audio.flush':
        return this.flush()
      default:
        return this.end()
    }
  }

  private update(session: Body) {
    // "Audio format updates are rejected after audio starts", and those of the delay.
    if (this.state === 'streaming') return this.fail('Session updates are rejected after audio starts')
    const third = this.model.endsWith('-3')
    const known = Object.entries(session).filter(([name]) => !(third && thirdOnly.includes(name)))
    const problems = problemsOf(Object.fromEntries(known), sessionRules, ['session'])
    const format = session.audio_format as Format | null | undefined
    if (format) problems.push(...problemsOf(format, formatRules, ['session', 'audio_format']))
    if (problems.length > 0) return this.unfit(problems)
    if (format && !rates.includes(format.sample_rate))
      return this.fail(`Unsupported sample rate: ${format.sample_rate}`)
    const delayMs = session.target_streaming_delay_ms as number | null | undefined
    // "from 80ms to 2.4s" (realtime_transcription.md). Steps of 80 ms: livekit-plugins-mistralai stt.py.
    if (typeof delayMs === 'number' && (delayMs < 80 || delayMs > 2_400 || delayMs % 80 !== 0))
      return this.fail(`Unsupported target_streaming_delay_ms: ${delayMs}`)
    this.format = format ?? this.format
    this.delayMs = delayMs ?? this.delayMs
    this.send({ type: 'session.updated', session: this.session() })
  }

  private append(audio: string) {
    const { encoding, sample_rate } = this.format
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(audio) || audio.length % 4 !== 0)
      return this.fail('Invalid base64 audio')
    const bytes = Buffer.from(audio, 'base64')
    if (bytes.length > maxChunkBytes) return this.fail(`Audio chunk exceeds ${maxChunkBytes} bytes`)
    // Not verified: a chunk that ends inside a sample.
    if (bytes.length % sampleWidths[encoding] !== 0) return this.fail('Audio chunk ends inside a sample')
    this.state = 'streaming'
    this.watch()
    this.hearing ??= new StreamedHearing(this.options.heard, (this.delayMs ?? 480) / 1_000)
    const samples = samplesOf(bytes, encoding)
    this.heard(bytes, (samples.length / sample_rate) * 1_000)
    if (!this.deaf) this.tell(this.hearing.push(samples, sample_rate))
    const { error } = this.habits
    if (error && this.audioMs >= error.afterAudioMs) {
      this.habits.error = undefined
      this.fail(error.message, error.code)
    }
  }

  private tell(pieces: readonly string[]) {
    if (pieces.length > 0 && this.utterance === '' && this.finished.length === 0 && this.options.language)
      this.send({ type: 'transcription.language', audio_language: this.options.language })
    const texts = pieces.length === 0 && this.habits.emptyDeltas ? [''] : pieces
    for (const text of texts) {
      this.utterance += text
      this.send({ type: 'transcription.text.delta', text })
    }
  }

  private flush() {
    const { flush } = this.habits
    this.flushes++
    if (flush === 'ignores' || (flush === 'once' && this.flushes > 1)) return
    this.done(() => {})
  }

  private end() {
    this.state = 'ended'
    this.stopIdle()
    this.done(() => {
      if (this.habits.afterEnd === 'closes') this.close(1_000, '')
    })
  }

  private done(then: () => void) {
    if (!this.deaf) this.tell(this.hearing?.flush() ?? [])
    const own = this.utterance.trim()
    const start = this.utteranceFromMs / 1_000
    const end = this.audioMs / 1_000
    if (own !== '') this.finished.push(own)
    this.utterance = ''
    this.utteranceFromMs = this.audioMs
    const text = this.habits.doneText === 'session' ? this.finished.join(' ') : own
    const tokens = Math.round(this.audioMs / 80)
    this.later(this.habits.doneAfterMs, () => {
      if (this.habits.unknownEvent) this.send({ type: 'transcription.surprise', payload: 'hello' })
      if (this.habits.segments && own !== '')
        this.send({ type: 'transcription.segment', text: own, start, end, speaker_id: null })
      const usage = { prompt_tokens: tokens, completion_tokens: tokens, total_tokens: 2 * tokens }
      this.send({
        type: 'transcription.done',
        model: this.model,
        text,
        language: this.options.language ?? null,
        segments: [],
        usage: { ...usage, prompt_audio_seconds: Math.round(end) },
      })
      then()
    })
  }

  /** (Re)starts the clock of a session without audio. That it closes with 1011 is not verified. */
  private watch() {
    this.stopIdle()
    this.stopIdle = this.later(this.options.idleMs, () => {
      this.fail('Timeout waiting for response from streaming transcription.', 3_804)
      this.close(1_011, '')
    })
  }

  private unfit(problems: readonly Problem[]) {
    const detail = problems.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ')
    this.fail({ detail })
  }

  /** Codes are the API's own; 400 is that of client-ts's test. That the session goes on after it is not verified. */
  private fail(message: string | Record<string, unknown>, code = 400) {
    this.send({ type: 'error', error: { message, code } })
  }
}
