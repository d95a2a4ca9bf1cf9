// Reads the body of a streamed answer: server-sent events, or one JSON body from a server that ignores `stream`. The
// SDKs' own readers hide `[DONE]`, which is one of the signs that a chat answer is whole, and have no limit for an
// event, so that one event without an end would fill the memory.

import { ProviderFailure } from './errors.ts'

/** No event of a chat completion comes close; a longer one is malformed. */
const longestChatEvent = 256 * 1024

/** A million short lines in one piece would hold the thread for 180 ms; a part of this length takes 8 ms. */
const partBytes = 64 * 1024

const lineEnd = /\r\n|\n|\r/

export const doneEvent = '[DONE]'

/**
 * @param who the adapter's name, for the error
 * @param longest the most characters of one event
 * @returns the data of each event, `[DONE]` included; the whole body as one event when it is JSON
 * @throws {ProviderFailure} `malformed` when an event is too long, or the body is a page
 */
export function eventsOf(
  who: string,
  response: Response,
  longest = longestChatEvent,
): AsyncGenerator<string> {
  const type = response.headers.get('content-type') ?? ''
  const body = response.body as AsyncIterable<Uint8Array> | null
  if (body === null || /^text\/html/i.test(type)) throw malformed(who, 'a page instead of a stream')
  return /^application\/json/i.test(type)
    ? wholeBody(who, body, longest)
    : serverSentEvents(who, body, longest)
}

async function* wholeBody(
  who: string,
  body: AsyncIterable<Uint8Array>,
  longest: number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true })
    if (text.length > longest) throw malformed(who, 'a body that is too long')
  }
  yield text
}

/** The body in parts between which the event loop turns, so that calls get their frames. */
async function* inParts(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const bytes of body)
    for (let at = 0; at < bytes.length; at += partBytes) {
      if (at > 0) await new Promise(setImmediate)
      yield bytes.length <= partBytes ? bytes : bytes.subarray(at, at + partBytes)
    }
}

/** Comments and the fields `event`, `id` and `retry` are ignored; lines may end with CR, LF or both. */
async function* serverSentEvents(
  who: string,
  body: AsyncIterable<Uint8Array>,
  longest: number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let line = ''
  let data: string | undefined
  let afterCr = false
  for await (const bytes of inParts(body)) {
    const decoded = decoder.decode(bytes, { stream: true })
    const text = afterCr && decoded.startsWith('\n') ? decoded.slice(1) : decoded
    if (decoded !== '') afterCr = decoded.endsWith('\r')
    const pieces = text.split(lineEnd)
    for (let i = 0; i < pieces.length; i++) {
      line += pieces[i]!
      if (i === pieces.length - 1) break
      if (line === '' && data !== undefined) {
        yield data
        data = undefined
      } else if (line.startsWith('data:')) {
        const value = line.slice(line[5] === ' ' ? 6 : 5)
        data = data === undefined ? value : `${data}\n${value}`
      }
      line = ''
    }
    if (line.length + (data?.length ?? 0) > longest) throw malformed(who, 'an event that is too long')
  }
  if (data !== undefined) yield data
}

export const malformed = (who: string, what: string): ProviderFailure =>
  new ProviderFailure('malformed', `${who} sent ${what}`, { retryable: true })
