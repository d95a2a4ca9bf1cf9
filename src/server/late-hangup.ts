// Where several machines answer the dialplan, its question follows the hang-up at once, and may reach another machine
// before the answer does. So the hang-up waits for the answer, for 100 ms at most.

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
