// Reads the desks: the files of assets/desk/ with the site's own over them, for the server and for every command.
// `desk.yaml` is the default desk; `shop.yaml` beside it is the desk `shop`, which says only where it differs from the
// default one, and so does `shop.fr.yaml` for its words.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorText } from '../../base/errors.ts'
import { parseYaml } from '../../base/yaml.ts'
import type { Desk } from '../../desk/desk.ts'
import { createDesk, DeskError, type DeskSource, defaultFiles, type FileNames } from '../../desk/load-desk.ts'
import { overlaid } from '../../desk/overlay.ts'
import { parseReader, type ReaderWeights } from '../../desk/reader-weights.ts'
import { documentText } from '../../site/document-text.ts'
import type { Site } from '../../site/store.ts'
import { isLanguage } from '../../understanding/languages/index.ts'
import { numberFaults } from './dialled-numbers.ts'

/** The lines of each language that calls may be in, by name. */
export type DeskLines = DeskSource['lines']

export const deskFolder = 'desk'
/** The name of a desk or the code of a language; words of a named desk have both. */
export const deskFileName = /^[a-z-]+(\.[a-z]+)?\.yaml$/

/** The name of the desk whose file is `desk.yaml`. */
export const defaultDesk = 'desk'

/** Desks by name. */
export type Desks = ReadonlyMap<string, Desk>

/** Text of each file, by its name: `desk.yaml`, `fr.yaml`. */
export type DeskFiles = ReadonlyMap<string, string>

/** The names of a desk's files. */
export const filesOf = (name: string): FileNames =>
  name === defaultDesk
    ? defaultFiles
    : { desk: `${name}.yaml`, words: (language) => `${name}.${language}.yaml` }

/** The default desk; parameters and errors are those of {@link readDesks}. */
export async function readDesk(assetsDir: string, lines: DeskLines, own?: DeskFiles): Promise<Desk> {
  return (await readDesks(assetsDir, lines, own)).get(defaultDesk)!
}

/**
 * Reads the files of all desks.
 *
 * @param lines of the languages that the desks are to serve
 * @param own files of the site, laid over those of the same name
 * @throws {DeskError} naming every fault of every file; errors of the disk
 */
export async function readDesks(
  assetsDir: string,
  lines: DeskLines,
  own: DeskFiles = new Map(),
): Promise<Desks> {
  const layers = [await shippedFiles(assetsDir), own]
  const faults: string[] = []
  const contents = new Map<string, unknown>()
  /** Undefined when a layer of it is no YAML. */
  const contentOf = (name: string): unknown => {
    if (contents.has(name)) return contents.get(name)
    const texts = layers.flatMap((files) => files.get(name) ?? [])
    if (texts.length === 0) faults.push(`${name}: is missing`)
    const read = texts.map((text) => yaml(name, text, faults))
    const content = read.includes(undefined) ? undefined : read.reduce(overlaid, undefined)
    contents.set(name, content)
    return content
  }
  const over = (below: unknown, name: string): unknown => {
    if (!layers.some((files) => files.has(name))) return below
    const above = contentOf(name)
    return below === undefined || above === undefined ? undefined : overlaid(below, above)
  }
  const codes = Object.keys(lines)
  const readers = await readReaders(join(assetsDir, 'readers'), codes)
  const words = Object.fromEntries(codes.map((code) => [code, contentOf(filesOf(defaultDesk).words(code))]))
  const desk = contentOf(filesOf(defaultDesk).desk)
  const desks = new Map<string, Desk>()
  /** Faults of the default desk, without their files: a named desk has them too, and they are named once. */
  const inAll = new Set<string>()
  for (const name of namesOf(layers.flatMap((files) => [...files.keys()]))) {
    const files = filesOf(name)
    const isDefault = name === defaultDesk
    const ownWords = isDefault ? words : mapValues(words, (below, code) => over(below, files.words(code)))
    try {
      const source = { desk: isDefault ? desk : over(desk, files.desk), words: ownWords, lines, readers }
      if (!isDefault && hasNumbers(contents.get(files.desk)))
        faults.push(`${files.desk}: numbers: only desk.yaml has the table of dialled numbers: move it there`)
      desks.set(name, createDesk(source, files))
    } catch (error) {
      if (!(error instanceof DeskError)) throw error
      const found = error.faults.map((text) => [text, anyDesk(text, files, codes)] as const)
      faults.push(...found.filter(([, general]) => !inAll.has(general)).map(([text]) => text))
      if (isDefault) for (const [, general] of found) inAll.add(general)
    }
  }
  faults.push(...lineClashes(layers, contents, codes))
  const made = desks.get(defaultDesk)
  const names = namesOf(layers.flatMap((files) => [...files.keys()]))
  if (made) faults.push(...numberFaults(made, codes, names).map((fault) => `${defaultFiles.desk}: ${fault}`))
  if (faults.length > 0) throw new DeskError(faults)
  return desks
}

/** A named desk is chosen by the table of the default one, so a table of its own would never be read. */
const hasNumbers = (content: unknown): boolean =>
  typeof content === 'object' && content !== null && 'numbers' in content

/** A fault of one desk as the default desk would have it. */
function anyDesk(fault: string, files: FileNames, codes: readonly string[]): string {
  let text = fault
  for (const code of codes) text = text.replaceAll(files.words(code), defaultFiles.words(code))
  return text.replaceAll(files.desk, defaultFiles.desk)
}

/** All desks share one set of lines: a line of one desk with other words than another desk's would be said by both. */
function lineClashes(
  layers: readonly DeskFiles[],
  contents: ReadonlyMap<string, unknown>,
  codes: readonly string[],
): string[] {
  const desks = [...namesOf(layers.flatMap((files) => [...files.keys()]))]
  return codes.flatMap((code) => {
    const first = new Map<string, { file: string; text: string }>()
    return desks.flatMap((desk) => {
      const file = filesOf(desk).words(code)
      const { lines } = (contents.get(file) ?? {}) as { lines?: unknown }
      if (typeof lines !== 'object' || lines === null) return []
      return Object.entries(lines).flatMap(([name, line]) => {
        const text = JSON.stringify(line)
        const other = first.get(name)
        if (other === undefined) first.set(name, { file, text })
        if (other === undefined || other.text === text) return []
        return `${file}: lines.${name}: ${other.file} has a line of this name with other words: take another name`
      })
    })
  })
}

/** The desks that files are for, the default one first. */
function namesOf(files: readonly string[]): ReadonlySet<string> {
  const names = files.map((file) => file.replace(/\.yaml$/, '').replace(/\..*$/, ''))
  return new Set([defaultDesk, ...names.filter((name) => !isLanguage(name))])
}

const mapValues = <T, R>(table: Readonly<Record<string, T>>, make: (value: T, key: string) => R) =>
  Object.fromEntries(Object.entries(table).map(([key, value]) => [key, make(value, key)]))

/** The files of assets/desk/. */
export async function shippedFiles(assetsDir: string): Promise<DeskFiles> {
  const folder = join(assetsDir, deskFolder)
  const names = (await readdir(folder)).filter((name) => deskFileName.test(name))
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  )
}

/** The readers of these languages, as far as there are files. */
async function readReaders(
  folder: string,
  languages: readonly string[],
): Promise<NonNullable<DeskSource['readers']>> {
  const readers: Record<string, ReaderWeights> = {}
  for (const code of languages) {
    const file = Bun.file(join(folder, `${code}.bin`))
    if (await file.exists()) readers[code] = parseReader(Bun.zstdDecompressSync(await file.bytes()))
  }
  return readers
}

/** The documents of the site that belong to the desk, by the names of their files. @throws {SiteError} `content` */
export async function siteFiles(site: Pick<Site, 'state' | 'content'>): Promise<DeskFiles> {
  const files = new Map<string, string>()
  for (const id of Object.keys(site.state.documents)) {
    const [folder, name] = id.split('/')
    const text = folder === deskFolder ? await documentText(site, id) : undefined
    if (text !== undefined) files.set(name, text)
  }
  return files
}

/** One file of a site's desk by itself. @throws {Error} when it is no YAML, or no table */
export function parseDeskFile(text: string): unknown {
  const content: unknown = parseYaml(text)
  if (typeof content !== 'object' || content === null) throw new Error('is not a table of keys')
  return content
}

function yaml(name: string, text: string, faults: string[]): unknown {
  try {
    return parseYaml(text)
  } catch (error) {
    faults.push(`${name}: is not YAML (${error instanceof Error ? error.message : errorText(error)})`)
    return undefined
  }
}
