// A vendor's list of models. Reading it costs nothing and shows whether the address and the key are right, which models
// the server has, and when it shuts one down.

import { fetchOrRefuse } from './refusal.ts'

export type ListedModel = {
  id: string
  /** The day from which the model is no longer served, in ISO form. */
  ends?: string
}

export type ModelList = {
  /** The model in use. */
  model: string
  /** @throws what `fetch` throws; RefusedResponse for a status that is not a success; SyntaxError for a page */
  read(signal: AbortSignal): Promise<readonly ListedModel[]>
}

/** A list longer than this is not one of models, in bytes; OpenAI's has 30 kB. */
const longestList = 4_000_000

/** @param url of the list. @param authorization the header, with the key */
export const createModelList = (model: string, url: string, authorization: string): ModelList => ({
  model,
  async read(signal) {
    const response = await fetchOrRefuse(url, { headers: { authorization }, signal })
    let text = ''
    const decoder = new TextDecoder()
    for await (const bytes of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      text += decoder.decode(bytes, { stream: true })
      if (text.length > longestList) throw new SyntaxError('the list does not end')
    }
    return modelsIn(JSON.parse(text))
  },
})

/**
 * The list of a server that speaks OpenAI's protocol.
 *
 * @param root what comes between the base URL and `/models`
 */
export const compatibleModels = (
  model: string,
  { apiKey, baseUrl }: { apiKey: string; baseUrl: string },
  root = '',
): ModelList => createModelList(model, `${baseUrl.replace(/\/+$/, '')}${root}/models`, `Bearer ${apiKey}`)

type Fields = Record<string, unknown>

/** Reads `{"data":[…]}` of OpenAI and compatible servers, and `{"stt":[…],"tts":[…]}` of Deepgram. */
export function modelsIn(json: unknown): ListedModel[] {
  if (typeof json !== 'object' || json === null) return []
  const lists = Object.values(json).filter((value) => Array.isArray(value))
  return lists.flat().flatMap((value) => {
    const fields: Fields = typeof value === 'object' && value !== null ? (value as Fields) : {}
    const id = fields.id ?? fields.canonical_name ?? fields.name
    if (typeof id !== 'string') return []
    const ends = dayOf(fields.shutdown_date ?? fields.deprecation_date)
    return [{ id, ...(ends === undefined ? {} : { ends }) }]
  })
}

/** A date as text, or seconds since 1970. */
function dayOf(value: unknown): string | undefined {
  if (typeof value === 'number' && value > 0 && value < 1e11)
    return new Date(value * 1_000).toISOString().slice(0, 10)
  return typeof value === 'string' ? /^\d{4}-\d{2}-\d{2}/.exec(value)?.[0] : undefined
}
