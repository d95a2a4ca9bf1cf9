// Recordings: search, play, read and delete them. recording/library.ts finds their files on disk.

import { type Context, Hono } from 'hono'
import { validator } from 'hono-openapi'
import type { RecordingQuery } from '../recording/library.ts'
import { openStereoWav } from '../recording/stereo-wav.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson, describeMedia } from './describe.ts'
import { problem, refuseInvalid } from './problem.ts'
import { type ByteRange, readRange } from './ranges.ts'
import { exportRecordings, exportTypes } from './recording-export.ts'
import {
  doneSchema,
  exportBody,
  recordingFileParam,
  recordingListSchema,
  recordingParam,
  recordingQuery,
} from './schemas.ts'

const unknown = { 404: 'There is no such recording' }

export function recordingRoutes(deps: AdminDeps) {
  const { recordings, calls } = deps
  const list = async (query: RecordingQuery) => {
    const { recordings: found, next, isComplete } = await recordings.list(query)
    return {
      next,
      isComplete,
      recordings: found.map(({ day, audio, stage, record }) => ({ day, audio, stage, record })),
    }
  }
  return new Hono<AdminEnv>()
    .get(
      '/api/recordings',
      describeJson('recordings', 'Recordings, newest first', recordingListSchema),
      validator('query', recordingQuery, refuseInvalid),
      async (context) => context.json(await list(context.req.valid('query'))),
    )
    .post(
      '/api/recordings/search',
      describeJson(
        'recordings',
        'The same, with a number in the body, which no proxy logs',
        recordingListSchema,
      ),
      validator('json', recordingQuery, refuseInvalid),
      async (context) => context.json(await list(context.req.valid('json'))),
    )
    .post(
      '/api/recordings/export',
      describeMedia(
        'recordings',
        'What a search finds as CSV or JSON, the newest 10 000 at most',
        Object.values(exportTypes),
      ),
      validator('json', exportBody, refuseInvalid),
      (context) => {
        const { form, ...query } = context.req.valid('json')
        return context.body(exportRecordings(recordings, query, form), 200, {
          'Content-Type': exportTypes[form],
          'Content-Disposition': `attachment; filename="recordings.${form}"`,
        })
      },
    )
    .get(
      '/api/recordings/:id',
      describeMedia('recordings', 'Audio (caller left, agent right) or record of a call', media, {
        ...unknown,
        416: 'The range starts past the end',
      }),
      validator('param', recordingFileParam, refuseInvalid),
      async (context) => {
        const [id, form] = context.req.valid('param').id.split('.')
        const found = await recordings.find(id)
        if (found === undefined)
          return problem(context, 404, 'unknown_recording', 'there is no such recording')
        if (form === 'json') return context.json(found.record)
        if (form === 'mp3') {
          const file = Bun.file(found.files.mp3)
          if (!(await file.exists()))
            return problem(context, 404, 'no_mp3', 'the recording is not archived yet')
          return ranged(context, 'audio/mpeg', file.size, ({ from, to }) => file.slice(from, to).stream())
        }
        const wav = await openStereoWav(found.files)
        if (wav === undefined) return problem(context, 404, 'no_wav', 'the recording is archived as mp3')
        return ranged(context, 'audio/wav', wav.sizeBytes, ({ from, to }) => wav.stream(from, to))
      },
    )
    .delete(
      '/api/recordings/:id',
      describeJson('recordings', 'Delete the audio and transcript of a call', doneSchema, {
        ...unknown,
        409: 'The call is still running',
      }),
      validator('param', recordingParam, refuseInvalid),
      async (context) => {
        const { id } = context.req.valid('param')
        const found = await recordings.find(id)
        if (found === undefined)
          return problem(context, 404, 'unknown_recording', 'there is no such recording')
        if (found.record.endedAt === null && calls.isBeingWritten(found.record.callId))
          return problem(context, 409, 'call_live', 'the call is still running')
        // First, so that a late write does not bring back what is deleted.
        deps.forget(found.record.callId)
        await recordings.remove(id)
        return context.json({ done: true as const })
      },
    )
}

const media = ['audio/wav', 'audio/mpeg', 'application/json'] as const

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
  return new Response(stream(range), { status: asked === 'whole' ? 200 : 206, headers })
}
