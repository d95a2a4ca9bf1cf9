// One turn with a real prompt from each language model in use: does it answer in words, and how soon.

import type { Clock } from '../../base/clock.ts'
import { ModelTurn } from '../../call/reply/model-turn.ts'
import type { Desk } from '../../desk/desk.ts'
import type { Texts } from '../../desk/texts.ts'
import { createDialogue, step } from '../../dialogue/dialogue-machine.ts'
import { buildPrompt, type PromptTemplates, parseUnderstood } from '../../dialogue/model/prompt.ts'
import { ProviderFailure } from '../../providers/errors.ts'
import type { Llm } from '../../providers/llm.ts'
import { within } from '../../providers/watchdog.ts'
import { understand } from '../../understanding/understand.ts'
import type { About, Check } from './check.ts'
import { failed } from './failed.ts'

/** What the caller says in this turn, in any language. */
const callerText = 'Internet'

/** The messages of the first turn of a call, as a call would send them. */
export function promptOf(desk: Desk, texts: Texts, templates: PromptTemplates) {
  const start = createDialogue({ language: texts.language, desk, texts, hearsWords: true, policy: 'off' })
  const [state, welcome] = step(start, { kind: 'start' })
  const predicted = step(state, { kind: 'said', understanding: understand(callerText, state) })[1]
  const history = welcome.say.map(({ text }) => ({ by: 'agent', text }) as const)
  return buildPrompt({ state, predicted, history, callerText, templates })
}

/** @param limitMs for the whole answer */
export async function checkModel(
  about: About,
  llm: Llm,
  { desk, messages }: { desk: Desk; messages: ReturnType<typeof promptOf> },
  { clock, limitMs }: { clock: Clock; limitMs: number },
): Promise<Check> {
  const { part, name } = about
  const startMs = clock.now()
  let firstMs: number | undefined
  const turn = new ModelTurn(llm, messages, () => {
    firstMs = Math.round(clock.now() - startMs)
  })
  const read = async () => {
    let head = ''
    let sentences = 0
    for await (const piece of turn.pieces())
      if (piece.kind === 'understood') head = piece.line
      else sentences++
    return { head, sentences }
  }
  try {
    const watch = { clock, who: llm.name, signal: new AbortController().signal }
    const { head, sentences } = await within(read(), startMs + limitMs, watch)
    if (sentences === 0) throw new ProviderFailure('malformed', `${llm.name} sent no sentence`)
    const times = {
      ms: firstMs ?? 0,
      says: `answers: ${sentences} sentences in ${Math.round(clock.now() - startMs)} ms`,
    }
    if (parseUnderstood(head, desk) !== undefined) return { part, name, verdict: 'ok', ...times }
    const advice =
      'It answers without the first line of JSON that the prompt asks for: only the rules will understand callers. ' +
      'Take a model that follows instructions better.'
    return { part, name, verdict: 'warning', ...times, advice }
  } catch (error) {
    return failed(about, error)
  } finally {
    turn.cancel()
  }
}
