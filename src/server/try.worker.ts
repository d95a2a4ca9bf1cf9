// Tries one sentence at the desk that calls get from now on, and ends.

import { join } from 'node:path'
import { errorText } from '../base/errors.ts'
import { openSite } from '../site/store.ts'
import { lowerPriority } from '../threads/priority.ts'
import { openStage } from './stage.ts'
import type { ToTry, WasTried } from './try-desk.ts'
import { trySentence } from './try-sentence.ts'

declare const self: {
  onmessage: ((event: MessageEvent<ToTry | 'end'>) => void) | null
  postMessage(message: WasTried): void
}

const idlePriority = 19

self.onmessage = ({ data }) => {
  if (data === 'end') process.exit(0)
  lowerPriority(idlePriority, 'the trial of a sentence')
  tried(data).then(
    (tries) => self.postMessage({ ok: true, tries }),
    (error: unknown) => self.postMessage({ ok: false, reason: errorText(error) }),
  )
}

async function tried({ config, text, language, wallMs }: ToTry) {
  const site = await openSite({ dir: join(config.DATA_DIR, 'site'), wallMs: () => wallMs })
  const stage = (await openStage(config, site))(undefined)
  return stage === undefined ? [] : trySentence(text, stage, language, wallMs)
}
