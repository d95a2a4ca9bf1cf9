// Measures what the frames of a call cost on this machine: a frame through a loopback socket, decoded, judged by its
// energy, answered by a frame. A thread of the lowest priority does it in bursts of half a millisecond with long
// pauses, and the fastest burst counts: what disturbs one makes it slower, never faster.

import { rateHz } from '../../audio/pcm.ts'
import { Vad } from '../../audio/vad.ts'
import { encodeAudio, MessageDecoder } from '../../audiosocket/message.ts'
import { runErrand } from '../../threads/errand-work.ts'
import type { Measurement } from './meter.ts'

const framesPerBurst = 20
const bursts = 80
const pauseMs = 40
const frameSamples = 160

/** A voiced frame: the energy gate has its whole work. */
const frame = Int16Array.from(
  { length: frameSamples },
  (_, i) => 6_000 * Math.sin((2 * Math.PI * 200 * i) / rateHz),
)
const message = new Uint8Array(3 + 2 * frameSamples)
encodeAudio(frame, message)

/** One end of the socket: decodes what comes and calls `heard` for each whole frame. */
function receiver(heard: () => void) {
  const decoder = new MessageDecoder()
  const vad = new Vad()
  const samples = new Int16Array(frameSamples)
  const view = new Uint8Array(samples.buffer)
  return (chunk: Uint8Array) =>
    decoder.push(chunk, (_kind, payload) => {
      view.set(payload.subarray(0, view.length))
      vad.push(samples, false)
      heard()
    })
}

async function measure(): Promise<number> {
  const server = Bun.listen<{ receive: (chunk: Uint8Array) => void }>({
    hostname: '127.0.0.1',
    port: 0,
    data: { receive: () => {} },
    socket: {
      open: (socket) => {
        socket.setNoDelay(true)
        socket.data = { receive: receiver(() => socket.write(message)) }
      },
      data: (socket, chunk) => socket.data.receive(chunk),
    },
  })
  let answered = () => {}
  const receive = receiver(() => answered())
  const client = await Bun.connect({
    hostname: '127.0.0.1',
    port: server.port,
    socket: { data: (_, chunk) => receive(chunk) },
  })
  client.setNoDelay(true)
  let fastestMs = Number.POSITIVE_INFINITY
  for (let burst = 0; burst < bursts; burst++) {
    const startMs = performance.now()
    let left = framesPerBurst
    await new Promise<void>((done) => {
      answered = () => (--left > 0 ? void client.write(message) : done())
      client.write(message)
    })
    fastestMs = Math.min(fastestMs, performance.now() - startMs)
    await Bun.sleep(pauseMs)
  }
  client.end()
  server.stop(true)
  return (fastestMs * 1_000) / framesPerBurst
}

runErrand<string, Measurement>('the measuring of the machine', async () => ({
  kind: 'measured',
  usPerFrame: await measure(),
}))
