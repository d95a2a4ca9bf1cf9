// The recogniser that comes with no key: it hears no words. The desk is then led by keys, and the caller's voice
// counts through the call's own VAD. It exists so that a call is built the same way with or without a vendor.

import type { Stt } from '../stt.ts'

/** A recogniser that says its link is open, once and not before `open` has returned, and nothing else. */
export function createEmbeddedStt(): Stt {
  return {
    name: 'embedded',
    hearsWords: false,
    open({ onEvent }) {
      let closed = false
      queueMicrotask(() => {
        if (!closed) onEvent({ kind: 'link', state: 'open' })
      })
      return {
        write() {},
        hint() {},
        finalize() {},
        close() {
          closed = true
        },
      }
    },
    close() {},
  }
}
