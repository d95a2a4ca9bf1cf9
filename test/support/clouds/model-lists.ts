// The lists of models, as OpenAI, Groq and Mistral (`{"data":[…]}`) and Deepgram (`{"stt":[…],"tts":[…]}`) answer.

import { chatError } from './chat.ts'

export type ModelLists = {
  data: readonly { id: string; shutdown_date?: string | number | null }[]
  deepgram: readonly string[]
}

export const fakeModels: ModelLists = {
  data: [
    { id: 'gpt-6-luna', shutdown_date: null },
    { id: 'gpt-4o-mini-tts', shutdown_date: '2099-01-06' },
    { id: 'gpt-transcribe' },
    { id: 'openai/gpt-oss-20b' },
    { id: 'openai/gpt-oss-120b' },
    { id: 'whisper-1' },
    { id: 'voxtral-tts-3' },
  ],
  deepgram: ['nova-3-general', 'flux-general-multi', 'aura-2-agathe-fr'],
}

/** Deepgram's clients say `Token`, the others `Bearer`. */
export function modelList(
  { data, deepgram }: ModelLists,
  { authorization = '' }: Record<string, string>,
): Response {
  if (!/^(Bearer|Token) .+/.test(authorization) || authorization.includes('bad-key'))
    return Response.json(chatError(401), { status: 401 })
  if (authorization.startsWith('Bearer')) return Response.json({ object: 'list', data })
  const named = deepgram.map((name) => ({ name, canonical_name: name }))
  return Response.json({ stt: named, tts: [] })
}
