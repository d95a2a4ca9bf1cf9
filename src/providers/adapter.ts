// What an adapter says about itself. From the list of these values (adapters.ts) follow the names that STT, LLM and TTS
// accept, the settings, the tables in docs/, the start-up lines and the chains of adapters in use.

import type { Clock } from '../base/clock.ts'
import type { Metrics } from '../base/metrics.ts'
import type { SettingTable, Values } from '../base/setting.ts'
import type { Relief } from './live/tuning.ts'
import type { Llm } from './llm.ts'
import type { ModelList } from './model-list.ts'
import type { StreamLimit } from './places.ts'
import type { SharedLimits } from './shared-limits.ts'
import type { Stt } from './stt.ts'
import type { Tts } from './tts.ts'
import type { FrameVad } from './utterance.ts'

/** What the desk needs from a vendor: a recogniser, a language model, a voice. */
type Interfaces = { stt: Stt; llm: Llm; tts: Tts }
export type Service = keyof Interfaces

/** What adapters need besides their settings. */
export type AdapterDeps = {
  clock: Clock
  random: () => number
  metrics: Metrics
  createVad: () => FrameVad
  /** The desk's language, ISO 639-1. */
  language: string
  /** Folder of the embedded voices' files. */
  voicesDir: string
  /** Replaces the embedded voice's thread in tests. */
  createVoiceWorker?: () => Worker
  relief?: Relief
  /** What several machines share; left out where there is one. */
  limits?: SharedLimits
  /** See ChainDeps in fallback.ts. */
  onTrouble?: (label: string, reason: string | undefined) => void
  /** Adapters whose trouble was reported before this process or thread began. */
  troubled?: readonly string[]
}

/** The variables of an API key and a base URL. */
export type Account = { apiKey: string; baseUrl: string }

/** The variables of an adapter's API key and base URL. It needs a key, or a server of the operator's own. */
export type Credentials = Account & {
  /** The account of the whole vendor, which gives what the adapter's own variables leave out. */
  shared?: Account
}

/** Where requests go and the key they carry. */
export type Endpoint = { apiKey: string; baseUrl: string }

/** Where an adapter's requests go by its settings. */
export type Destination = Endpoint & {
  /** The variables that gave the two values. */
  from: Account
}

/** When a vendor shuts a model down, as a date in ISO form, and the model that it recommends instead. */
export type Ending = { date: string; heir?: string }

export type Opened<S extends Service = Service> = {
  /** For the start-up lines, without keys: `deepgram nova-3`. */
  label: string
  adapter: Interfaces[S]
  /** Set when the vendor has announced the end of the model. */
  ending?: Ending
  /** How many streams, or requests of a voice, may be open at once at its account. */
  streams?: StreamLimit
  /** The list in which the vendor has the model; absent in an adapter without a vendor. */
  models?: ModelList
  /**
   * Loads what the first call would otherwise wait for: an SDK, a thread.
   *
   * @param isFirst whether the adapter is asked first; one that only stands in may save its memory
   */
  warm?(isFirst: boolean): Promise<unknown>
}

export type AdapterDefinition<S extends Service = Service> = {
  readonly service: S
  /** The name in STT, LLM or TTS and in metrics, and the `name` of the opened adapter. */
  readonly name: string
  /** The vendor's folder. Two vendors may offer the same name; the first one with credentials is used. */
  readonly vendor: string
  /** What it is, for docs/vendors.md. */
  readonly about: string
  /** Left out where no key is needed. */
  readonly credentials?: Credentials
  /** Every setting it reads, its credentials included. Adapters may share a setting: then both name the same value. */
  readonly settings: SettingTable
  /**
   * Opens the adapter without any request.
   *
   * @returns one entry per model, in the order they are tried; none for `scripted`, which needs no model
   */
  open(values: Readonly<Record<string, unknown>>, deps: AdapterDeps): readonly Opened<S>[]
}

/** Checks that `open` reads only declared settings, and hides their types, which differ from adapter to adapter. */
export function defineAdapter<S extends Service, T extends SettingTable>(
  given: Omit<AdapterDefinition<S>, 'settings' | 'open'> & {
    settings: T
    open(values: Values<T>, deps: AdapterDeps): readonly Opened<S>[]
  },
): AdapterDefinition<S> {
  // The values come from readSettings, which has checked them by these very settings.
  return given as unknown as AdapterDefinition<S>
}

type AnyValues = Readonly<Record<string, unknown>>

/** Whether there is a key, or a base URL other than the vendor's own. */
export function hasCredentials({ credentials, settings }: AdapterDefinition, values: AnyValues): boolean {
  if (credentials === undefined) return true
  const accounts = credentials.shared ? [credentials, credentials.shared] : [credentials]
  return accounts.some(
    ({ apiKey, baseUrl }) => values[apiKey] !== '' || values[baseUrl] !== settings[baseUrl].default,
  )
}

/**
 * Where an adapter's requests go. The base URL is the adapter's own, else the shared one. The key is the adapter's own,
 * else the shared one; but the shared key never goes to another server than that of the shared base URL, because the
 * key of a cloud must not reach a server in the next room.
 */
export function destinationOf(credentials: Credentials, values: AnyValues): Destination {
  const { shared } = credentials
  const textOf = (name: string) => String(values[name] ?? '')
  const isSet = (name: string) => textOf(name) !== ''
  const baseUrl = shared && !isSet(credentials.baseUrl) ? shared.baseUrl : credentials.baseUrl
  const isShared =
    shared !== undefined &&
    !isSet(credentials.apiKey) &&
    originOf(textOf(baseUrl)) === originOf(textOf(shared.baseUrl))
  const apiKey = isShared ? shared.apiKey : credentials.apiKey
  return { apiKey: textOf(apiKey), baseUrl: textOf(baseUrl), from: { apiKey, baseUrl } }
}

const originOf = (url: string) => URL.parse(url)?.origin

/** A server of the operator's own rarely asks for a key, but the SDKs insist on one. */
export const endpoint = (apiKey: string, baseUrl: string): Endpoint => ({
  apiKey: apiKey === '' ? 'none' : apiKey,
  baseUrl,
})
