// Recordings: search and export them, on whichever machine they are. recording-routes.ts plays, reads and deletes one.

import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import { listEverywhere } from '../recording/everywhere.ts'
import type { RecordingQuery } from '../recording/library.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson, describeMedia } from './describe.ts'
import { onlyJson } from './methods.ts'
import { refuseInvalid } from './problem.ts'
import { beginExport, exportTypes, rowOf } from './recording-export.ts'
import { exportBody, recordingListSchema, recordingQuery } from './recording-schemas.ts'

const notJson = { 415: 'The body is not JSON' }

export function recordingRoutes(deps: AdminDeps) {
  const { cluster } = deps
  const everywhere = listEverywhere(deps.recordings, cluster?.recordings)
  const list = async (query: RecordingQuery) => {
    const { recordings: found, next, isComplete, missing } = await everywhere(query)
    return { next, isComplete, recordings: found.map(rowOf), ...(cluster && { missing }) }
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
}
