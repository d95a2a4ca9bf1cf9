// Writes text to a descriptor in the background: what comes in one turn of the event loop, or while a write is under
// way, is one write. A reader that has gone (EPIPE) ends it: nothing is kept for it.

import { write, writeSync } from 'node:fs'

export type LogOutput = {
  write(text: string): void
  /** The last call before an exit: resolves when all is written, or half a second has passed. */
  flush(): Promise<void>
}

/** A full pipe is tried again after this. */
const againMs = 50
/** How long the last lines may take to be written before an exit. */
const flushLimitMs = 500

/** What waits when the process exits without `flush` is written then. */
export function backgroundOutput(descriptor: number): LogOutput {
  let waiting = ''
  let isBusy = false
  let isOver = false
  let whenDone = () => {}

  const next = () => {
    if (waiting === '') {
      isBusy = false
      whenDone()
      return
    }
    const bytes = Buffer.from(waiting)
    waiting = ''
    writeWhole(bytes)
  }
  const writeWhole = (bytes: Uint8Array): void =>
    write(descriptor, bytes, 0, bytes.length, null, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(() => writeWhole(bytes), againMs)
      else if (!error && written < bytes.length) writeWhole(bytes.subarray(written))
      else {
        if (error?.code === 'EPIPE') end()
        next()
      }
    })
  const end = () => {
    isOver = true
    waiting = ''
  }
  process.on('exit', () => {
    try {
      if (waiting !== '') writeSync(descriptor, waiting)
    } catch {
      // There is nobody left to tell.
    }
  })
  return {
    write(text) {
      if (isOver) return
      waiting += text
      if (isBusy) return
      isBusy = true
      setImmediate(next)
    },
    async flush() {
      if (isBusy)
        await new Promise<void>((resolve) => {
          whenDone = resolve
          setTimeout(resolve, flushLimitMs)
        })
      // Whoever does not read by now would hold the exit for ever.
      end()
    },
  }
}
