// A rehearsal on a thread of its own, at the lowest priority: a live call waits for nothing of it.

import { errorText } from '../base/errors.ts'
import { workerScript } from '../base/program.ts'
import type { Config } from '../config.ts'
import type { Rehearsal } from '../rehearsal/rehearse.ts'

/** @param last newest calls to play; 0 only reads the draft */
export type ToRehearse = { config: Config; wallMs: number; last: number }
export type FromRehearsal =
  | { kind: 'total'; total: number }
  | ({ kind: 'played' } & Rehearsal)
  | { kind: 'done' }
  | { kind: 'failed'; reason: string }

/**
 * @param onMessage gets what is new in each message; `done` or `failed` is the last one
 * @returns stops it; nothing is heard of it afterwards
 */
export function startRehearsal(wanted: ToRehearse, onMessage: (message: FromRehearsal) => void): () => void {
  const worker = new Worker(workerScript('server/rehearse.worker.ts'))
  let isOver = false
  const stop = () => {
    if (isOver) return
    isOver = true
    // It ends itself: a thread that is terminated in the middle of its work can take the process along.
    worker.postMessage('end')
  }
  const take = (message: FromRehearsal) => {
    if (isOver) return
    if (message.kind === 'done' || message.kind === 'failed') stop()
    onMessage(message)
  }
  worker.onmessage = ({ data }: MessageEvent<FromRehearsal>) => take(data)
  worker.onerror = (event) => {
    event.preventDefault()
    take({ kind: 'failed', reason: errorText(event.message) })
  }
  worker.unref()
  worker.postMessage(wanted)
  return stop
}
