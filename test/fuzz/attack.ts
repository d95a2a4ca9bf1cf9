// Sends the fuzzer's streams to a server, many at a time, and reports which of them the server did not close.

import { type Stream, streamOf } from './streams.ts'

export type Attack = {
  port: number
  seed: number
  streams: number
  /** No stream is begun after this. */
  seconds: number
  /** Peers at a time. */
  peers: number
  /** A UUID that is in a call while the attack runs. */
  taken: string
}

export type AttackResult = {
  sent: number
  bytes: number
  /** Connects that failed: the server does not listen, or no port is free. */
  unanswered: number
  /** Numbers of streams that the server still held 10 s after the last byte. */
  stuck: number[]
  made: Record<string, number>
}

const holdLimitMs = 10_000

export async function attack(options: Attack): Promise<AttackResult> {
  const result: AttackResult = { sent: 0, bytes: 0, unanswered: 0, stuck: [], made: {} }
  const endMs = performance.now() + options.seconds * 1_000
  let next = 0
  const peer = async () => {
    while (next < options.streams && performance.now() < endMs) {
      const index = next++
      const stream = streamOf(options.seed, index, options.taken)
      result.made[stream.made] = (result.made[stream.made] ?? 0) + 1
      const fate = await send(options.port, stream)
      if (fate === 'unanswered') result.unanswered++
      else result.sent++
      if (fate === 'stuck') result.stuck.push(index)
      for (const { length } of stream.chunks) result.bytes += length
    }
  }
  await Promise.all(Array.from({ length: options.peers }, peer))
  return result
}

type Fate = 'over' | 'stuck' | 'unanswered'

/** Sends one stream. Resolves when both sides have closed. */
export async function send(port: number, stream: Stream): Promise<Fate> {
  const over = Promise.withResolvers<Fate>()
  let wake = () => {}
  let socket: Bun.Socket
  try {
    socket = await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        data() {},
        drain: () => wake(),
        close() {
          wake()
          over.resolve('over')
        },
        // A reset of the server's, while we write: that is its right.
        error() {},
      },
    })
  } catch {
    return 'unanswered'
  }
  const watch = setTimeout(() => {
    over.resolve('stuck')
    socket.terminate()
  }, holdLimitMs)
  for (const chunk of stream.chunks) {
    let rest = chunk
    while (rest.length > 0 && socket.readyState > 0) {
      const taken = socket.write(rest)
      if (taken < 0) break
      rest = rest.subarray(taken)
      const drained = new Promise<void>((resolve) => {
        wake = resolve
      })
      // A socket that closes while it is full never drains.
      if (rest.length > 0) await Promise.race([drained, over.promise])
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (stream.end === 'fin') socket.end()
  else if (stream.end === 'reset') socket.terminate()
  else if (stream.end === 'half') socket.shutdown()
  else setTimeout(() => socket.end(), 3_000)
  const fate = await over.promise
  clearTimeout(watch)
  return fate
}
