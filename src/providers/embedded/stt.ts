// The recogniser that needs no key: it hears no words. The desk then leads the caller by keys, and only the call's own
// VAD listens to the caller's voice. It exists so that a call is built the same way with or without a vendor.

import type { Stt } from '../stt.ts'

/** Its only event is `link` `open`, once, after `open` has returned. */
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
