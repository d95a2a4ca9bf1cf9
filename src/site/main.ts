// The command `bun run site`: backup, history and undo of what the site has changed, beside a running server or without
// one. A running server uses a change after a reload.

import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { wantsHelp } from '../base/command-line.ts'
import { faultText } from '../base/errors.ts'
import { type Config, loadConfig } from '../config.ts'
import { historyEntries } from '../phrases/history.ts'
import { textFault } from '../phrases/overlay.ts'
import { shippedTexts } from '../phrases/repair.ts'
import type { HistoryEntry } from '../phrases/types.ts'
import { documentFault } from '../server/desk/documents.ts'
import { hoursId, hoursText, settingsOf } from '../server/desk/hours.ts'
import { pricesId } from '../server/spending/prices.ts'
import { auditCommand, operatorName } from '../tools/command-audit.ts'
import { layDesk } from '../tools/site-desk.ts'
import { isLanguage, languages } from '../understanding/languages/index.ts'
import { exportSite, importSite, maxUnpackedBytes } from './archive.ts'
import { createSiteDisk } from './disk.ts'
import { documentText } from './document-text.ts'
import type { SiteItem } from './generation.ts'
import { openSite, type Site } from './store.ts'

const usage = `usage: bun run site history | undo <number> | export <file> | import <file>
       bun run site prompt <language> [file] | hours [file] | prices [file] | desk <file> …

  history           lists what this site has changed, newest first
  undo <number>     takes the change with this number back
  export <file>     writes a backup of all that is changed, as .tar.gz
  import <file>     brings a backup in, as one change; nothing changes when anything in it is wrong
  prompt fr <file>  lays instructions for the language model over assets/prompts/fr.md; without a file prints them
  hours <file>      takes opening hours, exceptions and the message of the day from a file; without one prints them
  prices <file>     lays prices of vendors over assets/prices/prices.yaml; without a file prints those laid, or shipped
  desk <file> …     lays desk files over those of assets/desk/ with the same names: desk.yaml, fr.yaml; all
                    together as one change, and nothing changes when they do not fit. An empty file takes back
  --by <name>       who makes the change; default: the user of this system

  The folder is DATA_DIR/site. A running server uses a change after "Reload" on the page, the desk
  after POST /api/desk/reload.`

type Out = { write(text: string): unknown }

/** @returns the exit code: 0 done; 1 it failed, nothing has changed; 2 the arguments are wrong */
export async function runSite(
  args: string[],
  out: Out,
  environment: Record<string, string | undefined> = {},
): Promise<number> {
  if (wantsHelp(args)) {
    out.write(`${usage}\n`)
    return 0
  }
  let given: ReturnType<typeof parse>
  let config: Config
  try {
    given = parse(args)
    config = loadConfig(environment).config
  } catch (error) {
    out.write(`${faultText(error)}\n\n${usage}\n`)
    return 2
  }
  try {
    const site = await openSite({ dir: join(config.DATA_DIR, 'site'), wallMs: Date.now })
    for (const { what, reason } of site.faults) out.write(`site folder: ${what} ${reason}\n`)
    const { generation } = site.state
    out.write(await given.action(site, config, given.by))
    // Who, what and when are in the history; the trail says that it was done here, and as which change.
    if (site.state.generation !== generation)
      await auditCommand(config, out, `site.${args[0]}`, String(site.state.generation))
    return 0
  } catch (error) {
    out.write(`${faultText(error)}\n`)
    return 1
  }
}

type Action = (site: Site, config: Config, by: string) => Promise<string>

/** How many arguments each command may have; the others have one. */
const argumentsOf: Readonly<Record<string, readonly number[]>> = {
  history: [0],
  prompt: [1, 2],
  hours: [0, 1],
  prices: [0, 1],
}

/** @throws {Error} with a sentence for the operator */
function parse(args: string[]): { action: Action; by: string } {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { by: { type: 'string' } },
  })
  const by = values.by ?? operatorName()
  const [command, first = '', second] = positionals
  const expected = argumentsOf[command ?? ''] ?? [1]
  const fits = command === 'desk' ? positionals.length > 1 : expected.includes(positionals.length - 1)
  if (!fits) throw new Error('Give one command with what it needs.')
  switch (command) {
    case 'history':
      return { action: history, by }
    case 'undo':
      if (!/^\d{1,9}$/.test(first)) throw new Error('Give the number of a change, as `history` lists it.')
      return { action: (site) => undo(site, Number(first), by), by }
    case 'export':
      return { action: (site) => exportTo(site, first), by }
    case 'import':
      return { action: (site, config) => importFrom(site, config, first, by), by }
    case 'prompt':
      if (!isLanguage(first)) throw new Error(`Give the language of the prompt: ${languages.join(', ')}.`)
      return { action: (site, config) => document(site, config, `prompts/${first}.md`, second, by), by }
    case 'hours':
      return { action: (site, config) => document(site, config, hoursId, first || undefined, by), by }
    case 'prices':
      return { action: (site, config) => document(site, config, pricesId, first || undefined, by), by }
    case 'desk':
      return { action: (site, config) => layDesk(site, config, positionals.slice(1), by), by }
  }
  throw new Error(`There is no command '${command}'.`)
}

const listed = 50

async function history(site: Site): Promise<string> {
  const entries = await historyEntries(await site.history(listed), site)
  return entries.length === 0 ? 'nothing was changed yet\n' : entries.map(entryText).join('')
}

function entryText({ generation, at, by, action, undoes, items, more }: HistoryEntry): string {
  const number = generation === 0 ? 'from a backup' : String(generation)
  const lines = items.map(({ id, before, after, soundBefore, soundAfter }) =>
    [`    ${id}`, ...differing(before, after), ...differing(soundBefore, soundAfter)].join('\n      '),
  )
  if (more > 0) lines.push(`    and ${more} more`)
  return `${[`${number}  ${at}  ${by}: ${action}${undoes === null ? '' : ` of ${undoes}`}`, ...lines].join('\n')}\n`
}

const differing = (before: string | null, after: string | null): string[] =>
  before === after ? [] : [...marked('-', before), ...marked('+', after)]

const marked = (sign: string, text: string | null): string[] =>
  (text ?? '(as shipped)').split('\n').map((line) => `${sign} ${line}`)

async function undo(site: Site, generation: number, by: string): Promise<string> {
  const items = await site.undoing(generation)
  const { generation: number } = await site.commit({ by, action: 'undo', undoes: generation, items })
  return `change ${generation} is taken back by change ${number}\n`
}

async function exportTo(site: Site, path: string): Promise<string> {
  const bytes = await exportSite(site)
  await mkdir(dirname(path), { recursive: true })
  await createSiteDisk().write(path, bytes)
  const { phrases, documents } = site.state
  const [texts, files] = [phrases, documents].map((table) => Object.keys(table).length)
  return `${path}: ${texts} phrases, ${files} documents, ${bytes.length} bytes\n`
}

async function importFrom(site: Site, config: Config, path: string, by: string): Promise<string> {
  const shipped = await shippedTexts(config.ASSETS_DIR)
  const file = Bun.file(path)
  if (file.size > maxUnpackedBytes) throw new Error(`${path} is larger than ${maxUnpackedBytes} bytes`)
  const changed = await importSite(site, await file.bytes(), {
    by,
    shippedText: (id) => shipped.get(id),
    check: (kind, id, text) => (kind === 'phrase' ? textFault(text) : documentFault(id, text)),
  })
  return changed === 0
    ? 'the site folder is already as in the backup\n'
    : `${changed} changed, as change ${site.state.generation}\n`
}

/** Lays a document over what the program ships; without a path prints the one in use. */
async function document(site: Site, config: Config, id: string, path: string | undefined, by: string) {
  const before = site.state.documents[id] ?? null
  if (path === undefined) {
    const own = await documentText(site, id)
    if (own !== undefined) return own
    return id === hoursId ? hoursText(settingsOf(config)) : Bun.file(join(config.ASSETS_DIR, id)).text()
  }
  const bytes = await Bun.file(path).bytes()
  const wrong = documentFault(id, new TextDecoder().decode(bytes))
  if (wrong !== undefined) throw new Error(`${path}: ${wrong}`)
  const after = { sha256: await site.store(bytes, 'txt'), bytes: bytes.length, version: 1 }
  const item: SiteItem = { kind: 'document', id, before, after }
  const { generation } = await site.commit({ by, action: 'document', items: [item] })
  return `${id} is changed, as change ${generation}; a server uses it after "Reload"\n`
}

if (import.meta.main) process.exitCode = await runSite(Bun.argv.slice(2), process.stdout, process.env)
