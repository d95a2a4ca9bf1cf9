// A backup of the site folder as one `.tar.gz` file: the state in use, all it names, and the history to read. An import
// checks everything first and then makes one change, which can be undone like any other.

import { errorText } from '../base/errors.ts'
import {
  audioName,
  changeSchema,
  contentOf,
  parseGeneration,
  type SiteChange,
  SiteError,
  type SiteItem,
  type SiteSound,
  type SiteState,
} from './generation.ts'
import type { Site } from './store.ts'
import { readTarGz } from './tar.ts'

/** Unpacked, with all audio: 582 phrases are 30 MB. */
export const maxUnpackedBytes = 512 * 1_048_576
const historyInBackup = 500
/** 160 samples of 16 bits; the room of audio is not imported here. */
const frameBytes = 320

/** @throws {SiteError} `content` when audio or a document is broken: a backup without it could not be imported */
export async function exportSite(site: Site): Promise<Uint8Array> {
  if (site.faults.length > 0) throw broken(site.faults.map(({ what, reason }) => `${what} ${reason}`))
  const { phrases, documents } = site.state
  const files: Record<string, Uint8Array | string> = {
    'state.json': `${JSON.stringify({ layout: 1, phrases, documents }, null, 1)}\n`,
    'history.json': `${JSON.stringify(await site.history(historyInBackup), null, 1)}\n`,
  }
  const faults: string[] = []
  for (const name of contentOf({ state: site.state, change: undefined })) {
    try {
      files[`content/${name}`] = await site.content(name)
    } catch (error) {
      faults.push(errorText(error))
    }
  }
  if (faults.length > 0) throw broken(faults)
  return new Bun.Archive(files, { compress: 'gzip' }).bytes()
}

export type ImportOptions = {
  by: string
  /** The text that the program ships for a phrase; undefined when there is no such phrase. */
  shippedText: (id: string) => string | undefined
  /** Checks a text or a document before anything is written. @returns what is wrong with it */
  check: (kind: 'phrase' | 'document', id: string, text: string) => string | undefined
}

/**
 * Brings a backup in. What the folder has and the backup has not becomes as shipped.
 *
 * @param packed a file of {@link exportSite}
 * @returns how many phrases and documents differ from before; 0 changes nothing
 * @param maxBytes bound of the unpacked file
 * @throws {SiteError} `archive` naming everything that is wrong, before anything was written; as `Site.commit`
 */
export async function importSite(
  site: Site,
  packed: Uint8Array,
  options: ImportOptions,
  maxBytes = maxUnpackedBytes,
): Promise<number> {
  const files = await readTarGz(packed, maxBytes)
  const text = (name: string) => new TextDecoder().decode(files.get(name))
  if (!files.has('state.json')) throw new SiteError('archive', 'this is not a backup of a site folder')
  const { state, faults } = parseBackup(text('state.json'))
  const problems = faults.map(({ what, reason }) => `${what} ${reason}`)
  for (const name of contentOf({ state, change: undefined })) {
    const bytes = files.get(`content/${name}`)
    const sha256 = bytes && new Bun.CryptoHasher('sha256').update(bytes).digest('hex')
    if (sha256 !== name.slice(0, 64)) problems.push(`content/${name} is ${bytes ? 'damaged' : 'missing'}`)
  }
  for (const [id, phrase] of Object.entries(state.phrases)) {
    const sound = phrase.sound === null ? undefined : soundFault(phrase.sound, files)
    if (sound !== undefined) problems.push(`${id} ${sound}`)
    const wrong = phrase.text === null ? undefined : options.check('phrase', id, phrase.text)
    if (wrong !== undefined) problems.push(`${id} ${wrong}`)
  }
  for (const [id, { sha256 }] of Object.entries(state.documents)) {
    const wrong = options.check('document', id, text(`content/${sha256}.txt`))
    if (wrong !== undefined) problems.push(`${id} ${wrong}`)
  }
  if (problems.length > 0)
    throw new SiteError('archive', `the backup cannot be used: ${problems.slice(0, 20).join('; ')}`)

  const items = differences(site.state, state, options.shippedText)
  if (items.length === 0) return 0
  for (const name of contentOf({ state, change: undefined })) {
    const bytes = files.get(`content/${name}`)
    if (bytes) await site.store(bytes, name.endsWith('.raw') ? 'raw' : 'txt')
  }
  const earlier = parseHistory(files.has('history.json') ? text('history.json') : '[]')
  const asEarlier = earlier.map((change) => ({ ...change, generation: 0 }))
  await site.commit({ by: options.by, action: 'import', items, earlier: asEarlier })
  return items.length
}

/** Whether a sound is what its entry says; a hash alone would pass audio of any length. */
function soundFault(sound: SiteSound, files: ReadonlyMap<string, Uint8Array>): string | undefined {
  const bytes = files.get(`content/${audioName(sound)}`)
  if (bytes === undefined) return undefined
  if (bytes.length % frameBytes !== 0)
    return `has ${bytes.length} bytes of audio, which are not whole frames of 20 ms`
  if (bytes.length !== sound.samples * 2)
    return `has ${bytes.length / 2} samples, ${sound.samples} are listed`
  return undefined
}

const broken = (faults: string[]) =>
  new SiteError(
    'content',
    `the site folder is not whole: ${faults.join('; ')}; \`bun run phrases\` makes missing audio again`,
  )

function parseBackup(text: string) {
  const withChange = (json: string) => JSON.stringify({ change: null, ...JSON.parse(json) })
  try {
    const read = parseGeneration(withChange(text), 1, 'state.json')
    // A backup is of a state, not of a change.
    return { state: read.state, faults: read.faults.filter(({ what }) => what !== 'state.json') }
  } catch (cause) {
    throw new SiteError('archive', 'state.json in the backup cannot be read', { cause })
  }
}

function parseHistory(text: string): SiteChange[] {
  try {
    const found: unknown = JSON.parse(text)
    return Array.isArray(found) ? found.flatMap((one) => changeSchema.safeParse(one).data ?? []) : []
  } catch {
    // The history is for reading only: without it the state is whole.
    return []
  }
}

function differences(
  from: SiteState,
  to: SiteState,
  shippedText: (id: string) => string | undefined,
): SiteItem[] {
  const changed = <T extends { version: number }>(a: Readonly<Record<string, T>>, b: typeof a) =>
    [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .map((id) => ({ id, before: a[id] ?? null, after: b[id] ?? null }))
      .filter(
        ({ before, after }) =>
          !Bun.deepEquals(before && { ...before, version: 0 }, after && { ...after, version: 0 }),
      )
  return [
    ...changed(from.phrases, to.phrases).map((item) => ({
      kind: 'phrase' as const,
      shipped: shippedText(item.id) ?? null,
      ...item,
    })),
    ...changed(from.documents, to.documents).map((item) => ({ kind: 'document' as const, ...item })),
  ]
}
