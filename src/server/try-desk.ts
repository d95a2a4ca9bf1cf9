// Lets a thread of its own try a sentence at the desk: one at a time, so that operators do not load the machine.

import { errorText } from '../base/errors.ts'
import { workerScript } from '../base/program.ts'
import type { Config } from '../config.ts'
import type { ServerContext } from './context.ts'
import type { Tried } from './try-sentence.ts'

export type ToTry = { config: Config; text: string; language: string; wallMs: number }
export type WasTried = { ok: true; tries: Tried[] } | { ok: false; reason: string }

/** Reading the desk and compiling the rules takes about a second, more on a busy machine. */
const limitMs = 60_000

/** @returns tries a sentence in a language; undefined while another one is being tried */
export function createTrial({
  config,
  clock,
}: Pick<ServerContext, 'config' | 'clock'>): (
  text: string,
  language?: string,
) => Promise<WasTried> | undefined {
  let busy = false
  return (text, language = config.LANGUAGE) => {
    if (busy) return undefined
    busy = true
    return run({ config, text, language, wallMs: clock.wallMs() }, clock).finally(() => {
      busy = false
    })
  }
}

function run(wanted: ToTry, clock: ServerContext['clock']): Promise<WasTried> {
  const worker = new Worker(workerScript('server/try.worker.ts'))
  return new Promise<WasTried>((resolve) => {
    const failed = (reason: string) => resolve({ ok: false, reason })
    const late = clock.at(clock.now() + limitMs, () => failed('it took too long'))
    worker.onmessage = ({ data }: MessageEvent<WasTried>) => {
      late.cancel()
      resolve(data)
    }
    worker.onerror = (event) => {
      event.preventDefault()
      late.cancel()
      failed(errorText(event.message))
    }
    worker.unref()
    worker.postMessage(wanted)
    // It ends itself: a thread that is terminated in the middle of its work can take the process along.
  }).finally(() => worker.postMessage('end'))
}
