// The desk of this installation for commands, read as the server reads it: the shipped files with those of the site
// folder over them, under the settings of the environment and of CONFIG_FILE.

import { join } from 'node:path'
import { refuse } from '../base/command-line.ts'
import { errorText } from '../base/errors.ts'
import { offeredLanguages } from '../config/languages.ts'
import { type Config, loadConfig } from '../config.ts'
import type { Desk } from '../desk/desk.ts'
import { DeskError } from '../desk/load-desk.ts'
import type { Texts } from '../desk/texts.ts'
import { type Desks, defaultDesk } from '../server/desk/read-desks.ts'
import { desksAndTexts } from '../server/drafts/stage.ts'
import { openSite } from '../site/store.ts'
import { isLanguage, languages } from '../understanding/languages/index.ts'

export type DeskInUse = {
  desk: Desk
  /** Of `--lang`; of LANGUAGE when that is left out. */
  texts: Texts
  /** The texts of each language that the desk has words for. */
  offered: readonly Texts[]
}

export type DeskWanted = {
  /** A desk beside the default one: `shop` for shop.yaml. */
  desk?: string | undefined
  lang?: string | undefined
}

/** What a command can say in a line of its usage. */
export const deskUsage = `  --desk   a desk beside the default one, such as shop of shop.yaml
  --lang   ${languages.join(' or ')}; default: LANGUAGE
  The desk is the one that calls get: the site folder (DATA_DIR/site) lies over the shipped one.`

/**
 * Ends the process with the usage and 2 for a desk or language that does not exist, and with every fault and 1 for a
 * desk that does not fit together.
 */
export async function deskOfCommand(usage: string, wanted: DeskWanted): Promise<DeskInUse> {
  if (wanted.lang !== undefined && !isLanguage(wanted.lang))
    refuse(usage, `"${wanted.lang}" is not a language`)
  try {
    return await deskInUse(loadConfig(process.env).config, wanted)
  } catch (error) {
    if (error instanceof UnknownDesk) refuse(usage, error.message)
    const faults = error instanceof DeskError ? error.faults : [errorText(error)]
    process.stderr.write(`${faults.join('\n')}\n`)
    process.exit(1)
  }
}

class UnknownDesk extends Error {}

/** @throws {DeskError} with the faults of all desks; {@link UnknownDesk}; errors of the settings and the disk */
export async function deskInUse(config: Config, wanted: DeskWanted): Promise<DeskInUse> {
  const site = await openSite({ dir: join(config.DATA_DIR, 'site'), wallMs: Date.now })
  const lang = wanted.lang ?? config.LANGUAGE
  const mayBe = [...new Set([lang, ...offeredLanguages(config)])]
  const { desks, offered } = await desksAndTexts(config, site, mayBe)
  return { desk: deskNamed(desks, wanted.desk), texts: offered[0]!, offered }
}

function deskNamed(desks: Desks, name = defaultDesk): Desk {
  const desk = desks.get(name)
  if (desk === undefined) throw new UnknownDesk(`"${name}" is not a desk: ${[...desks.keys()].join(', ')}`)
  return desk
}
