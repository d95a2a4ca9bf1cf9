// The shared store, with every value encrypted and found by a keyed hash: Redis and its dumps hold no id and no word.

import type { Secrets } from './secrets.ts'
import { answerMs, type PutOptions, type Store } from './store.ts'

/** Grows when older versions can no longer read the values; newer fields are ignored by older readers. */
const schema = 1

/** What is kept of a call, an adapter, or content of the site by its name; the second part of the key. */
export type Kind =
  | 'next'
  | 'call'
  | 'ended'
  | 'checkpoint'
  | 'words'
  | 'content'
  | 'spoken'
  | 'tokens'
  | 'places'
  | 'stop'

export type Vault = {
  /** The key in Redis. The braces keep all that belongs to one id on one node of a Redis Cluster. */
  key(kind: Kind, id: string): string
  put(kind: Kind, id: string, value: unknown, options: PutOptions): void
  /** @returns what was put, null when there is nothing that this key opens, undefined when Redis did not answer */
  get(kind: Kind, id: string, withinMs?: number): Promise<unknown>
  /** Like `get`, and removes it: only one machine gets it. */
  take(kind: Kind, id: string, withinMs?: number): Promise<unknown>
  /** Not what has a higher version. */
  remove(kind: Kind, id: string, version?: number): void
  written(kind: Kind, id: string, withinMs: number): Promise<boolean>
  seal(value: unknown, place: string): string
  /** @returns undefined for anything that was not sealed for this place */
  open(sealed: string, place: string): unknown
  /** Begins every key. */
  readonly prefix: string
}

export function createVault(store: Store, secrets: Secrets): Vault {
  const prefix = `vb${schema}:${secrets.site}:`
  const key = (kind: Kind, id: string) => `${prefix}${kind}:{${secrets.hash(id.toLowerCase())}}`
  const seal = (value: unknown, place: string) => secrets.seal(JSON.stringify(value), place)
  const open = (sealed: string, place: string): unknown => {
    const text = secrets.open(sealed, place)
    return text === undefined ? undefined : JSON.parse(text)
  }
  const opened = (found: string | null | undefined, place: string) =>
    typeof found === 'string' ? (open(found, place) ?? null) : found
  return {
    prefix,
    key,
    seal,
    open,
    put: (kind, id, value, options) => store.put(key(kind, id), seal(value, key(kind, id)), options),
    async get(kind, id, withinMs = answerMs) {
      return opened(await store.get(key(kind, id), withinMs), key(kind, id))
    },
    async take(kind, id, withinMs = answerMs) {
      return opened(await store.take(key(kind, id), withinMs), key(kind, id))
    },
    remove: (kind, id, version) => store.remove(key(kind, id), version),
    written: (kind, id, withinMs) => store.written(key(kind, id), withinMs),
  }
}
