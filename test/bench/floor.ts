// The physical limit on this machine: a bare Bun server that reads what comes and writes one frame per call every
// 20 ms, spread as the real server spreads them. No decoding, no call, no record. Prints its port.

import { systemClock } from '../../src/base/clock.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { Ticker } from '../../src/call/sound/ticker.ts'

const frameMessage = new Uint8Array(323)
frameMessage.set([0x10, 0x01, 0x40])

type Member = { tick(): void; tickFailed(): void }
const ticker = new Ticker(systemClock, new Metrics())
let receivedBytes = 0
const listener = Bun.listen<Member | undefined>({
  hostname: '127.0.0.1',
  port: 0,
  data: undefined,
  socket: {
    binaryType: 'uint8array',
    open(socket) {
      socket.setNoDelay(true)
      socket.data = {
        tick: () => void socket.write(frameMessage),
        tickFailed: () => void socket.terminate(),
      }
      ticker.add(socket.data)
    },
    data(_, bytes) {
      receivedBytes += bytes.length
    },
    close(socket) {
      if (socket.data) ticker.remove(socket.data)
    },
  },
})
process.stdout.write(`${JSON.stringify({ port: listener.port })}\n`)
process.once('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify({ receivedBytes })}\n`)
  process.exit(0)
})
