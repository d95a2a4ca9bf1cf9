// One piece of work on a thread of its own that ends with it, such as the rehearsal of a draft. The thread's side is in
// errand-work.ts. For work that comes again and again there is the pool (pool.ts).

import { errorText } from '../base/errors.ts'
import { workerScript } from '../base/program.ts'

/** The last message of a thread whose work failed. */
export type ErrandFailed = { kind: 'failed'; reason: string }

/**
 * Starts a thread and gives it its work. It does not keep the process alive.
 *
 * @param script its path from src/, such as `server/overload/capacity.worker.ts`
 * @param wanted the work, something that postMessage can clone
 * @param onMessage gets each message of the thread; nothing after the last one or after a stop
 * @param isLast whether a message ends the errand; `failed` always does
 * @returns stops it
 */
export function startErrand<Message extends { kind: string }>(
  script: string,
  wanted: unknown,
  onMessage: (message: Message | ErrandFailed) => void,
  isLast: (message: Message) => boolean = () => true,
): () => void {
  const worker = new Worker(workerScript(script))
  let isOver = false
  const stop = () => {
    if (isOver) return
    isOver = true
    // It ends itself: a thread that is terminated in the middle of its work can take the process along.
    worker.postMessage('end')
  }
  const take = (message: Message | ErrandFailed) => {
    if (isOver) return
    if (message.kind === 'failed' || isLast(message as Message)) stop()
    onMessage(message)
  }
  worker.onmessage = ({ data }: MessageEvent<Message | ErrandFailed>) => take(data)
  worker.onerror = (event) => {
    event.preventDefault()
    take({ kind: 'failed', reason: errorText(event.message) })
  }
  worker.unref()
  worker.postMessage(wanted)
  return stop
}
