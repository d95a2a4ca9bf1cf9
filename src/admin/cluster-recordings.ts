// Recordings between the machines of a cluster: what the others ask of this one, and a recording that another one has.

import { type Context, Hono } from 'hono'
import { validator } from 'hono-openapi'
import { described } from './cluster.ts'
import type { AdminDeps, AdminEnv, ClusterDeps } from './deps.ts'
import { turnQuery } from './not-understood-schemas.ts'
import { problem, refuseInvalid } from './problem.ts'
import { removeRecording, sendFile, unknownRecording } from './recording-files.ts'
import { recordingFileParam, recordingParam, recordingQuery } from './recording-schemas.ts'

export function clusterRecordingRoutes(deps: AdminDeps) {
  return new Hono<AdminEnv>()
    .post(
      '/cluster/recordings/search',
      described('The recordings of this machine'),
      validator('json', recordingQuery, refuseInvalid),
      async (context) => {
        const { recordings, next, isComplete } = await deps.recordings.list(context.req.valid('json'))
        const rows = recordings.map(({ key, day, audio, stage, record }) => ({
          ...{ key, day, audio, stage, record },
        }))
        return context.json({ recordings: rows, next, isComplete })
      },
    )
    .post(
      '/cluster/not-understood',
      described('The turns that the desk of this machine could not use'),
      validator('json', turnQuery, refuseInvalid),
      async (context) => context.json(await deps.recordings.turns(context.req.valid('json'))),
    )
    .get(
      '/cluster/recordings/:id',
      described('A file of a recording of this machine'),
      validator('param', recordingFileParam, refuseInvalid),
      async (context) =>
        (await sendFile(context, deps, context.req.valid('param').id)) ?? unknownRecording(context),
    )
    .delete(
      '/cluster/recordings/:id',
      described('Deletes a recording of this machine'),
      validator('param', recordingParam, refuseInvalid),
      async (context) =>
        (await removeRecording(context, deps, context.req.valid('param').id)) ?? unknownRecording(context),
    )
}

/**
 * `name`: a file of a recording, or its id to delete it. `machine`: the one that has it; undefined is this one if it
 * has it, else any that does.
 */
type Place = { name: string; machine: string | undefined }

/** Answers about a recording: from this machine, or from the one that has it. @param here undefined: it is not here */
export async function fromItsMachine(
  context: Context<AdminEnv>,
  cluster: ClusterDeps | undefined,
  { name, machine }: Place,
  here: () => Promise<Response | undefined>,
): Promise<Response> {
  const isOwn = machine !== undefined && machine === cluster?.recordings.own
  const mayBeHere = isOwn || machine === undefined || cluster === undefined
  const answer = mayBeHere ? await here() : undefined
  if (answer) return answer
  if (cluster === undefined || isOwn) return unknownRecording(context)
  return elsewhere(context, cluster, { name, machine })
}

/** Passes the request on, and the answer back. */
async function elsewhere(
  context: Context<AdminEnv>,
  { recordings }: ClusterDeps,
  { name, machine }: Place,
): Promise<Response> {
  const { method } = context.req
  const { answers, missing } = await recordings.ask({
    method: method === 'DELETE' || method === 'HEAD' ? method : 'GET',
    ...{ name, machine, range: context.req.header('range') },
  })
  const found = answers.find(({ answer }) => answer.status !== 404)
  for (const one of answers) if (found && one !== found) void one.answer.body?.cancel().catch(() => {})
  if (found) return passedOn(found.answer)
  if (method === 'HEAD' && missing.length === 0) return unknownRecording(context)
  for (const { machine, answer } of answers) {
    const refusal = await refusalIn(answer)
    // The machine that has the recording has it in another form.
    if (refusal?.code === 'no_mp3' || refusal?.code === 'no_wav')
      return problem(context, 404, refusal.code, refusal.detail)
    // A machine of another version that does not know the question.
    if (refusal?.code !== 'unknown_recording') missing.push(machine)
  }
  if (missing.length === 0) return unknownRecording(context)
  const detail = `the recording may be on a machine that is off or does not answer: ${missing.join(', ')}`
  return problem(context, 503, 'machine_off', detail)
}

async function refusalIn(answer: Response): Promise<{ code: string; detail: string } | undefined> {
  const json = (await answer.json().catch(() => undefined)) as
    | { code?: unknown; detail?: unknown }
    | undefined
  return typeof json?.code === 'string' ? { code: json.code, detail: String(json.detail) } : undefined
}

/** The answer without the headers that belong to its own connection. */
function passedOn({ status, headers, body }: Response): Response {
  const kept = new Headers()
  for (const name of ['Content-Type', 'Content-Length', 'Accept-Ranges', 'Content-Range']) {
    const value = headers.get(name)
    if (value !== null) kept.set(name, value)
  }
  return new Response(body, { status, headers: kept })
}
