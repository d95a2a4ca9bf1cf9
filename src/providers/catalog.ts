// From the settings to the three services: which adapters are in use, in which order, and why the others are not. No
// SDK is loaded and no request is sent here; `warm` loads the SDKs in use, once the server listens, and starts the
// thread of the recognisers.

import { ConfigError } from '../base/errors.ts'
import {
  type AdapterDefinition,
  type AdapterDeps,
  type Ending,
  hasCredentials,
  type Opened,
  type Service,
} from './adapter.ts'
import { adapterNames, adaptersFor } from './adapters.ts'
import type { Ears } from './ears/ears.ts'
import type { HeldRing } from './ears/session.ts'
import { createLlmChain } from './fallback-llm.ts'
import { createSttChain } from './fallback-stt.ts'
import { createTtsChain, type TtsChain } from './fallback-tts.ts'
import { createFreeServices, type FreeServices } from './free.ts'
import type { Llm } from './llm.ts'
import { Places, withPlaces } from './places.ts'
import { chainSettings, type ProviderValues } from './settings.ts'
import type { Stt } from './stt.ts'
import type { Tts } from './tts.ts'
import type { Billed } from './usage.ts'
import { withVoicePlaces } from './voice-places.ts'

export type Skipped = { adapter: string; reason: string }

/** An adapter in use, outside its chain. */
export type InUse<S extends Service = Service> = Opened<S> & { definition: AdapterDefinition<S> }

export type Providers = {
  /** On a thread of its own, or on this one. */
  stt: Stt<HeldRing>
  /** The thread of the recognisers, where they have one. */
  ears: Ears | undefined
  /** Undefined when only the scripted desk is left. */
  llm: Llm | undefined
  tts: TtsChain
  /** The voices one by one, in the order in which they are asked. */
  voices: readonly Tts[]
  /** For calls that may cost nothing. */
  free: FreeServices
  /** Under which names the adapters in use are counted; each once. */
  billed: readonly Billed[]
  /** All adapters in use, each by itself. */
  adapters: { stt: readonly InUse<'stt'>[]; llm: readonly InUse<'llm'>[]; tts: readonly InUse<'tts'>[] }
  /** For the start-up lines, without keys: `deepgram nova-3, embedded`. */
  names: { stt: string; llm: string; tts: string }
  /** The adapters that the settings name and that are not in use, and why; one entry per key that would do. */
  skipped: readonly Skipped[]
  /** The models in use whose end is announced. */
  endings: readonly (Ending & { label: string })[]
  /** Loads what the adapters in use need, so that the first call does not wait for it. */
  warm(): Promise<void>
  close(): void
}

/**
 * @param values as readSettings returns them for providerSettings
 * @param createEars puts recognisers that hear words on a thread of their own; without it they are on this one
 * @throws {ConfigError} `noStt` or `noTts` when a list leaves no recogniser or no voice; `unknownAdapter`
 */
export function openProviders(values: ProviderValues, deps: AdapterDeps, createEars?: () => Ears): Providers {
  const skipped: Skipped[] = []
  const open = <S extends Service>(service: S, names: readonly string[]) =>
    names.flatMap((name) => openAdapter(service, name, values, deps, skipped))
  const recognisers = openRecognisers(values, deps, skipped)
  const stt = recognisers.adapters
  const llm = open('llm', values.LLM)
  const today = new Date(deps.clock.wallMs()).toISOString().slice(0, 10)
  const asked = open('tts', values.TTS).map((opened) => limited(opened, deps))
  const isDefault = values.TTS.join() === chainSettings.TTS.default
  const tts = isDefault ? endedLater(asked, today) : asked
  if (tts.length === 0)
    throw new ConfigError('noTts', `TTS=${values.TTS.join(',')} leaves no voice; add embedded`)

  const chains = createChains({ llm, tts }, values, deps)
  const voices = tts.map(({ adapter }) => adapter)
  const free = createFreeServices(
    chains.tts,
    voices,
    () => createChains({ llm: [], tts: open('tts', ['embedded']) }, values, deps).tts,
  )
  const ears = recognisers.stt.hearsWords ? createEars?.() : undefined
  const hearing = withPlaces<HeldRing>(ears ?? recognisers.stt, placesOf(stt, deps))
  const labels = (opened: readonly Opened[]) => opened.map(({ label }) => label)
  return {
    ...chains,
    stt: hearing,
    ears,
    voices,
    free,
    billed: billedIn([...stt, ...llm, ...tts]),
    adapters: { stt, llm, tts },
    names: {
      stt: labels(stt).join(', '),
      llm: [...labels(llm), 'scripted'].join(', '),
      tts: labels(tts).join(', '),
    },
    skipped,
    endings: [...stt, ...llm, ...tts].flatMap(({ label, ending }) => (ending ? [{ label, ...ending }] : [])),
    async warm() {
      if (ears) ears.start()
      else await recognisers.warm()
      for (const opened of [llm, tts]) await warmAll(opened)
    },
    close() {
      hearing.close()
      if (ears) recognisers.stt.close()
      chains.llm?.close()
      chains.tts.close()
      free.close()
    },
  }
}

function billedIn(opened: readonly InUse[]): Billed[] {
  const found = opened.flatMap(({ adapter }) => adapter.billed ?? [])
  return [...new Map(found.map((one) => [`${one.vendor} ${one.model}`, one])).values()]
}

/**
 * The recognisers alone, as one.
 *
 * @param skipped gets the adapters that cannot be used
 * @throws {ConfigError} `noStt` when STT leaves no recogniser; `unknownAdapter`
 */
export function openRecognisers(values: ProviderValues, deps: AdapterDeps, skipped: Skipped[] = []) {
  const adapters = values.STT.flatMap((name) => openAdapter('stt', name, values, deps, skipped))
  if (adapters.length === 0)
    throw new ConfigError('noStt', `STT=${values.STT.join(',')} leaves no recogniser; add embedded`)
  // One failure is enough: a recogniser fails only after many attempts of its own.
  const breaker = { openMs: values.BREAKER_OPEN_MS }
  const stt = createSttChain(
    adapters.map(({ adapter }) => adapter),
    deps,
    { breaker },
  )
  return { adapters, stt, warm: () => warmAll(adapters) }
}

/** The limited accounts of the recognisers in use. A call takes a place at each, whichever hears it. */
function placesOf(adapters: readonly InUse<'stt'>[], { clock, metrics, limits }: AdapterDeps) {
  const limited = adapters.flatMap(({ streams, definition: { name } }) =>
    streams !== undefined && streams.most > 0 ? [{ ...streams, name }] : [],
  )
  return [...Map.groupBy(limited, ({ account }) => account).values()].map((sharers) => {
    const { account, most } = sharers[0]!
    return {
      places: new Places({ service: 'stt', clock, metrics, account, most, shared: limits?.places }),
      names: sharers.map(({ name }) => name),
    }
  })
}

/** A voice of a limited account takes a place for each sentence. */
function limited(opened: InUse<'tts'>, { clock, metrics, limits }: AdapterDeps): InUse<'tts'> {
  const { adapter, streams } = opened
  if (streams === undefined || streams.most === 0) return opened
  const places = new Places({ service: 'tts', clock, metrics, ...streams, shared: limits?.places })
  return { ...opened, adapter: withVoicePlaces(adapter, places) }
}

async function warmAll(opened: readonly Opened[]): Promise<void> {
  for (const [index, { warm }] of opened.entries()) await warm?.(index === 0)
}

/**
 * From the day on which its vendor ends it, a voice stands behind the next one: Voxtral speaks in the place of OpenAI
 * from 2027-01-06 on. Only in the default list: an operator's own list stays as it is.
 */
function endedLater(opened: readonly InUse<'tts'>[], today: string): InUse<'tts'>[] {
  const isEnded = ({ ending }: InUse<'tts'>) => ending !== undefined && ending.date <= today
  const next = opened.find((one) => !isEnded(one))
  if (next === undefined) return [...opened]
  const before = opened.slice(0, opened.indexOf(next))
  return [next, ...before, ...opened.slice(before.length + 1)]
}

/** Opens one name of a list: at the first of its vendors that has credentials. */
function openAdapter<S extends Service>(
  service: S,
  name: string,
  values: ProviderValues,
  deps: AdapterDeps,
  skipped: Skipped[],
): readonly InUse<S>[] {
  const candidates = adaptersFor(service).filter((one) => one.name === name)
  if (candidates.length === 0)
    throw new ConfigError(
      'unknownAdapter',
      `${service.toUpperCase()} names "${name}"; known are ${adapterNames(service).join(', ')}`,
    )
  const usable = candidates.find((one) => hasCredentials(one, values))
  if (usable) return usable.open(values, deps).map((opened) => ({ ...opened, definition: usable }))
  for (const { credentials } of candidates)
    skipped.push({
      adapter: `${service} ${name}`,
      reason: `${(credentials?.shared ?? credentials)?.apiKey} is not set`,
    })
  return []
}

type OpenedServices = { llm: Opened<'llm'>[]; tts: Opened<'tts'>[] }

function createChains({ llm, tts }: OpenedServices, values: ProviderValues, deps: AdapterDeps) {
  const breaker = { failures: values.BREAKER_FAILURES, openMs: values.BREAKER_OPEN_MS }
  const llmRetryPolicy = { deadlineMs: values.LLM_DEADLINE_MS, attemptMs: values.LLM_ATTEMPT_MS }
  const ttsRetryPolicy = { deadlineMs: values.TTS_DEADLINE_MS, attemptMs: values.TTS_FIRST_BYTE_MS }
  const adaptersIn = <S extends Service>(opened: readonly Opened<S>[]) => opened.map(({ adapter }) => adapter)
  return {
    llm:
      llm.length === 0
        ? undefined
        : createLlmChain(adaptersIn(llm), deps, { breaker, policy: llmRetryPolicy }),
    tts: createTtsChain(adaptersIn(tts), deps, { breaker, policy: ttsRetryPolicy }),
  }
}
