// Tries one sentence at the desk that calls get from now on, and ends.

import { join } from 'node:path'
import { openSite } from '../../site/store.ts'
import { runErrand } from '../../threads/errand-work.ts'
import { openStage } from './stage.ts'
import type { ToTry, TriedNews } from './try-desk.ts'
import { trySentence } from './try-sentence.ts'

runErrand<ToTry, TriedNews>('the trial of a sentence', async ({ config, text, language, wallMs }) => {
  const site = await openSite({ dir: join(config.DATA_DIR, 'site'), wallMs: () => wallMs })
  const stage = (await openStage(config, site))(undefined)
  return { kind: 'tried', tries: stage === undefined ? [] : await trySentence(text, stage, language, wallMs) }
})
