// `bun run rehearse recordings/2026-11-*`: plays recorded calls again with the present program and desk, and says which
// of them would go another way.

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { wantsHelp } from '../base/command-line.ts'
import { errorText } from '../base/errors.ts'
import { type Config, loadConfig } from '../config.ts'
import { DeskError } from '../desk/load-desk.ts'
import { deskFileName } from '../server/desk/read-desks.ts'
import { openStage, type SiteView, withDeskFiles } from '../server/drafts/stage.ts'
import { readDraft, withItems } from '../site/draft.ts'
import { openSite } from '../site/store.ts'
import type { Difference } from './compare.ts'
import { type CallPlace, callsIn, type RecordedCall, readCall } from './recorded-calls.ts'
import { afterDifference, type Rehearsal, rehearse } from './rehearse.ts'

const usage = `usage: bun run rehearse [folder]... [--desk folder | --draft] [--last 200] [--json]

  plays recorded calls again on a faked clock, with the present program, desk, phrases and prompts, and prints the
  first difference of each call from its record: in what was said, in a state, or in how it ended
  folder  recordings, or one day of them: recordings/2026-11-23. Default: RECORDINGS_DIR
  --desk  a folder with desk files (desk.yaml, fr.yaml) to try instead of the site's
  --draft the draft of the operator's page instead of what is on air
  --last  only the newest so many calls
  --json  one JSON object instead of the table

  Ends with 0 when every call goes as it went, 1 when calls differ, 2 for wrong arguments or no call to play.`

type Out = { write(text: string): unknown }
type Wanted = {
  folders: string[]
  desk: string | undefined
  isDraft: boolean
  last: number
  json: boolean
  config: Config
}

/** @returns the exit code */
export async function rehearseMain(
  args: readonly string[],
  out: Out,
  environment: Record<string, string | undefined>,
): Promise<number> {
  if (wantsHelp(args)) {
    out.write(`${usage}\n`)
    return 0
  }
  let wanted: Wanted
  try {
    wanted = wantedOf(args, environment)
  } catch (error) {
    out.write(`${errorText(error)}\n\n${usage}\n`)
    return 2
  }
  try {
    const places = await placesIn(wanted)
    if (places.length === 0) {
      out.write(`There is no call with inputs in ${wanted.folders.join(', ')}.\n`)
      return 2
    }
    const stage = await openStage(wanted.config, await siteOf(wanted))
    const found = await rehearse(read(places), stage)
    out.write(wanted.json ? `${JSON.stringify(found, null, 2)}\n` : tableOf(found))
    return found.differ.length > 0 ? 1 : 0
  } catch (error) {
    out.write(`${error instanceof DeskError ? error.faults.join('\n') : errorText(error)}\n`)
    return 2
  }
}

function wantedOf(args: readonly string[], environment: Record<string, string | undefined>): Wanted {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      desk: { type: 'string' },
      draft: { type: 'boolean', default: false },
      last: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const last = values.last === undefined ? Number.POSITIVE_INFINITY : Number(values.last)
  if (values.draft && values.desk !== undefined) throw new Error('give --desk or --draft, not both')
  if (!(last >= 1)) throw new Error('--last is a number of calls')
  const { config } = loadConfig(environment)
  const folders = positionals.length > 0 ? positionals : [config.RECORDINGS_DIR]
  return { folders, desk: values.desk, isDraft: values.draft, last, json: values.json, config }
}

async function placesIn({ folders, last }: Wanted): Promise<CallPlace[]> {
  const places: CallPlace[] = []
  for (const folder of folders) places.push(...(await callsIn(folder)))
  return Number.isFinite(last) ? places.slice(-last) : places
}

async function siteOf({ config, desk, isDraft }: Wanted): Promise<SiteView> {
  const site = await openSite({ dir: join(config.DATA_DIR, 'site'), wallMs: Date.now })
  if (isDraft) {
    const draft = await readDraft(site.dir)
    if (draft === undefined) throw new Error('there is no draft')
    return withItems(site, draft.items)
  }
  if (desk === undefined) return site
  const files = new Map<string, string>()
  for await (const name of new Bun.Glob('*.yaml').scan(desk))
    if (deskFileName.test(name)) files.set(name, await Bun.file(join(desk, name)).text())
  if (files.size === 0) throw new Error(`${desk} holds no file of a desk, such as desk.yaml or fr.yaml`)
  return withDeskFiles(site, files)
}

async function* read(places: readonly CallPlace[]): AsyncGenerator<RecordedCall> {
  for (const place of places) {
    const call = await readCall(place)
    if (call) yield call
  }
}

/** The differences as rows, and the counts. */
function tableOf({ calls, differ, left }: Rehearsal): string {
  const lines = differ.map(
    (one) =>
      `${one.call}  ${clockOf(one)}  ${one.what}\n    was  ${one.was ?? '–'}\n    is   ${one.is ?? '–'}`,
  )
  for (const { call, reason } of left) lines.push(`${call}  cannot be played: ${reason}`)
  lines.push(`${differ.length} of ${calls} calls differ`)
  if (differ.length > 0) lines.push(afterDifference)
  return `${lines.join('\n')}\n`
}

function clockOf({ atMs }: Difference): string {
  const seconds = Math.floor(atMs / 1_000)
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}

if (import.meta.main) process.exit(await rehearseMain(process.argv.slice(2), process.stdout, process.env))
