// The recordings of the other machines, for the operator. Each recording stays on the machine that made it; a machine
// that is asked for one asks the others over HTTP, signed. Redis has no part in it.

import type { Members } from './members.ts'
import type { Peers } from './peers.ts'

/** A file of a recording, or the whole recording to delete. */
export type RecordingRequest = {
  method: 'GET' | 'HEAD' | 'DELETE'
  /** `<id>.wav` and the like; `<id>` to delete it. */
  name: string
  /** Address of the machine that has it; undefined asks all. */
  machine?: string | undefined
  /** The header `Range`. */
  range?: string | undefined
}

/** `missing`: addresses of machines that are off or did not answer in time. */
export type RecordingAnswers = { answers: { machine: string; answer: Response }[]; missing: string[] }

/** What each machine answered, as JSON. */
export type Found = { found: { machine: string; json: unknown }[]; missing: string[] }

export type RemoteRecordings = {
  /** Address of this machine, as the others know it. */
  readonly own: string | undefined
  search(query: unknown): Promise<Found>
  /** Turns that the desk could not use. */
  turns(query: unknown): Promise<Found>
  /** Everything that is held of a caller. @param phone national form */
  held(phone: string): Promise<Found>
  /** @returns the answers that came in time; their bodies must be read or cancelled */
  ask(request: RecordingRequest): Promise<RecordingAnswers>
}

export const remoteDeadlines = {
  /** A machine may have many recordings to look through. */
  searchMs: 3_000,
  /** All records of a machine are read for it. */
  heldMs: 30_000,
  /** Until the head of an answer is there. */
  openMs: 5_000,
  /** Until its next piece is there, when one is wanted. */
  pieceMs: 10_000,
}

export function createRemoteRecordings(
  members: Pick<Members, 'self' | 'others' | 'away'>,
  peers: Pick<Peers, 'askAll' | 'signature'>,
  { searchMs, heldMs, openMs, pieceMs } = remoteDeadlines,
): RemoteRecordings {
  const awayUrls = () => members.away().map(({ url }) => url)
  const postAll = async (path: string, body: unknown, withinMs: number): Promise<Found> => {
    const asked = members.others().map(({ url }) => url)
    const answers = await peers.askAll(path, { method: 'POST', body, withinMs })
    const found = answers.map(({ member, json }) => ({ machine: member.url, json }))
    const silent = asked.filter((url) => !found.some(({ machine }) => machine === url))
    return { found, missing: [...new Set([...silent, ...awayUrls()])] }
  }
  /** @returns undefined when the machine does not answer, or answers that it cannot */
  const open = async (url: string, { method, name, range }: RecordingRequest) => {
    const path = `/cluster/recordings/${name}`
    const headers = { authorization: peers.signature(method, path), ...(range !== undefined && { range }) }
    const ending = new AbortController()
    const late = setTimeout(() => ending.abort(), openMs)
    try {
      const answer = await fetch(url + path, { method, headers, redirect: 'error', signal: ending.signal })
      if (answer.status < 500 && answer.status !== 401)
        return new Response(answer.body && inTime(answer.body, ending, pieceMs), answer)
      await answer.body?.cancel()
      return undefined
    } catch {
      return undefined
    } finally {
      clearTimeout(late)
    }
  }
  return {
    get own() {
      return members.self()?.url
    },
    search: (query) => postAll('/cluster/recordings/search', query, searchMs),
    turns: (query) => postAll('/cluster/not-understood', query, searchMs),
    held: (phone) => postAll('/cluster/callers/find', { phone }, heldMs),
    async ask(request) {
      const { machine } = request
      const living = members.others().map(({ url }) => url)
      const asked = machine === undefined ? living : living.filter((url) => url === machine)
      const opened = await Promise.all(
        asked.map(async (url) => ({ machine: url, answer: await open(url, request) })),
      )
      const answers = opened.flatMap(({ machine, answer }) => (answer ? [{ machine, answer }] : []))
      const silent = opened.filter(({ answer }) => answer === undefined).map((one) => one.machine)
      const away = machine === undefined ? awayUrls() : asked.length === 0 ? [machine] : []
      return { answers, missing: [...silent, ...away] }
    },
  }
}

/** The same bytes; fails when a piece does not come in time. A reader that is slow itself costs no time. */
function inTime(
  body: ReadableStream<Uint8Array>,
  ending: AbortController,
  pieceMs: number,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const late = setTimeout(() => ending.abort(), pieceMs)
        try {
          const { value, done } = await reader.read()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (cause) {
          controller.error(new Error('the machine stopped in the middle of a recording', { cause }))
        } finally {
          clearTimeout(late)
        }
      },
      cancel() {
        ending.abort()
      },
    },
    { highWaterMark: 0 },
  )
}
