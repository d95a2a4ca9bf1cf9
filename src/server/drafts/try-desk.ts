// Lets a thread of its own try a sentence at the desk: one at a time, so that operators do not load the machine.

import type { Config } from '../../config.ts'
import { startErrand } from '../../threads/errand.ts'
import type { ServerContext } from '../context.ts'
import type { Tried } from './try-sentence.ts'

export type ToTry = { config: Config; text: string; language: string; draft: boolean; wallMs: number }
export type TriedNews = { kind: 'tried'; tries: Tried[] }
export type WasTried = { ok: true; tries: Tried[] } | { ok: false; reason: string }

/** Reading the desk and compiling the rules takes about a second, more on a busy machine. */
const limitMs = 60_000

/** @returns tries a sentence, by default in LANGUAGE and with what is on air; undefined while another one is tried */
export function createTrial({
  config,
  clock,
}: Pick<ServerContext, 'config' | 'clock'>): (
  text: string,
  options?: { language?: string | undefined; draft?: boolean },
) => Promise<WasTried> | undefined {
  let busy = false
  return (text, { language = config.LANGUAGE, draft = false } = {}) => {
    if (busy) return undefined
    busy = true
    return run({ config, text, language, draft, wallMs: clock.wallMs() }, clock).finally(() => {
      busy = false
    })
  }
}

function run(wanted: ToTry, clock: ServerContext['clock']): Promise<WasTried> {
  return new Promise((resolve) => {
    const stop = startErrand<TriedNews>('server/drafts/try.worker.ts', wanted, (message) => {
      late.cancel()
      resolve(
        message.kind === 'failed'
          ? { ok: false, reason: message.reason }
          : { ok: true, tries: message.tries },
      )
    })
    const late = clock.at(clock.now() + limitMs, () => {
      stop()
      resolve({ ok: false, reason: 'it took too long' })
    })
  })
}
