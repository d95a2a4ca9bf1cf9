// Opens the recogniser, language model and voice that the settings name, with what they need of the other rooms.

import { join } from 'node:path'
import { joinSamples, rateHz } from '../audio/pcm.ts'
import { Vad } from '../audio/vad.ts'
import type { Clock } from '../base/clock.ts'
import { ProviderError } from '../base/errors.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Converter } from '../codecs/convert.ts'
import type { Config } from '../config.ts'
import type { PhraseSpeaker } from '../phrases/generate.ts'
import { openProviders, type Providers } from '../providers/catalog.ts'
import { Ears, type EarsOptions } from '../providers/ears/ears.ts'
import type { TtsChain } from '../providers/fallback-tts.ts'
import { providerSettings } from '../providers/settings.ts'
import type { SharedLimits } from '../providers/shared-limits.ts'
import type { ServerContext } from './context.ts'

export type Vendors = Providers & {
  /** A voice's thread dies again and again: `only` when there is no other voice, else `standIn`. */
  readonly voiceDown: 'only' | 'standIn' | undefined
}

/** What the server opens the vendors with; a command does without. */
export type VendorParts = {
  /** Replaces the embedded voice's thread in tests. */
  createVoiceWorker?: () => Worker
  /** Called when an adapter begins to refuse all requests, and when it is well again. */
  onTrouble?: (label: string, reason: string | undefined) => void
  /** What the machines of a cluster share about vendors. */
  limits?: SharedLimits
  /** Puts the recognisers on a thread of their own. */
  ears?: Pick<EarsOptions, 'log' | 'createWorker'>
}

/** @throws {ConfigError} when a list leaves no recogniser or no voice */
export function openVendors(
  config: Config,
  clock: Clock,
  metrics: Metrics,
  { createVoiceWorker, onTrouble, ears, limits }: VendorParts = {},
): Vendors {
  const language = config.LANGUAGE
  const voicesDir = join(config.ASSETS_DIR, 'voices')
  const createVad = () => new Vad()
  const shared = { clock, metrics, language, voicesDir, onTrouble }
  const providers = openProviders(
    config,
    { ...shared, random: Math.random, createVad, createVoiceWorker, limits },
    ears && (() => new Ears({ ...shared, ...ears, values: settingsOf(config) })),
  )
  const { voices } = providers
  return {
    ...providers,
    get voiceDown() {
      if (!voices.some(({ isDown }) => isDown)) return undefined
      return voices.length === 1 ? 'only' : 'standIn'
    },
  }
}

/** The settings of the providers, and no others: no other thread needs them. */
const settingsOf = (config: Config) =>
  Object.fromEntries(Object.entries(config).filter(([name]) => name in providerSettings))

/** Logs once what an adapter refuses requests for, and lists it as degraded until a request succeeds. */
export const reportTrouble =
  ({ log, degraded }: ServerContext) =>
  (label: string, reason: string | undefined): void => {
    const key = `adapter ${label}`
    if (reason === undefined) {
      if (degraded.delete(key)) log.info('an adapter works again', { adapter: label })
      return
    }
    log.warn('an adapter refuses our requests', { adapter: label, reason })
    degraded.set(key, `${label}: ${reason}`)
  }

/** Logs which models in use a vendor shuts down, and lists as degraded those that are gone already. */
export function warnOfEndings({ log, clock, degraded }: ServerContext, endings: Providers['endings']): void {
  const today = new Date(clock.wallMs()).toISOString().slice(0, 10)
  for (const { label, date, heir = 'another model' } of endings) {
    log.warn('the vendor ends a model that is in use', { adapter: label, date, heir })
    if (date <= today)
      degraded.set(`ending ${label}`, `${label}: the vendor ended it on ${date}; use ${heir}`)
  }
}

/** The voice in use as the phrases need it: whole sentences, at 8 kHz. */
export function speakerOf(tts: TtsChain, converter: Converter): PhraseSpeaker {
  return {
    voice: tts.voiceKey,
    async speak(text, language) {
      const { signal } = new AbortController()
      const pieces = async function* () {
        // A recording is kept under this voice's key: what a stand-in says is not for it.
        for await (const part of tts.parts({ text, language, signal }, { alone: true })) {
          try {
            yield* converter.convert(part, signal)
          } catch (error) {
            part.fail(error, 0)
            throw error
          }
          if (part.isCut)
            throw new ProviderError('cut', `${part.voice} broke off in mid-sentence`, { retryable: true })
          part.accept()
        }
      }
      return { samples: joinSamples(await Array.fromAsync(pieces())), rateHz }
    },
  }
}
