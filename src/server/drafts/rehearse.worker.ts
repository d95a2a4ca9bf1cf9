// Plays the newest recorded calls with the draft of the site, and ends. Without calls it only reads the draft whole,
// which tells whether desk, phrases, prompts and hours fit together.

import { join } from 'node:path'
import { errorText } from '../../base/errors.ts'
import { DeskError } from '../../desk/load-desk.ts'
import { type CallPlace, callsIn, type RecordedCall, readCall } from '../../rehearsal/recorded-calls.ts'
import { rehearse } from '../../rehearsal/rehearse.ts'
import { readDraft, withItems } from '../../site/draft.ts'
import { openSite } from '../../site/store.ts'
import type { ErrandFailed } from '../../threads/errand.ts'
import { runErrand } from '../../threads/errand-work.ts'
import type { RehearsalNews, ToRehearse } from './rehearsal-thread.ts'
import { openStage } from './stage.ts'

runErrand<ToRehearse, RehearsalNews>('the rehearsal of a draft', (wanted, tell) =>
  play(wanted, tell).catch(failedBy),
)

async function play(
  { config, wallMs, last }: ToRehearse,
  tell: (news: RehearsalNews) => void,
): Promise<RehearsalNews> {
  const site = await openSite({ dir: join(config.DATA_DIR, 'site'), wallMs: () => wallMs })
  const draft = await readDraft(site.dir)
  const stage = await openStage(config, withItems(site, draft?.items ?? []))
  const places = last === 0 ? [] : (await callsIn(config.RECORDINGS_DIR)).slice(-last)
  const sent = { differ: 0, left: 0 }
  await rehearse(read(places), stage, ({ calls, differ, left }) => {
    const news = { differ: differ.slice(sent.differ), left: left.slice(sent.left) }
    tell({ kind: 'played', calls, ...news })
    Object.assign(sent, { differ: differ.length, left: left.length })
  })
  return { kind: 'done' }

  async function* read(from: readonly CallPlace[]): AsyncGenerator<RecordedCall> {
    tell({ kind: 'total', total: from.length })
    for (const place of from) {
      const call = await readCall(place)
      if (call) yield call
    }
  }
}

function failedBy(error: unknown): ErrandFailed {
  return { kind: 'failed', reason: error instanceof DeskError ? error.faults.join('; ') : errorText(error) }
}
