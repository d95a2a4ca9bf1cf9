// Turns of callers that the desk could not use, on all machines: the list of them, and one as a labelled line for the
// lists that the rules are tried with (understanding/labelled.ts).

import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import { turnsEverywhere } from '../recording/everywhere.ts'
import { callRecordSchema } from '../recording/files.ts'
import type { TurnQuery } from '../recording/search/turn-table.ts'
import { labelledTurn } from '../understanding/labelled.ts'
import { fromItsMachine } from './cluster-recordings.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson, describeMedia } from './describe.ts'
import { onlyJson } from './methods.ts'
import { turnBody, turnListSchema, turnQuery } from './not-understood-schemas.ts'
import { problem, refuseInvalid } from './problem.ts'
import { sendFile } from './recording-files.ts'
import { recordingParam } from './recording-schemas.ts'
import { hasWords } from './turn-words.ts'

/** What of a record is needed here. */
const turnsIn = callRecordSchema.pick({ notUnderstood: true })

const textType = 'text/plain; charset=utf-8'

export function notUnderstoodRoutes({ recordings, cluster }: Pick<AdminDeps, 'recordings' | 'cluster'>) {
  const everywhere = turnsEverywhere(recordings, cluster?.recordings)
  const list = async (query: TurnQuery) => {
    const { turns, missing, ...page } = await everywhere(query)
    return { ...page, turns: turns.map(({ key, ...turn }) => turn), ...(cluster && { missing }) }
  }
  return new Hono<AdminEnv>()
    .get(
      '/api/not-understood',
      describeJson('recordings', 'Turns that the desk could not use, newest first', turnListSchema),
      validator('query', turnQuery, refuseInvalid),
      async (context) => context.json(await list(context.req.valid('query'))),
    )
    .post(
      '/api/not-understood/:id/export',
      describeMedia(
        'recordings',
        'One of them as a labelled line for the lists of its language',
        [textType],
        {
          404: 'There is no such recording, or no such turn in it',
          409: 'The turn has no words: none were recognised, a key was pressed, or the record hides them',
          415: 'The body is not JSON',
          503: 'The machine that may have it does not answer',
        },
      ),
      onlyJson(),
      validator('param', recordingParam, refuseInvalid),
      validator('json', turnBody, refuseInvalid),
      async (context) => {
        const { n, meaning, machine } = context.req.valid('json')
        const name = `${context.req.valid('param').id}.json`
        const answer = await fromItsMachine(context, cluster, { name, machine }, () =>
          sendFile(context, { recordings }, name),
        )
        if (!answer.ok) return answer
        const turn = turnsIn.parse(await answer.json()).notUnderstood[n]
        if (turn === undefined) return problem(context, 404, 'unknown_turn', 'there is no such turn')
        if (!hasWords(turn)) return problem(context, 409, 'no_words', 'the turn has no words')
        return context.body(labelledTurn(turn, meaning), 200, {
          'Content-Type': textType,
          'Content-Disposition': `attachment; filename="not-understood.${turn.language}.txt"`,
        })
      },
    )
}
