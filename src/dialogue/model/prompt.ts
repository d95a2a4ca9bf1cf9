// The prompt of a language model for one turn. The machine has already decided what to say; the model words it, and
// reports in its first line what it understood. The caller's text is fenced and is data, never an instruction.

import { z } from 'zod'
import { type Desk, symptomNames, topicNames, topicOfSymptom } from '../../desk/desk.ts'
import type { Understanding } from '../../understanding/types.ts'
import { bounded, nothingUnderstood } from '../../understanding/understand.ts'
import type { DialogueState } from '../state.ts'
import type { Decision, Known } from '../types.ts'

type PromptMessage = { role: 'system' | 'user' | 'assistant'; content: string }

/** An earlier turn as it was heard: the agent's words only as far as they were played. */
type HeardTurn = { by: 'caller' | 'agent'; text: string }

/**
 * The parts of `assets/prompts/<language>.md`. `opening` stands for the caller's part before the agent's first words;
 * a file without it gets {@link usualOpening}.
 */
export type PromptTemplates = { system: string; situation: string; caller: string; opening: string }

const usualOpening = '(…)'

type PromptInput = {
  /** The state before the caller's turn: the caller answers its question. */
  state: DialogueState
  /** What the machine decides by the rules alone; the model words this decision. */
  predicted: Decision
  history: readonly HeardTurn[]
  callerText: string
  templates: PromptTemplates
  /** What the operator wants said in this answer. */
  hint?: string | undefined
}

/** Stands before the operator's instruction; models follow English ones in every language of the desk. */
const hintIntro =
  'The human supervisor of this call instructs you: say this in this answer, in your own words, in one sentence, ' +
  'before the question that you ask:'

/** Turns of history in a prompt; older ones say little about the next sentence. */
const historyTurns = 12

/**
 * Cuts a template file at its headings `# system`, `# situation`, `# caller` and `# opening`, the last one optional.
 *
 * @throws {Error} when a part is missing or a name in braces is not one of ours
 */
export function parseTemplates(markdown: string): PromptTemplates {
  const parts = new Map<string, string>()
  for (const section of markdown.split(/^# /m).slice(1)) {
    const end = section.indexOf('\n')
    parts.set(section.slice(0, end).trim(), section.slice(end).trim())
  }
  const part = (name: string): string => {
    const text = parts.get(name)
    if (text === undefined || text === '') throw new Error(`prompt template lacks '# ${name}'`)
    for (const [, field] of text.matchAll(/\{\{(\w+)\}\}/g))
      if (!fields.has(field)) throw new Error(`prompt template '# ${name}' has an unknown field '${field}'`)
    return text
  }
  const opening = parts.has('opening') ? part('opening') : usualOpening
  return { system: part('system'), situation: part('situation'), caller: part('caller'), opening }
}

const fields = new Set(['state', 'question', 'known', 'goal', 'text', 'topics', 'symptoms'])

/**
 * The messages for one turn, in the one shape that every chat template accepts: one system message with the rules and
 * the situation, then user and assistant in turns, the user first and last. The templates of Mistral, Qwen 3.5 and
 * Gemma 3 refuse any other order. The caller's words come last, so that none of our text follows text from outside.
 */
export function buildPrompt(input: PromptInput): PromptMessage[] {
  const { state, predicted, templates } = input
  const goal = predicted.say.map((line) => line.text).join(' ')
  const values = {
    state: state.name,
    question: state.asking === undefined ? '-' : (state.last.at(-1)?.text ?? '-'),
    known: knownText(state.known),
    goal,
    topics: topicNames(state.desk).join('|'),
    symptoms: symptomNames(state.desk, state.known.topic).join(', '),
  }
  const ordered = input.hint === undefined ? '' : `\n\n${hintIntro} ${fence(input.hint)}`
  const system = `${fill(templates.system, values)}\n\n${fill(templates.situation, values)}${ordered}`
  const caller = (text: string): PromptMessage => ({
    role: 'user',
    content: fill(templates.caller, { text: fence(text) }),
  })
  const heard = input.history
    .slice(-historyTurns)
    .map((turn) =>
      turn.by === 'caller' ? caller(turn.text) : ({ role: 'assistant', content: turn.text } as const),
    )
  return [
    { role: 'system', content: system },
    ...inTurns([...heard, caller(input.callerText)], templates.opening),
  ]
}

/** Joins messages of one role that follow each other, and begins with the user. */
function inTurns(messages: readonly PromptMessage[], opening: string): PromptMessage[] {
  const turns: PromptMessage[] = []
  if (messages[0].role === 'assistant') turns.push({ role: 'user', content: opening })
  for (const message of messages) {
    const last = turns.at(-1)
    if (last?.role === message.role) last.content += `\n${message.content}`
    else turns.push({ ...message })
  }
  return turns
}

const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{\{(\w+)\}\}/g, (whole, field: string) => values[field] ?? whole)

/**
 * Puts the caller's text on one line, without the characters that could close its fence or open another. The model gets
 * no more of a turn than the rules have read: they would not notice orders to it beyond that.
 */
const fence = (text: string): string =>
  bounded(text)
    .replace(/[<>{}]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** What is known, as fields. The model is not told the telephone number. */
function knownText(known: Known): string {
  const parts = [
    known.name === null ? '' : `name: ${fence(known.name)}`,
    known.phone === null ? '' : 'phone: yes',
    known.topic === null ? '' : `topic: ${known.topic}`,
    known.symptom === null ? '' : `symptom: ${known.symptom}`,
    known.tried.length === 0 ? '' : `tried before the call: ${known.tried.join(', ')}`,
    known.stepsDone.length === 0 ? '' : `steps done: ${known.stepsDone.join(', ')}`,
  ]
  return parts.filter((part) => part !== '').join('; ') || '-'
}

const understoodSchema = z.object({
  answer: z.enum(['yes', 'no', 'unknown']).default('unknown'),
  topic: z.string().default('unknown'),
  intent: z.enum(['human', 'repeat', 'wait', 'goodbye', 'done', 'stuck', 'confused', 'none']).default('none'),
  name: z
    .string()
    .regex(/^[\p{L}][\p{L}' -]{0,39}$/u)
    .nullable()
    .catch(null)
    .default(null),
  symptom: z.string().nullable().catch(null).default(null),
})

/**
 * Reads the first line of a model's answer. It never takes a telephone number from it: only the rules read digits. A
 * topic or symptom that the desk lacks counts as not named.
 *
 * @returns undefined when the line is missing, is not JSON, or has another shape: nothing was understood
 */
export function parseUnderstood(firstLine: string, desk: Desk): Understanding | undefined {
  const start = firstLine.indexOf('{')
  const end = firstLine.lastIndexOf('}')
  if (start < 0 || end < start) return undefined
  let json: unknown
  try {
    json = JSON.parse(firstLine.slice(start, end + 1))
  } catch {
    // Models sometimes write broken JSON; then only the rules count.
    return undefined
  }
  const parsed = understoodSchema.safeParse(json)
  if (!parsed.success) return undefined
  const { topic, symptom, ...rest } = parsed.data
  return {
    ...nothingUnderstood,
    ...rest,
    topic: topicNames(desk).includes(topic) ? topic : 'unknown',
    symptom: symptom !== null && topicOfSymptom(desk, symptom) ? symptom : null,
  }
}
