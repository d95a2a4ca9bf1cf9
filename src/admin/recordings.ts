// Recordings: search, play, read, export and delete them, on whichever machine they are. recording/library.ts finds
// their files on disk.

import { type Context, Hono } from 'hono'
import { validator } from 'hono-openapi'
import { listEverywhere } from '../recording/everywhere.ts'
import type { RecordingQuery } from '../recording/library.ts'
import { fromItsMachine } from './cluster-recordings.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson, describeMedia } from './describe.ts'
import { onlyJson } from './methods.ts'
import { refuseInvalid } from './problem.ts'
import { beginExport, exportTypes, rowOf } from './recording-export.ts'
import { media, removeRecording, sendFile } from './recording-files.ts'
import {
  exportBody,
  recordingFileParam,
  recordingListSchema,
  recordingParam,
  recordingPlaceQuery,
  recordingQuery,
} from './recording-schemas.ts'
import { doneSchema } from './schemas.ts'

const unknown = { 404: 'There is no such recording', 503: 'The machine that may have it does not answer' }
const notJson = { 415: 'The body is not JSON' }

export function recordingRoutes(deps: AdminDeps) {
  const { cluster } = deps
  const everywhere = listEverywhere(deps.recordings, cluster?.recordings)
  const list = async (query: RecordingQuery) => {
    const { recordings: found, next, isComplete, missing } = await everywhere(query)
    return { next, isComplete, recordings: found.map(rowOf), ...(cluster && { missing }) }
  }
  const answer = (
    context: Context<AdminEnv>,
    act: typeof sendFile | typeof removeRecording,
    name: string,
    machine: string | undefined,
  ) => fromItsMachine(context, cluster, { name, machine }, () => act(context, deps, name))
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
        notJson,
      ),
      onlyJson(),
      validator('json', recordingQuery, refuseInvalid),
      async (context) => context.json(await list(context.req.valid('json'))),
    )
    .post(
      '/api/recordings/export',
      describeMedia(
        'recordings',
        'What a search finds as CSV or JSON, the newest 10 000 at most; X-Missing-Machines names machines without',
        Object.values(exportTypes),
        notJson,
      ),
      onlyJson(),
      validator('json', exportBody, refuseInvalid),
      async (context) => {
        const { form, ...query } = context.req.valid('json')
        const { stream, missing } = await beginExport(
          { list: everywhere },
          query,
          form,
          cluster !== undefined,
        )
        return context.body(stream, 200, {
          'Content-Type': exportTypes[form],
          'Content-Disposition': `attachment; filename="recordings.${form}"`,
          ...(missing.length > 0 && { 'X-Missing-Machines': missing.join(' ') }),
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
      validator('query', recordingPlaceQuery, refuseInvalid),
      (context) =>
        answer(context, sendFile, context.req.valid('param').id, context.req.valid('query').machine),
    )
    .delete(
      '/api/recordings/:id',
      describeJson('recordings', 'Delete the audio and transcript of a call', doneSchema, {
        ...unknown,
        409: 'The call is still running',
      }),
      validator('param', recordingParam, refuseInvalid),
      validator('query', recordingPlaceQuery, refuseInvalid),
      (context) =>
        answer(context, removeRecording, context.req.valid('param').id, context.req.valid('query').machine),
    )
}
