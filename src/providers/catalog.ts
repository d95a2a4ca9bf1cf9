// From settings to the three faces: which adapters are in use, in which order, and why another is not. Nothing is
// loaded and nobody is called here; `warm` loads the SDKs in use, once the server listens.

import type { Clock } from '../base/clock.ts'
import { ConfigError } from '../base/errors.ts'
import type { Metrics } from '../base/metrics.ts'
import { createAura } from './deepgram/aura.ts'
import { createDeepgram, createFlux } from './deepgram/stt.ts'
import { createLlmChain } from './fallback-llm.ts'
import { createSttChain } from './fallback-stt.ts'
import { createTtsChain, type TtsChain } from './fallback-tts.ts'
import { createGroq } from './groq/llm.ts'
import { createGroqWhisper } from './groq/whisper.ts'
import { TokenLimiter } from './limiter.ts'
import type { Llm } from './llm.ts'
import { createOpenaiLlm } from './openai/llm.ts'
import { createOpenaiTts } from './openai/tts.ts'
import { createOpenaiWhisper } from './openai/whisper.ts'
import { type ProviderSettings, vendorUrls } from './settings.ts'
import type { Stt } from './stt.ts'
import type { Tts } from './tts.ts'
import type { FrameVad } from './utterance.ts'

export type CatalogDeps = {
  clock: Clock
  random: () => number
  metrics: Metrics
  createVad: () => FrameVad
  /** The room of the embedded adapters; called only where the list names them. */
  embeddedStt: () => Stt
  embeddedTts: () => Tts
}

export type Providers = {
  stt: Stt
  /** Undefined when only the scripted desk is left. */
  llm: Llm | undefined
  tts: TtsChain
  /** The voices one by one, for phrases, which are made in one voice and no other. */
  voices: readonly Tts[]
  /** For the start-up lines, without keys: `deepgram nova-3, embedded`. */
  names: { stt: string; llm: string; tts: string }
  /** What was asked for and is not in use, and why. */
  skipped: readonly { adapter: string; reason: string }[]
  /** Loads the SDKs in use, so that the first call does not wait for them. */
  warm(): Promise<void>
  close(): void
}

type Entry<T> = { name: string; adapter: T; sdk?: () => Promise<unknown> }

const sdks = {
  deepgram: () => import('@deepgram/sdk'),
  groq: () => import('groq-sdk'),
  openai: () => import('openai'),
}

/**
 * @throws {ConfigError} `noStt` or `noTts` when a list leaves nothing to hear or to speak with
 */
export function openProviders(settings: ProviderSettings, deps: CatalogDeps): Providers {
  const skipped: { adapter: string; reason: string }[] = []
  const { clock } = deps

  /** @returns the vendor's door, or undefined after noting why there is none */
  const doorOf = (vendor: keyof typeof vendorUrls, adapter: string) => {
    const { apiKey, baseUrl } = settings[vendor]
    if (apiKey) return { apiKey, baseUrl }
    // A server of one's own rarely asks for a key, but the SDKs insist on one.
    if (baseUrl !== vendorUrls[vendor]) return { apiKey: 'none', baseUrl }
    skipped.push({ adapter, reason: `${vendor.toUpperCase()}_API_KEY is not set` })
    return undefined
  }

  const stt = settings.stt.flatMap((name): Entry<Stt>[] => {
    if (name === 'embedded') return [{ name, adapter: deps.embeddedStt() }]
    if (name === 'whisper') {
      const usesGroq = settings.groq.apiKey !== undefined || settings.groq.baseUrl !== vendorUrls.groq
      const vendor = usesGroq ? 'groq' : 'openai'
      const door = doorOf(vendor, 'stt whisper')
      if (!door) return []
      const options = { ...door, model: settings.whisperModel }
      const adapter = usesGroq ? createGroqWhisper(options, deps) : createOpenaiWhisper(options, deps)
      return [{ name: `whisper at ${vendor}`, adapter, sdk: sdks[vendor] }]
    }
    const door = doorOf('deepgram', `stt ${name}`)
    if (!door) return []
    const options = { ...door, keyterms: settings.keyterms, tuning: { giveUpMs: settings.sttGiveUpMs } }
    return name === 'flux'
      ? [
          {
            name: settings.flux.model,
            adapter: createFlux({ ...options, flux: settings.flux }, deps),
            sdk: sdks.deepgram,
          },
        ]
      : [
          {
            name: `deepgram ${settings.nova.model}`,
            adapter: createDeepgram({ ...options, nova: settings.nova }, deps),
            sdk: sdks.deepgram,
          },
        ]
  })

  const limiterFor = (model: string) =>
    new TokenLimiter({
      clock,
      tokensPerMinute: settings.tokensPerMinute,
      refused: deps.metrics.counter('llm_limited_total', 'Requests held back by the shared token limit', {
        model,
      }),
    })
  const chatLimits = { firstTokenMs: settings.llmAttemptMs, gapMs: settings.llmGapMs }
  const llm = settings.llm.flatMap((name): Entry<Llm>[] => {
    if (name === 'scripted') return []
    const door = doorOf(name, `llm ${name}`)
    if (!door) return []
    const models =
      name === 'openai' ? [settings.openaiModel] : [settings.groqModel, settings.groqFallbackModel ?? '']
    return models.filter(Boolean).map((model) => {
      const limiter = limiterFor(model)
      const options = { ...door, limits: chatLimits }
      const adapter =
        name === 'openai'
          ? createOpenaiLlm({ ...options, settings: { model } }, { clock, limiter })
          : createGroq(
              { ...options, settings: { model, reasoningEffort: settings.groqReasoningEffort } },
              { clock, limiter },
            )
      return { name: `${name} ${model}`, adapter, sdk: sdks[name] }
    })
  })

  const bodyLimits = { firstByteMs: settings.ttsFirstByteMs, gapMs: settings.ttsGapMs }
  const tts = settings.tts.flatMap((name): Entry<Tts>[] => {
    if (name === 'embedded') return [{ name, adapter: deps.embeddedTts() }]
    const vendor = name === 'aura' ? 'deepgram' : 'openai'
    const door = doorOf(vendor, `tts ${name}`)
    if (!door) return []
    const options = { ...door, limits: bodyLimits }
    return name === 'aura'
      ? [
          {
            name: settings.auraVoice,
            adapter: createAura({ ...options, voice: settings.auraVoice }, { clock }),
            sdk: sdks.deepgram,
          },
        ]
      : [
          {
            name: `openai ${settings.speech.model}/${settings.speech.voice}`,
            adapter: createOpenaiTts({ ...options, settings: settings.speech }, { clock }),
            sdk: sdks.openai,
          },
        ]
  })

  if (stt.length === 0)
    throw new ConfigError('noStt', `STT=${settings.stt.join(',')} leaves no recogniser; add embedded`)
  if (tts.length === 0)
    throw new ConfigError('noTts', `TTS=${settings.tts.join(',')} leaves no voice; add embedded`)

  const breaker = { failures: settings.breakerFailures, openMs: settings.breakerOpenMs }
  const adaptersOf = <T>(entries: readonly Entry<T>[]) => entries.map((entry) => entry.adapter)
  const namesOf = <T>(entries: readonly Entry<T>[]) => entries.map((entry) => entry.name)
  const chain = {
    stt: createSttChain(adaptersOf(stt), deps, { breaker: { openMs: settings.breakerOpenMs } }),
    llm:
      llm.length === 0
        ? undefined
        : createLlmChain(adaptersOf(llm), deps, {
            breaker,
            patience: { deadlineMs: settings.llmDeadlineMs, attemptMs: settings.llmAttemptMs },
          }),
    tts: createTtsChain(adaptersOf(tts), deps, {
      breaker,
      patience: { deadlineMs: settings.ttsDeadlineMs, attemptMs: settings.ttsFirstByteMs },
    }),
  }
  const inUse = new Set([...stt, ...llm, ...tts].flatMap((entry) => (entry.sdk ? [entry.sdk] : [])))
  return {
    ...chain,
    voices: adaptersOf(tts),
    names: {
      stt: namesOf(stt).join(', '),
      llm: [...namesOf(llm), 'scripted'].join(', '),
      tts: namesOf(tts).join(', '),
    },
    skipped,
    async warm() {
      for (const load of inUse) await load()
    },
    close() {
      chain.stt.close()
      chain.llm?.close()
      chain.tts.close()
    },
  }
}
