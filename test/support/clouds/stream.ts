// A streamed HTTP body with the faults a stream can have.

import { type Fault, never, sleepMs } from './faults.ts'

/** One HTTP request as the fake saw it. */
export type Seen = {
  api: string
  method: string
  path: string
  query: URLSearchParams
  headers: Record<string, string>
  body: Record<string, unknown>
  /** The client went away before the end. */
  aborted: boolean
  /** A `hang` has begun: nothing more will be sent. */
  hangs: boolean
  chunksSent: number
}

/** Sends nothing more for this request, and notes it for the test that has to know. */
export function hang(seen: Seen | undefined): Promise<never> {
  if (seen) seen.hangs = true
  return never()
}

export function streamed(
  chunks: readonly (string | Uint8Array)[],
  faults: readonly Fault[],
  seen: Seen,
  headers: Record<string, string>,
): Response {
  let stopped = false
  const body = new ReadableStream({
    async start(controller) {
      for (const [index, chunk] of chunks.entries()) {
        if (stopped) return
        for (const fault of faults) if ((await act(fault, index, controller, seen)) === 'ended') return
        controller.enqueue(chunk)
        seen.chunksSent = index + 1
        // Without a fault the whole answer leaves at once; with one, each piece reaches the wire by itself.
        const slow = faults.find((fault) => fault.kind === 'slow')
        if (faults.length > 0) await sleepMs(slow?.perChunkMs ?? 0)
      }
      if (!stopped) controller.close()
    },
    cancel() {
      stopped = true
      seen.aborted = true
    },
  })
  return new Response(body, { headers })
}

async function act(
  fault: Fault,
  index: number,
  controller: ReadableStreamDefaultController,
  seen: Seen,
): Promise<'ended' | 'goesOn'> {
  switch (fault.kind) {
    case 'cut':
      if (index < fault.afterChunks) return 'goesOn'
      // A reset drops what the client has not read yet: `once` lets a test wait for that.
      await fault.once?.()
      controller.error()
      return 'ended'
    case 'truncate':
      if (index < fault.afterChunks) return 'goesOn'
      controller.close()
      return 'ended'
    case 'hang':
      if (fault.at === 'body' && index >= (fault.afterChunks ?? 1)) await hang(seen)
      return 'goesOn'
    case 'malformed':
      if (index === fault.afterChunks)
        controller.enqueue('data: {"id":"broken","choices":[{"delta":{"conte\n\n')
      return 'goesOn'
    case 'streamError':
      if (index !== fault.afterChunks) return 'goesOn'
      controller.enqueue(`data: ${JSON.stringify({ error: fault.error })}\n\n`)
      controller.close()
      return 'ended'
    default:
      return 'goesOn'
  }
}
