// Where several machines share calls, a connection waits in two places, for about 100 ms at most: a call that comes
// back for what another machine knows of it, and a hang-up for its answer, because the dialplan's question follows at
// once and may reach another machine.

import type { Connection } from '../call/connection.ts'

/** @param isWritten resolves, never rejects, when the hang-up may be sent */
export function hangsUpWhen(connection: Connection, isWritten: () => Promise<void>): Connection {
  return {
    get callId() {
      return connection.callId
    },
    get listener() {
      return connection.listener
    },
    set listener(listener) {
      connection.listener = listener
    },
    sendFrame: (frame) => connection.sendFrame(frame),
    sendSilence: () => connection.sendSilence(),
    hangUp: () => void isWritten().finally(() => connection.hangUp()),
    destroy: (reason) => connection.destroy(reason),
  }
}

/** Calls `go` with what arrives, unless the caller leaves first; sound and keys until then are not heard. */
export function holdUntil<T>(connection: Connection, ready: Promise<T>, go: (value: T) => void): void {
  let isOver = false
  connection.listener = {
    audio() {},
    key() {},
    closed() {
      isOver = true
    },
  }
  ready
    .then((value) => {
      if (!isOver) go(value)
    })
    .catch(() => connection.destroy('internal error'))
}
