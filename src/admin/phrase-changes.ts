// Changes of phrases beside their text: the uploaded sound of a person, the history of all changes, and undo.

import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { validator } from 'hono-openapi'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson, describeMedia } from './describe.ts'
import { refuse, wav } from './phrases.ts'
import { problem, refuseInvalid } from './problem.ts'
import {
  changedSchema,
  generationParam,
  historyQuery,
  historySchema,
  phraseParam,
  soundQuery,
} from './schemas.ts'

/** A minute of stereo WAV at 48 kHz and 16 bits is 11.5 MB. */
const maxSoundBytes = 12_000_000

/** Uploads in work at once: each holds its file and its samples in memory. */
const maxUploads = 2

const refusals = {
  404: 'There is no such phrase',
  413: `The file has more than ${maxSoundBytes} bytes`,
  415: 'The body is not audio',
  422: 'Rejected: not audio, damaged, too long, or without speech; nothing has changed',
  429: 'Other sounds are being uploaded',
}

/** Paths whose body is a sound: they have a limit of their own. */
export const soundPath = /^\/api\/phrases\/[^/]+\/sound(\/preview)?$/

export function phraseChangeRoutes(deps: AdminDeps) {
  const { phrases } = deps
  const sound = oneSound()
  return new Hono<AdminEnv>()
    .put(
      '/api/phrases/:name/sound',
      describeJson('phrases', 'Plays an uploaded sound for a phrase, until its text changes', changedSchema, {
        ...refusals,
        409: 'The phrase was changed since the version that the change is based on',
      }),
      validator('param', phraseParam, refuseInvalid),
      validator('query', soundQuery, refuseInvalid),
      ...sound,
      async (context) => {
        const { language, version } = context.req.valid('query')
        const editing = { by: context.get('who'), version }
        const file = new Uint8Array(await context.req.arrayBuffer())
        const change = await phrases.putSound(context.req.valid('param').name, language, file, editing)
        if (!change.ok) return refuse(context, change)
        return context.json({ generation: change.generation, phrases: change.phrases })
      },
    )
    .post(
      '/api/phrases/:name/sound/preview',
      describeMedia('phrases', 'What an uploaded sound is like on the telephone', ['audio/wav'], refusals),
      validator('param', phraseParam, refuseInvalid),
      ...sound,
      async (context) => {
        const preview = await phrases.previewSound(new Uint8Array(await context.req.arrayBuffer()))
        return preview.ok ? wav(context, preview.samples) : refuse(context, preview)
      },
    )
    .get(
      '/api/site/history',
      describeJson('phrases', 'What the site has changed, newest first', historySchema),
      validator('query', historyQuery, refuseInvalid),
      async (context) => {
        const changes = await phrases.history(context.req.valid('query').limit)
        return context.json({ changes: changes.map((one) => ({ ...one, items: [...one.items] })) })
      },
    )
    .post(
      '/api/site/history/:generation/undo',
      describeJson('phrases', 'Takes a change back, as a change of its own', changedSchema, {
        404: 'There is no such change',
        409: 'Something of it was changed again since',
        422: 'Rejected; nothing has changed',
      }),
      validator('param', generationParam, refuseInvalid),
      async (context) => {
        const change = await phrases.undo(context.req.valid('param').generation, context.get('who'))
        if (!change.ok) return refuse(context, change)
        return context.json({ generation: change.generation, phrases: change.phrases })
      },
    )
}

/**
 * What comes before a route that takes a sound: a form on another site cannot send `audio/…` without a preflight, so
 * other types are refused unread.
 */
function oneSound(): [MiddlewareHandler<AdminEnv>, MiddlewareHandler<AdminEnv>, MiddlewareHandler<AdminEnv>] {
  let uploads = 0
  const tooLarge = (context: Context) =>
    problem(context, 413, 'too_large', `the sound must not exceed ${maxSoundBytes} bytes`)
  return [
    (context, next) => {
      if (/^audio\//i.test(context.req.header('content-type') ?? '')) return next()
      return Promise.resolve(problem(context, 415, 'no_audio', 'the body must be audio, such as audio/wav'))
    },
    async (context, next) => {
      if (uploads >= maxUploads)
        return problem(context, 429, 'busy', 'other sounds are being uploaded: try again in a moment')
      uploads++
      try {
        await next()
      } finally {
        uploads--
      }
    },
    bodyLimit({ maxSize: maxSoundBytes, onError: tooLarge }),
  ]
}
