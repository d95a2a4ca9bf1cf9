// The lists of models of the servers in use: is the model in it, and does it end.

import type { Clock } from '../../base/clock.ts'
import type { InUse } from '../../providers/catalog.ts'
import type { ListedModel, ModelList } from '../../providers/model-list.ts'
import type { Check } from './check.ts'

/** An end that is closer than this is worth a warning, in days. */
const warnDays = 120
const dayMs = 86_400_000

export type ListFindings = { check: Check | undefined; offered: readonly string[] }

/** @param limitMs for the whole list. @returns no check where the server has no list: the request itself says more */
export async function checkList(
  { label: name, models, ending }: InUse,
  { clock, limitMs }: { clock: Clock; limitMs: number },
): Promise<ListFindings> {
  if (models === undefined) return { check: undefined, offered: [] }
  const listed = await readList(models, clock, limitMs)
  const offered = listed.map(({ id }) => id)
  const line = (verdict: Check['verdict'], says: string) => ({ part: 'list', name, verdict, says }) as const
  const own = listed.find(({ id }) => isSame(id, models.model))
  const today = new Date(clock.wallMs()).toISOString().slice(0, 10)
  const ends = own?.ends ?? ending?.date
  if (ends !== undefined && Date.parse(ends) - Date.parse(today) < warnDays * dayMs) {
    const isGone = ends <= today
    const advice = `Change to ${ending?.heir ?? 'another model'}${isGone ? '' : ' before that day'}.`
    const says = `the vendor ${isGone ? 'ended' : 'ends'} this model on ${ends}`
    return { check: { ...line('warning', says), advice }, offered }
  }
  if (listed.length === 0) return { check: undefined, offered }
  if (own === undefined)
    return { check: line('unused', `not one of the ${listed.length} models listed`), offered }
  return { check: line('ok', `one of ${listed.length} models, no end announced`), offered }
}

/** @returns an empty list when it cannot be read */
async function readList(models: ModelList, clock: Clock, limitMs: number): Promise<readonly ListedModel[]> {
  const control = new AbortController()
  const timer = clock.at(clock.now() + limitMs, () => control.abort())
  try {
    return await models.read(control.signal)
  } catch {
    // A server without a list is as good as one with a list; a wrong key shows in the request.
    return []
  } finally {
    timer.cancel()
  }
}

/** Ollama and Deepgram list a model with a suffix: `llama3:latest`, `nova-3-general`. */
const isSame = (id: string, model: string): boolean =>
  id === model || id.startsWith(`${model}:`) || id.startsWith(`${model}-`)
