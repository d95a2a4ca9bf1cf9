// What a site has changed, as one JSON file per generation. Each file holds the whole state and the change that led to
// it, so the newest file that can be read is the state, and all files together are the history. Reading is tolerant:
// an entry that is broken is named and left out.

import { z } from 'zod'
import { AppError } from '../base/errors.ts'

/** `conflict`, `changed`, `unknown`, `content`, `archive`, `unreadable`. */
export class SiteError extends AppError {
  override name = 'SiteError'
}

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256')

const soundSchema = z.strictObject({
  /** Names the audio: slin8 in whole frames. */
  sha256: hash,
  samples: z.int().min(1).max(480_000),
  /** The voice that speaks, as the operator sees it. */
  voice: z.string().min(1).max(200),
  /** Recorded by a person and uploaded: it is preferred to every voice. */
  isSpeaker: z.boolean(),
  /** The sentence that it speaks. When the phrase says something else, the sound is not used. */
  says: z.string().max(4_000),
})
const phraseSchema = z.strictObject({
  /** Null: the shipped text. */
  text: z.string().max(4_000).nullable(),
  /** Null: the shipped audio, or the voice in use. */
  sound: soundSchema.nullable(),
  /** The generation in which it was changed last. */
  version: z.int().min(1),
})
const documentSchema = z.strictObject({ sha256: hash, bytes: z.int().min(0), version: z.int().min(1) })

/** `fr.welcome`, `fr.ok.2`, `fr.number-06`. */
const phraseId = z.string().regex(/^[a-z]{2}\.[a-z0-9_-]+(\.\d+)?$/, 'is not the name of a phrase')
/** `prompts/fr.md`; never a path that leads out of the folder. */
/** `desk/fr.yaml`, and `desk/shop.fr.yaml` for the words of a named desk. */
const documentId = z.string().regex(/^[a-z]+\/[a-z0-9_-]+(\.[a-z]+){1,2}$/, 'is not the name of a document')

export const itemSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('phrase'),
    id: phraseId,
    /** The text of the program at that time; null when the program had no such phrase. */
    shipped: z.string().nullable(),
    before: phraseSchema.nullable(),
    after: phraseSchema.nullable(),
  }),
  z.strictObject({
    kind: z.literal('document'),
    id: documentId,
    before: documentSchema.nullable(),
    after: documentSchema.nullable(),
  }),
])
export const changeSchema = z.strictObject({
  /** 0: a change of the folder that a backup was made from. */
  generation: z.int().min(0),
  /** ISO time. */
  at: z.string(),
  by: z.string().max(200),
  action: z.enum(['text', 'sound', 'reset', 'document', 'undo', 'import', 'repair', 'draft']),
  /** The generation whose change this one takes back. */
  undoes: z.int().optional(),
  items: z.array(itemSchema),
})
const fileSchema = z.object({
  layout: z.literal(1),
  change: z.unknown(),
  /** Changes of the folder from which this state was imported, newest first; to read, not to undo. */
  earlier: z.array(z.unknown()).default([]),
  phrases: z.record(z.string(), z.unknown()),
  documents: z.record(z.string(), z.unknown()),
})

export type SiteSound = z.infer<typeof soundSchema>
export type SitePhrase = z.infer<typeof phraseSchema>
export type SiteDocument = z.infer<typeof documentSchema>
export type SiteItem = z.infer<typeof itemSchema>
export type SiteChange = z.infer<typeof changeSchema>

/** What the site has changed, by id. Not in it: what is as the program ships it. */
export type SiteState = {
  /** 0: nothing was ever changed. */
  generation: number
  phrases: Readonly<Record<string, SitePhrase>>
  documents: Readonly<Record<string, SiteDocument>>
}
export const emptyState: SiteState = { generation: 0, phrases: {}, documents: {} }

/** Something in the site folder that cannot be used; the rest is. */
export type SiteFault = { what: string; reason: string }

export type Generation = {
  state: SiteState
  /** Undefined when it cannot be read. */
  change: SiteChange | undefined
  earlier: SiteChange[]
  faults: SiteFault[]
}

/**
 * Reads one generation.
 *
 * @param name its file, for the faults
 * @throws {SiteError} `unreadable` when it is not a generation at all
 */
export function parseGeneration(text: string, generation: number, name: string): Generation {
  const faults: SiteFault[] = []
  const file = fileSchema.safeParse(json(text, name))
  if (!file.success) throw new SiteError('unreadable', `${name} is not a generation of the site folder`)
  const change = changeSchema.safeParse(file.data.change)
  if (!change.success) faults.push({ what: name, reason: 'does not say what was changed' })
  return {
    state: {
      generation,
      phrases: entries(file.data.phrases, phraseId, phraseSchema, faults),
      documents: entries(file.data.documents, documentId, documentSchema, faults),
    },
    change: change.data,
    earlier: file.data.earlier.flatMap((one) => changeSchema.safeParse(one).data ?? []),
    faults,
  }
}

/** The file of a generation. */
export const fileOf = (generation: number): string => `${String(generation).padStart(6, '0')}.json`

export function generationText({ state, change, earlier }: Omit<Generation, 'faults'>): string {
  const { phrases, documents } = state
  return `${JSON.stringify({ layout: 1, change, earlier, phrases, documents }, null, 1)}\n`
}

/** The state after a change. */
export function applyItems(state: SiteState, items: readonly SiteItem[], generation: number): SiteState {
  const phrases = { ...state.phrases }
  const documents = { ...state.documents }
  for (const item of items) {
    if (item.kind === 'phrase') put(phrases, item.id, item.after)
    else put(documents, item.id, item.after)
  }
  return { generation, phrases, documents }
}

/** Names of the audio and the documents that a generation needs, those of `before` included. */
export function contentOf({
  state,
  change,
}: {
  state: SiteState
  change: Pick<SiteChange, 'items'> | undefined
}): Set<string> {
  const names = new Set<string>()
  const addPhrase = (one: SitePhrase | null) => one?.sound && names.add(audioName(one.sound))
  const addDocument = (one: SiteDocument | null) => one && names.add(documentName(one))
  for (const one of Object.values(state.phrases)) addPhrase(one)
  for (const one of Object.values(state.documents)) addDocument(one)
  for (const item of change?.items ?? []) {
    if (item.kind === 'phrase') for (const one of [item.before, item.after]) addPhrase(one)
    else for (const one of [item.before, item.after]) addDocument(one)
  }
  return names
}

export const audioName = ({ sha256 }: { sha256: string }): string => `${sha256}.raw`
export const documentName = ({ sha256 }: { sha256: string }): string => `${sha256}.txt`

function json(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SiteError('unreadable', `${name} is not JSON`, { cause })
  }
}

function entries<T>(
  found: Record<string, unknown>,
  id: z.ZodType<string>,
  schema: z.ZodType<T>,
  faults: SiteFault[],
): Record<string, T> {
  const sound: Record<string, T> = {}
  for (const [name, value] of Object.entries(found)) {
    const parsed = schema.safeParse(value)
    const isName = id.safeParse(name).success
    if (parsed.success && isName) sound[name] = parsed.data
    else faults.push({ what: name, reason: 'has an entry that cannot be read in the site folder' })
  }
  return sound
}

function put<T>(table: Record<string, T>, id: string, value: T | null): void {
  if (value === null) delete table[id]
  else table[id] = value
}
