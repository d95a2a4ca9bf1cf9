// The desk that calls would get: whether the site's files fit together. A server that starts with files that do not
// takes the shipped desk, and so does the rest of the examination.

import { join } from 'node:path'
import { errorText } from '../../base/errors.ts'
import type { Config } from '../../config.ts'
import type { Desk } from '../../desk/desk.ts'
import { DeskError } from '../../desk/load-desk.ts'
import { parseTexts, type Texts } from '../../desk/texts.ts'
import { readDesk } from '../../server/desk/read-desks.ts'
import { deskInUse } from '../desk-in-use.ts'
import type { Check } from './check.ts'

const advice =
  'Calls get the shipped desk after a restart. Mend the file and lay it again with `bun run site desk <file>`, or ' +
  'take the change back with `bun run site undo <number>`.'

/** @throws when the shipped desk cannot be read either */
export async function checkDesk(config: Config): Promise<{ checks: Check[]; desk: Desk; texts: Texts }> {
  try {
    const { desk, texts } = await deskInUse(config, {})
    const symptoms = desk.topics.flatMap((topic) => topic.symptoms)
    const { length: topics } = desk.topics
    const says = `fits together: ${topics} topics, ${symptoms.length} symptoms, ${desk.steps.length} steps`
    return { checks: [{ part: 'desk', name: 'desk', verdict: 'ok', says }], desk, texts }
  } catch (error) {
    const faults = error instanceof DeskError ? error.faults : [errorText(error)]
    const checks = faults.map(
      (says): Check => ({ part: 'desk', name: 'desk', verdict: 'failed', says, advice }),
    )
    const file = Bun.file(join(config.ASSETS_DIR, `phrases/${config.LANGUAGE}.json`))
    const texts = parseTexts(await file.json())
    return { checks, desk: await readDesk(config.ASSETS_DIR, { [config.LANGUAGE]: texts.lines }), texts }
  }
}
