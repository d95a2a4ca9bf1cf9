// The lists of models of the servers in use: is the model in it, and does it end.

import type { Clock } from '../../base/clock.ts'
import type { InUse } from '../../providers/catalog.ts'
import { thrownFailure } from '../../providers/errors.ts'
import type { ListedModel } from '../../providers/model-list.ts'
import type { Check } from './check.ts'

/** An end that is closer than this is worth a warning, in days. */
const warnDays = 120
const dayMs = 86_400_000

export type ListFindings = { check: Check | undefined; offered: readonly string[] }

/** @param limitMs for the whole list */
export async function checkList(
  { label: name, models, ending, definition }: InUse,
  { clock, limitMs }: { clock: Clock; limitMs: number },
): Promise<ListFindings> {
  if (models === undefined) return { check: undefined, offered: [] }
  const today = new Date(clock.wallMs()).toISOString().slice(0, 10)
  const line = (verdict: Check['verdict'], says: string, advice?: string): Check => ({
    ...{ part: 'list', name, verdict, says },
    ...(advice === undefined ? {} : { advice }),
  })
  const control = new AbortController()
  const timer = clock.at(clock.now() + limitMs, () => control.abort())
  let listed: readonly ListedModel[]
  let says: string
  try {
    listed = await models.read(control.signal)
    says = listed.some(({ id }) => isSame(id, models.model))
      ? `one of ${listed.length} models`
      : `not in the list of ${listed.length} models`
  } catch (error) {
    listed = []
    const { message } = thrownFailure(definition.name, error, false)
    says = control.signal.aborted ? `no list within ${limitMs} ms` : `no list of models: ${message}`
  } finally {
    timer.cancel()
  }
  const offered = listed.map(({ id }) => id)
  const ends = listed.find(({ id }) => isSame(id, models.model))?.ends ?? ending?.date
  if (ends !== undefined && Date.parse(ends) - Date.parse(today) < warnDays * dayMs) {
    const heir = ending?.heir ?? 'another model'
    const verb = ends <= today ? 'ended' : 'ends'
    return {
      check: line(
        'warning',
        `${says}; the vendor ${verb} it on ${ends}`,
        `Change to ${heir} before that day.`,
      ),
      offered,
    }
  }
  if (listed.length === 0) return { check: line('unused', says), offered }
  return { check: line('ok', `${says}, no end announced`), offered }
}

/** Ollama and Deepgram list a model with a suffix: `llama3:latest`, `nova-3-general`. */
const isSame = (id: string, model: string): boolean =>
  id === model || id.startsWith(`${model}:`) || id.startsWith(`${model}-`)
