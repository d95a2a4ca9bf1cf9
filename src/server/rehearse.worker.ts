// Plays the newest recorded calls with the draft of the site, and ends. Without calls it only reads the draft whole,
// which tells whether desk, phrases, prompts and hours fit together.

import { join } from 'node:path'
import { errorText } from '../base/errors.ts'
import { DeskError } from '../desk/load-desk.ts'
import { type CallPlace, callsIn, type RecordedCall, readCall } from '../rehearsal/recorded-calls.ts'
import { rehearse } from '../rehearsal/rehearse.ts'
import { readDraft, withItems } from '../site/draft.ts'
import { openSite } from '../site/store.ts'
import { lowerPriority } from '../threads/priority.ts'
import type { FromRehearsal, ToRehearse } from './rehearsal-thread.ts'
import { openStage } from './stage.ts'

declare const self: {
  onmessage: ((event: MessageEvent<ToRehearse | 'end'>) => void) | null
  postMessage(message: FromRehearsal): void
}

const idlePriority = 19

self.onmessage = ({ data }) => {
  if (data === 'end') process.exit(0)
  lowerPriority(idlePriority, 'the rehearsal of a draft')
  play(data).then(
    () => self.postMessage({ kind: 'done' }),
    (error: unknown) => self.postMessage({ kind: 'failed', reason: reasonOf(error) }),
  )
}

async function play({ config, wallMs, last }: ToRehearse): Promise<void> {
  const site = await openSite({ dir: join(config.DATA_DIR, 'site'), wallMs: () => wallMs })
  const draft = await readDraft(site.dir)
  const stage = await openStage(config, withItems(site, draft?.items ?? []))
  const places = last === 0 ? [] : (await callsIn(config.RECORDINGS_DIR)).slice(-last)
  const sent = { differ: 0, left: 0 }
  await rehearse(read(places), stage, ({ calls, differ, left }) => {
    const news = { differ: differ.slice(sent.differ), left: left.slice(sent.left) }
    self.postMessage({ kind: 'played', calls, ...news })
    Object.assign(sent, { differ: differ.length, left: left.length })
  })

  async function* read(from: readonly CallPlace[]): AsyncGenerator<RecordedCall> {
    self.postMessage({ kind: 'total', total: from.length })
    for (const place of from) {
      const call = await readCall(place)
      if (call) yield call
    }
  }
}

const reasonOf = (error: unknown) => (error instanceof DeskError ? error.faults.join('; ') : errorText(error))
