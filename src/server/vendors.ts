// From the settings to the three adapters in use: what config.ts names, in the words of the providers' room, with the
// embedded ones beside the clouds.

import { join } from 'node:path'
import { Vad } from '../audio/vad.ts'
import type { Clock } from '../base/clock.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Converter } from '../codecs/convert.ts'
import type { Config } from '../config.ts'
import { collect } from '../phrases/editor.ts'
import type { PhraseSpeaker } from '../phrases/generate.ts'
import { openProviders, type Providers } from '../providers/catalog.ts'
import { createEmbeddedStt } from '../providers/embedded/stt.ts'
import { createEmbeddedTts, type EmbeddedTts } from '../providers/embedded/tts.ts'
import type { TtsChain } from '../providers/fallback-tts.ts'
import { type ProviderSettings, providerDefaults } from '../providers/settings.ts'

export type Vendors = Providers & {
  /** The embedded voice's thread dies time and again: `only` when there is no other voice. */
  readonly voiceDown: 'only' | 'standIn' | undefined
}

/**
 * @param voiceThread in place of the embedded voice's own; a test's
 * @throws {ConfigError} when a list leaves nothing to hear or to speak with
 */
export function openVendors(
  config: Config,
  clock: Clock,
  metrics: Metrics,
  voiceThread?: () => Worker,
): Vendors {
  let voice: EmbeddedTts | undefined
  const providers = openProviders(providerSettings(config), {
    clock,
    random: Math.random,
    metrics,
    createVad: () => new Vad(),
    embeddedStt: createEmbeddedStt,
    embeddedTts: () => {
      const lost = metrics.counter('worker_restarts_total', 'Workers that were replaced', { pool: 'voice' })
      voice = createEmbeddedTts({
        folder: join(config.ASSETS_DIR, 'voices'),
        clock,
        onLost: () => lost.add(),
        ...(voiceThread ? { createWorker: voiceThread } : {}),
      })
      return voice
    },
  })
  return {
    ...providers,
    get voiceDown() {
      if (!voice?.state.isDown) return undefined
      return providers.voices.length === 1 ? 'only' : 'standIn'
    },
    async warm() {
      // A voice that only stands in is started when it is needed: it costs memory.
      if (config.TTS[0] === 'embedded' || providers.names.tts === 'embedded')
        await voice?.warm(config.LANGUAGE)
      await providers.warm()
    },
  }
}

function providerSettings(config: Config): ProviderSettings {
  const door = (apiKey: string, baseUrl: string) => ({ apiKey: apiKey === '' ? undefined : apiKey, baseUrl })
  const defaults = providerDefaults
  const instructions = config.TTS_INSTRUCTIONS === '' ? {} : { instructions: config.TTS_INSTRUCTIONS }
  return {
    ...defaults,
    stt: config.STT,
    llm: config.LLM,
    tts: config.TTS,
    deepgram: door(config.DEEPGRAM_API_KEY, config.DEEPGRAM_BASE_URL),
    groq: door(config.GROQ_API_KEY, config.GROQ_BASE_URL),
    openai: door(config.OPENAI_API_KEY, config.OPENAI_BASE_URL),
    nova: {
      ...defaults.nova,
      model: config.DEEPGRAM_MODEL,
      endpointingMs: config.STT_ENDPOINTING_MS,
      utteranceEndMs: config.STT_UTTERANCE_END_MS,
    },
    flux: {
      ...defaults.flux,
      model: config.FLUX_MODEL,
      eotThreshold: config.FLUX_EOT_THRESHOLD,
      eagerEotThreshold: config.FLUX_EAGER_EOT_THRESHOLD,
      eotTimeoutMs: config.FLUX_EOT_TIMEOUT_MS,
    },
    groqReasoningEffort: config.GROQ_REASONING_EFFORT,
    llmGapMs: config.LLM_GAP_MS,
    ttsGapMs: config.TTS_GAP_MS,
    sttGiveUpMs: config.STT_GIVE_UP_MS,
    breakerFailures: config.BREAKER_FAILURES,
    breakerOpenMs: config.BREAKER_OPEN_MS,
    keyterms: config.STT_KEYTERMS,
    whisperModel: config.WHISPER_MODEL === '' ? undefined : config.WHISPER_MODEL,
    groqModel: config.GROQ_MODEL,
    groqFallbackModel: config.GROQ_FALLBACK_MODEL === '' ? undefined : config.GROQ_FALLBACK_MODEL,
    openaiModel: config.OPENAI_MODEL,
    tokensPerMinute: config.LLM_TOKENS_PER_MINUTE,
    speech: {
      ...defaults.speech,
      model: config.TTS_MODEL,
      voice: config.TTS_VOICE,
      format: config.TTS_FORMAT,
      ...instructions,
    },
    auraVoice: config.AURA_VOICE,
    llmAttemptMs: config.LLM_ATTEMPT_MS,
    llmDeadlineMs: config.LLM_DEADLINE_MS,
    ttsFirstByteMs: config.TTS_FIRST_BYTE_MS,
    ttsDeadlineMs: config.TTS_DEADLINE_MS,
  }
}

/** The voice in use as the phrases need it: whole sentences, at 8 kHz. */
export function speakerOf(tts: TtsChain, converter: Converter): PhraseSpeaker {
  return {
    voice: tts.voice,
    async speak(text, language) {
      const { signal } = new AbortController()
      const pieces = async function* () {
        for await (const part of tts.parts({ text, language, signal })) yield* converter.convert(part, signal)
      }
      return { samples: await collect(pieces()), rateHz: 8_000 }
    },
  }
}
