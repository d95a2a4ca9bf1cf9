// Turns of callers that the desk could not use: the list of them, and one as a labelled line for the lists that the
// rules are tried with (understanding/labelled.ts).

import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import { labelledTurn } from '../understanding/labelled.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson, describeMedia } from './describe.ts'
import { onlyJson } from './methods.ts'
import { turnBody, turnListSchema, turnQuery } from './not-understood-schemas.ts'
import { problem, refuseInvalid } from './problem.ts'
import { recordingParam } from './recording-schemas.ts'
import { hasWords } from './turn-words.ts'

const textType = 'text/plain; charset=utf-8'

export function notUnderstoodRoutes({ recordings }: Pick<AdminDeps, 'recordings'>) {
  return new Hono<AdminEnv>()
    .get(
      '/api/not-understood',
      describeJson('recordings', 'Turns that the desk could not use, newest first', turnListSchema),
      validator('query', turnQuery, refuseInvalid),
      async (context) => context.json(await recordings.turns(context.req.valid('query'))),
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
        },
      ),
      onlyJson(),
      validator('param', recordingParam, refuseInvalid),
      validator('json', turnBody, refuseInvalid),
      async (context) => {
        const { n, meaning } = context.req.valid('json')
        const found = await recordings.find(context.req.valid('param').id)
        const turn = found?.record.notUnderstood[n]
        if (turn === undefined) return problem(context, 404, 'unknown_turn', 'there is no such turn')
        if (!hasWords(turn)) return problem(context, 409, 'no_words', 'the turn has no words')
        return context.body(labelledTurn(turn, meaning), 200, {
          'Content-Type': textType,
          'Content-Disposition': `attachment; filename="not-understood.${turn.language}.txt"`,
        })
      },
    )
}
