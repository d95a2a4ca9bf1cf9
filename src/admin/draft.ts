// The draft of a change: what is kept beside what is on air, its rehearsal on recorded calls, and its publication.

import { type Context, Hono } from 'hono'
import { validator } from 'hono-openapi'
import type { PhraseChange } from '../phrases/types.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson } from './describe.ts'
import {
  differencesSchema,
  draftDocumentBody,
  draftItemBody,
  draftSayingBody,
  draftSchema,
  draftTextBody,
  rehearseBody,
} from './draft-schemas.ts'
import type { DraftEditor, Kept } from './draft-types.ts'
import { onlyJson } from './methods.ts'
import { refuse } from './phrases.ts'
import { problem, refuseInvalid } from './problem.ts'
import { changedSchema, phraseParam } from './schemas.ts'

const body = { 415: 'The body is not JSON' }
const rejected = { 422: 'Rejected; `detail` says why, and nothing has changed' }

export function draftRoutes({ draft }: AdminDeps) {
  return new Hono<AdminEnv>()
    .route('/', itemRoutes(draft))
    .get('/api/draft', describeJson('draft', 'The draft, and its rehearsal', draftSchema), async (context) =>
      context.json(shown(await draft.read())),
    )
    .delete('/api/draft', describeJson('draft', 'Discards the draft', draftSchema), async (context) => {
      await draft.discard()
      return context.json(shown(await draft.read()))
    })
    .post(
      '/api/draft/rehearse',
      describeJson('draft', 'Plays the newest recorded calls with the draft', draftSchema, {
        ...body,
        409: 'It is being rehearsed already',
      }),
      onlyJson(),
      validator('json', rehearseBody, refuseInvalid),
      async (context) => {
        const isStarted = await draft.rehearse(context.req.valid('json').last)
        if (!isStarted) return problem(context, 409, 'rehearsal_busy', 'the draft is being rehearsed already')
        return context.json(shown(await draft.read()))
      },
    )
    .get(
      '/api/draft/differences',
      describeJson('draft', 'The first difference of each call that goes another way', differencesSchema),
      (context) => context.json(draft.differences()),
    )
    .post(
      '/api/draft/publish',
      describeJson('draft', 'Puts the draft on air as one change', changedSchema, {
        ...rejected,
        409: 'Something else was published since: rehearse the draft again',
      }),
      async (context) => {
        const change: PhraseChange = await draft.publish(context.get('who'))
        if (change.ok) return context.json({ generation: change.generation, phrases: change.phrases })
        if (change.code !== 'conflict') return refuse(context, change)
        return problem(context, 409, 'draft_behind', change.problems.join('; '))
      },
    )
}

/** What is kept in the draft, and taken out. */
function itemRoutes(draft: DraftEditor) {
  const answer = async (context: Context<AdminEnv>, kept: Kept) =>
    kept.ok ? context.json(shown(await draft.read())) : refuse(context, kept)
  return new Hono<AdminEnv>()
    .put(
      '/api/draft/phrases/:name',
      describeJson('draft', 'Keeps a text of a phrase in the draft', draftSchema, {
        ...{ ...body, ...rejected },
        404: 'There is no such phrase',
      }),
      onlyJson(),
      validator('param', phraseParam, refuseInvalid),
      validator('json', draftTextBody, refuseInvalid),
      async (context) => {
        const { text, language } = context.req.valid('json')
        return answer(context, await draft.putText(context.req.valid('param').name, language, text))
      },
    )
    .put(
      '/api/draft/document',
      describeJson('draft', 'Keeps a prompt, the hours or a file of a desk in the draft', draftSchema, {
        ...{ ...body, ...rejected },
      }),
      onlyJson(),
      validator('json', draftDocumentBody, refuseInvalid),
      async (context) => {
        const { id, text } = context.req.valid('json')
        return answer(context, await draft.putDocument(id, text))
      },
    )
    .put(
      '/api/draft/saying',
      describeJson('draft', 'Keeps in the draft what callers say in words that no rule knows', draftSchema, {
        ...{ ...body, ...rejected },
      }),
      onlyJson(),
      validator('json', draftSayingBody, refuseInvalid),
      async (context) => {
        const { said, means, language } = context.req.valid('json')
        return answer(context, await draft.putSaying(said, means, language))
      },
    )
    .post(
      '/api/draft/remove',
      describeJson('draft', 'Removes an item from the draft', draftSchema, {
        ...body,
        404: 'The draft has no such item',
      }),
      onlyJson(),
      validator('json', draftItemBody, refuseInvalid),
      async (context) => {
        const isThere = await draft.remove(context.req.valid('json').id)
        if (!isThere) return problem(context, 404, 'unknown_item', 'the draft has no such item')
        return context.json(shown(await draft.read()))
      },
    )
}

const shown = <T extends { items: readonly unknown[] }>(draft: T) => ({
  ...draft,
  items: [...draft.items] as T['items'][number][],
})
