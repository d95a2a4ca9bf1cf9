// Tries one sentence at the desk that calls get from now on, or would get with the draft, and ends.

import { join } from 'node:path'
import { readDraft, withItems } from '../../site/draft.ts'
import { openSite } from '../../site/store.ts'
import { runErrand } from '../../threads/errand-work.ts'
import { openStage } from './stage.ts'
import type { ToTry, TriedNews } from './try-desk.ts'
import { trySentence } from './try-sentence.ts'

runErrand<ToTry, TriedNews>('the trial of a sentence', async (wanted) => {
  const { config, text, language, wallMs } = wanted
  const site = await openSite({ dir: join(config.DATA_DIR, 'site'), wallMs: () => wallMs })
  const draft = wanted.draft ? await readDraft(site.dir) : undefined
  const stage = (await openStage(config, withItems(site, draft?.items ?? [])))(undefined)
  return { kind: 'tried', tries: stage === undefined ? [] : trySentence(text, stage, language, wallMs) }
})
