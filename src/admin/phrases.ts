// The phrases: list them, hear one, hear what a text would sound like, change one, reload all. Uploaded sounds and the
// history are in phrase-changes.ts.

import { type Context, Hono } from 'hono'
import { validator } from 'hono-openapi'
import { writeWav } from '../audio/wav.ts'
import type { PhraseChange } from '../phrases/types.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson, describeMedia } from './describe.ts'
import { onlyJson } from './methods.ts'
import { problem, refuseInvalid } from './problem.ts'
import {
  changedSchema,
  phraseBody,
  phraseListSchema,
  phraseParam,
  phraseQuery,
  phraseWavParam,
  previewBody,
  voiceSchema,
} from './schemas.ts'

const conflict = { 409: 'The phrase was changed since the version that the change is based on' }
const rejected = { 422: 'Rejected; `detail` says why, and nothing has changed' }
const unknown = { 404: 'There is no such phrase' }

export function phraseRoutes(deps: AdminDeps) {
  const { phrases } = deps
  return new Hono<AdminEnv>()
    .get('/api/phrases', describeJson('phrases', 'All phrases', phraseListSchema), (context) =>
      context.json({ phrases: [...phrases.list()] }),
    )
    .get(
      '/api/voice',
      describeJson('phrases', 'How far the voice in use has spoken the phrases', voiceSchema),
      (context) => context.json(deps.voice()),
    )
    .post(
      '/api/phrases/reload',
      describeJson('phrases', 'Reload the assets and swap them in as one set', changedSchema, rejected),
      async (context) => {
        const change = await phrases.reload()
        if (!change.ok) return problem(context, 422, 'reload_rejected', reasons(change))
        return context.json({ generation: change.generation, phrases: change.phrases })
      },
    )
    .get(
      '/api/phrases/:name',
      describeMedia('phrases', 'The audio of a phrase', ['audio/wav'], unknown),
      validator('param', phraseWavParam, refuseInvalid),
      validator('query', phraseQuery, refuseInvalid),
      (context) => {
        const name = context.req.valid('param').name.slice(0, -'.wav'.length)
        const samples = phrases.samples(name, context.req.valid('query').language)
        if (samples === undefined) return problem(context, 404, 'unknown_phrase', 'there is no such phrase')
        return wav(context, samples)
      },
    )
    .put(
      '/api/phrases/:name',
      describeJson('phrases', 'Change the text of a phrase', changedSchema, {
        ...{ ...unknown, ...conflict, ...rejected },
        415: 'The body is not JSON',
      }),
      onlyJson(),
      validator('param', phraseParam, refuseInvalid),
      validator('json', phraseBody, refuseInvalid),
      async (context) => {
        const { name } = context.req.valid('param')
        const { text, language, version } = context.req.valid('json')
        const known = phrases.list().some((phrase) => phrase.name === name && phrase.language === language)
        if (!known) return problem(context, 404, 'unknown_phrase', 'there is no such phrase')
        const change = await phrases.put(name, language, text, { by: context.get('who'), version })
        if (!change.ok) return refuse(context, change)
        return context.json({ generation: change.generation, phrases: change.phrases })
      },
    )
    .post(
      '/api/phrases/:name/preview',
      describeMedia('phrases', 'What a text would sound like; nothing changes', ['audio/wav'], {
        ...{ ...unknown, ...rejected },
        415: 'The body is not JSON',
      }),
      onlyJson(),
      validator('param', phraseParam, refuseInvalid),
      validator('json', previewBody, refuseInvalid),
      async (context) => {
        const { text, language } = context.req.valid('json')
        const preview = await phrases.preview(context.req.valid('param').name, language, text)
        return preview.ok ? wav(context, preview.samples) : refuse(context, preview)
      },
    )
}

/** The audio of a phrase as a WAV file. */
export function wav(context: Context<AdminEnv>, samples: Int16Array): Response {
  const bytes = writeWav(samples, { rateHz: 8_000, channels: 1 })
  return context.body(bytes as Uint8Array<ArrayBuffer>, 200, { 'Content-Type': 'audio/wav' })
}

/** A change that was not made: 404, 409 when somebody else was faster, else 422. */
export function refuse(context: Context<AdminEnv>, change: PhraseChange & { ok: false }) {
  if (change.code === 'unknown') return problem(context, 404, 'unknown_phrase', reasons(change))
  if (change.code === 'conflict') return problem(context, 409, 'changed_meanwhile', reasons(change))
  return problem(context, 422, change.code ?? 'phrase_rejected', reasons(change))
}

function reasons(change: PhraseChange & { ok: false }): string {
  return change.problems.slice(0, 20).join('; ')
}
