// One run of the thread that measures the machine (capacity.worker.ts).

import { errorText } from '../base/errors.ts'
import { workerScript } from '../base/program.ts'

export type ToMeter = { kind: 'start' } | { kind: 'end' }
export type Measured = { kind: 'measured'; usPerFrame: number } | { kind: 'failed'; reason: string }

/** @param onEnd called once, unless the run is stopped before @returns a stop function */
export function startMeter(onEnd: (found: Measured) => void): () => void {
  const worker = new Worker(workerScript('server/capacity.worker.ts'))
  let isOver = false
  const end = (found: Measured) => {
    if (isOver) return
    stop()
    onEnd(found)
  }
  const stop = () => {
    if (isOver) return
    isOver = true
    const message: ToMeter = { kind: 'end' }
    // It ends itself: a thread that is terminated in the middle of its work can take the process along.
    worker.postMessage(message)
  }
  worker.onmessage = ({ data }: MessageEvent<Measured>) => end(data)
  worker.onerror = (event) => {
    event.preventDefault()
    end({ kind: 'failed', reason: errorText(event.message) })
  }
  worker.unref()
  const message: ToMeter = { kind: 'start' }
  worker.postMessage(message)
  return stop
}
