// Labelled turns: what a caller said at a question, and what it means. The lists of test/understanding/ have this form,
// and so has a turn that the operator's page exports.
//
//   [symptom:mobile]            the open question; after a colon the topic so far
//   what was said -> fields     `topic=mobile symptom=sim`; `-` for no field, `?` for a meaning that is still open

import { type Question, questions } from '../desk/script.ts'

export type LabelledTurn = {
  question: Question
  topic: string | null
  text: string
  /** Undefined while the meaning is open. */
  fields: Record<string, string> | undefined
  /** In the text, from 1. */
  line: number
}

/** Between what was said and what it means. */
const arrow = ' -> '
const openMeaning = '?'
const noField = '-'

export const isQuestion = (name: string): name is Question => questions.some((one) => one === name)

/** @throws {Error} with the line number, for a line that does not fit the form */
export function readLabelled(content: string): LabelledTurn[] {
  const turns: LabelledTurn[] = []
  let at: Pick<LabelledTurn, 'question' | 'topic'> | undefined
  for (const [index, raw] of content.split('\n').entries()) {
    const text = raw.trim()
    if (text === '' || text.startsWith('#')) continue
    const line = index + 1
    const section = sectionIn(text)
    if (section !== undefined) {
      const { question } = section
      if (!isQuestion(question)) throw new Error(`line ${line}: no question '${question}'`)
      at = { ...section, question }
      continue
    }
    const [said, label] = parted(text)
    if (label === undefined || at === undefined) throw new Error(`line ${line}: no '${arrow}' or no question`)
    turns.push({ ...at, text: said, fields: fieldsOf(label), line })
  }
  return turns
}

/** The question that a line names for those after it; undefined for any other line. */
export function sectionIn(line: string): { question: string; topic: string | null } | undefined {
  const [, question, topic = null] = /^\[(\w+)(?::(\w+))?\]$/.exec(line.trim()) ?? []
  return question === undefined ? undefined : { question, topic }
}

/** What was said, and its label; undefined where the line has none. */
export function parted(line: string): [said: string, label: string | undefined] {
  const [said = '', label] = line.split(arrow)
  return [said, label]
}

function fieldsOf(label: string): Record<string, string> | undefined {
  if (label === openMeaning) return undefined
  const fields: Record<string, string> = {}
  for (const field of label === noField ? [] : label.split(' ')) {
    const [key = '', value = 'true'] = field.split('=')
    fields[key] = value.replaceAll('_', key === 'name' ? ' ' : '_')
  }
  return fields
}

/**
 * One turn in the form that {@link readLabelled} reads, with its question.
 *
 * @param meaning `intent=human`, `topic=mobile symptom=sim`, `-`; undefined while it is open
 */
export function labelledTurn(
  { question, topic, text }: { question: string; topic: string | null; text: string },
  meaning: string | undefined,
): string {
  const section = topic === null ? question : `${question}:${topic}`
  // Typed words may look like the form's own signs.
  const said = text
    .replace(/\s+/g, ' ')
    .replaceAll('->', '→')
    .trim()
    .replace(/^[#[ ]+/, '')
  return `[${section}]\n${said || '…'}${arrow}${meaning ?? openMeaning}\n`
}
