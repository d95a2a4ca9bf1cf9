// One recording: play, read and delete it, on whichever machine it is; and the call that it is a part of, as one sound.

import { type Context, Hono } from 'hono'
import { validator } from 'hono-openapi'
import { listEverywhere } from '../recording/everywhere.ts'
import { fromItsMachine } from './cluster-recordings.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson, describeMedia } from './describe.ts'
import { problem, refuseInvalid } from './problem.ts'
import { media, removeRecording, sendFile } from './recording-files.ts'
import {
  recordingFileParam,
  recordingFileQuery,
  recordingParam,
  recordingPlaceQuery,
} from './recording-schemas.ts'
import { sendWhole } from './recording-whole.ts'
import { doneSchema } from './schemas.ts'

const unknown = { 404: 'There is no such recording', 503: 'The machine that may have it does not answer' }

export function oneRecordingRoutes(deps: AdminDeps) {
  const { cluster } = deps
  const everywhere = listEverywhere(deps.recordings, cluster?.recordings)
  const answer = (
    context: Context<AdminEnv>,
    act: typeof sendFile | typeof removeRecording,
    name: string,
    machine: string | undefined,
  ) => fromItsMachine(context, cluster, { name, machine }, () => act(context, deps, name))
  return new Hono<AdminEnv>()
    .get(
      '/api/recordings/:id',
      describeMedia(
        'recordings',
        'Audio (caller left, agent right) or record; `whole=1`: the whole call',
        media,
        {
          ...unknown,
          400: 'The whole call is there as wav only',
          416: 'The range starts past the end',
        },
      ),
      validator('param', recordingFileParam, refuseInvalid),
      validator('query', recordingFileQuery, refuseInvalid),
      async (context): Promise<Response> => {
        const { id: name } = context.req.valid('param')
        const { machine, whole } = context.req.valid('query')
        if (whole === undefined) return answer(context, sendFile, name, machine)
        const [id = '', form] = name.split('.')
        if (form === 'wav') return sendWhole(context, { ...deps, everywhere }, id, machine)
        return problem(context, 400, 'no_whole', 'the whole call is there as wav only')
      },
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
