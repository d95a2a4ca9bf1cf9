// The examples and counter-examples beside a desk's words: each is read, or not read, as the desk says. Pure.

import { type Desk, topicOfSymptom } from '../desk/desk.ts'
import type { ExampleTable } from '../desk/desk-words.ts'
import type { RuleFault } from './languages/check-rules.ts'
import { understand } from './understand.ts'

/** All faults of a language's words. `dead` here: words beside which no example stands. */
export function deskFaults(desk: Desk, language: string): RuleFault[] {
  const { shown = [] } = desk.words[language] ?? {}
  return shown.flatMap(({ table, name, hasWords, examples, counterExamples }) => {
    const rule = `${table}.${name}`
    const reads = (text: string) => holds(desk, language, table, name, text)
    const missed = examples.filter((text) => !reads(text))
    const taken = counterExamples.filter(reads)
    return [
      ...(hasWords && examples.length === 0 ? [{ kind: 'dead', rule, text: 'has no example' } as const] : []),
      ...missed.map((text) => ({ kind: 'missed', rule, text }) as const),
      ...taken.map((text) => ({ kind: 'taken', rule, text }) as const),
    ]
  })
}

/** An example answers "what does not work?", a chosen one "which of them?"; a symptom's topic is known. */
function holds(desk: Desk, language: string, table: ExampleTable, name: string, text: string): boolean {
  const topic = table === 'symptoms' ? (topicOfSymptom(desk, name) ?? null) : null
  const asked =
    table === 'chosen'
      ? ({ name: 'diagnostic', asking: 'topic' } as const)
      : ({ name: 'welcome', asking: 'open' } as const)
  const said = understand(text, { ...asked, language, desk, known: { topic } })
  if (table === 'topics' || table === 'chosen') return said.topic === name
  if (table === 'steps') return said.tried.includes(name)
  return table === 'symptoms' ? said.symptom === name : said.notes.includes(name)
}
