// A stand-in for the bot in tests of the dialplan: it hangs up every call at once, by the protocol, and answers with a
// given next step when the dialplan asks.

import { MessageKind } from '../../src/audiosocket/message.ts'
import type { Callee } from './world.ts'

export type StandIn = Callee & {
  /** Query strings of the dialplan's questions, in order. */
  asked: string[]
  /** UUID messages seen, in lower-case hex. */
  visits: string[]
  close(): void
}

export function startStandIn(next: (visit: number) => Response | Promise<Response>): StandIn {
  const visits: string[] = []
  const asked: string[] = []
  const audio = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      data(socket, data) {
        // The UUID is the first message: 01 0010 and 16 bytes.
        if (data[0] !== MessageKind.Uuid) return
        visits.push(data.subarray(3, 19).toString('hex'))
        socket.write(Uint8Array.of(MessageKind.Hangup, 0, 0))
      },
    },
  })
  const web = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      asked.push(new URL(request.url).search)
      return next(asked.length)
    },
  })
  return {
    audioSocket: `127.0.0.1:${audio.port}`,
    http: `http://127.0.0.1:${web.port}`,
    asked,
    visits,
    close() {
      audio.stop(true)
      void web.stop(true)
    },
  }
}
