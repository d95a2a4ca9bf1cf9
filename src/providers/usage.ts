// What is used of the vendors, in the units that they bill: tokens, characters, seconds of audio. Counted in metrics by
// vendor and model, because those of the recognisers' thread reach the call thread as metrics anyway; prices.ts makes
// money of them.

import type { Counter, Labels, Metrics, Sample } from '../base/metrics.ts'
import { isPrivateHost } from '../base/private-host.ts'

/** Who bills for an adapter's work, and under which model: the names that the price table knows it by. */
export type Billed = { vendor: string; model: string }

/** The vendor of every server of the operator's own. */
export const ownVendor = 'own'

/**
 * @param domain of the vendor's own servers @param baseUrl of the server in use
 * @returns a compatible server at a public name is a vendor by that name: its prices are not known here
 */
export function billedBy(vendor: string, domain: string, baseUrl: string, model: string): Billed {
  const host = (URL.parse(baseUrl)?.hostname ?? '').replace(/^\[|\]$/g, '')
  if (host === domain || host.endsWith(`.${domain}`)) return { vendor, model }
  return { vendor: isPrivateHost(host) ? ownVendor : host, model }
}

/** Tokens of one request. */
export type TokenCounts = {
  /** Without those that the vendor had in its cache. */
  prompt: number
  cached: number
  /** Reasoning included. */
  completion: number
}
export const tokenKinds = ['prompt', 'cached', 'completion'] as const

const tokens = 'provider_tokens_total'
const characters = 'provider_characters_total'
const seconds = 'provider_audio_seconds_total'

/** Whether a sample counts a use of a vendor. */
export const countsUse = ({ name }: Pick<Sample, 'name'>): boolean =>
  name === tokens || name === characters || name === seconds

/** @returns counts a request: by the vendor's count, or by an estimate where it gave none */
export function tokenUsage(
  metrics: Metrics,
  billed: Billed,
): (counts: TokenCounts, isEstimate: boolean) => void {
  const counter = (kind: string, source: string) =>
    metrics.counter(tokens, 'Tokens of language models; source says whose count it is', {
      ...billed,
      kind,
      source,
    })
  const of = (source: string) => tokenKinds.map((kind) => [kind, counter(kind, source)] as const)
  const counters = { vendor: of('vendor'), estimate: of('estimate') }
  return (counts, isEstimate) => {
    for (const [kind, one] of counters[isEstimate ? 'estimate' : 'vendor']) one.add(counts[kind])
  }
}

export const characterUsage = (metrics: Metrics, billed: Billed): Counter =>
  metrics.counter(characters, 'Characters of the texts that voices were asked to speak', { ...billed })

export const audioUsage = (metrics: Metrics, billed: Billed): Counter =>
  metrics.counter(seconds, 'Seconds of audio that recognisers got, as their vendors count them', {
    ...billed,
  })

/** What was used of one model. */
export type Use = Record<(typeof tokenKinds)[number], number> & {
  /** Tokens among them that were estimated. */
  estimated: number
  characters: number
  seconds: number
}
export const noUse: Readonly<Use> = {
  prompt: 0,
  cached: 0,
  completion: 0,
  estimated: 0,
  characters: 0,
  seconds: 0,
}

/** An amount of what a sample counts. @param sample one that `countsUse` */
export function useOf({ name, labels }: Pick<Sample, 'name' | 'labels'>, amount: number): Billed & Use {
  const { vendor = '', model = '' } = labels
  const use = { ...noUse, vendor, model }
  if (name === characters) use.characters = amount
  else if (name === seconds) use.seconds = amount
  else {
    use[kindOf(labels)] = amount
    if (labels.source === 'estimate') use.estimated = amount
  }
  return use
}

const kindOf = ({ kind }: Labels) => tokenKinds.find((one) => one === kind) ?? 'prompt'

/** Adds the second to the first. */
export function addUse(sum: Use, more: Use): void {
  for (const unit of Object.keys(noUse) as (keyof Use)[]) sum[unit] += more[unit]
}
