// The files of one recording on this machine: sends its sound or its record, and deletes it.

import type { Context } from 'hono'
import { openStereoWav } from '../recording/stereo-wav.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { problem } from './problem.ts'
import { type ByteRange, readRange } from './ranges.ts'

export const media = ['audio/wav', 'audio/mpeg', 'application/json'] as const

export const unknownRecording = (context: Context<AdminEnv>) =>
  problem(context, 404, 'unknown_recording', 'there is no such recording')

/** @param name `<id>.wav`, `<id>.mp3` or `<id>.json` @returns undefined when the recording is not here */
export async function sendFile(
  context: Context<AdminEnv>,
  { recordings }: Pick<AdminDeps, 'recordings'>,
  name: string,
): Promise<Response | undefined> {
  const [id = '', form] = name.split('.')
  const found = await recordings.find(id)
  if (found === undefined) return undefined
  if (form === 'json') return context.json(found.record)
  if (form === 'mp3') {
    const file = Bun.file(found.files.mp3)
    if (!(await file.exists())) return problem(context, 404, 'no_mp3', 'the recording is not archived yet')
    return ranged(context, 'audio/mpeg', file.size, ({ from, to }) => file.slice(from, to).stream())
  }
  const wav = await openStereoWav(found.files)
  if (wav === undefined) return problem(context, 404, 'no_wav', 'the recording is archived as mp3')
  return ranged(context, 'audio/wav', wav.sizeBytes, ({ from, to }) => wav.stream(from, to))
}

/** @returns undefined when the recording is not here */
export async function removeRecording(
  context: Context<AdminEnv>,
  { recordings, calls, forget }: Pick<AdminDeps, 'recordings' | 'calls' | 'forget'>,
  id: string,
): Promise<Response | undefined> {
  const found = await recordings.find(id)
  if (found === undefined) return undefined
  if (found.record.endedAt === null && calls.isBeingWritten(found.record.callId))
    return problem(context, 409, 'call_live', 'the call is still running')
  // First, so that a late write does not bring back what is deleted.
  forget(found.record.callId)
  await recordings.remove(id)
  return context.json({ done: true as const })
}

function ranged(
  context: Context,
  type: string,
  sizeBytes: number,
  stream: (range: ByteRange) => ReadableStream<Uint8Array>,
): Response {
  const asked = readRange(context.req.header('range'), sizeBytes)
  if (asked === 'outside')
    return problem(context, 416, 'bad_range', 'the range starts past the end', {
      'Content-Range': `bytes */${sizeBytes}`,
    })
  const range = asked === 'whole' ? { from: 0, to: sizeBytes } : asked
  const headers = new Headers({
    'Content-Type': type,
    'Content-Length': String(range.to - range.from),
    'Accept-Ranges': 'bytes',
  })
  if (asked !== 'whole') headers.set('Content-Range', `bytes ${range.from}-${range.to - 1}/${sizeBytes}`)
  // Nobody would read the stream of a HEAD, and its files would stay open.
  const body = context.req.method === 'HEAD' ? null : stream(range)
  return new Response(body, { status: asked === 'whole' ? 200 : 206, headers })
}
