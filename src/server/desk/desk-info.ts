// What the operator sees of the desk in use: its topics, symptoms, steps and notes, named in the operator's language.
// That may be a language that no call is in, whose file of words was not compiled.

import type { DeskInfo } from '../../admin/schemas.ts'
import type { Desk } from '../../desk/desk.ts'

/** Names by the desk's own names, as a file of words has them. */
export type DeskNames = Readonly<
  Record<'topics' | 'symptoms' | 'steps' | 'notes', Readonly<Record<string, string | undefined>>>
>

/** @param own names in the operator's language; what they lack is named as the bot names it */
export function infoOf(
  { topics, steps, notes, words }: Desk,
  language: string,
  own: DeskNames | undefined,
): Omit<DeskInfo, 'generation'> {
  const { names } = words[language]
  const labelled = (table: keyof DeskNames, name: string) => ({
    name,
    label: own?.[table][name] ?? names[table][name],
  })
  return {
    topics: topics.map(({ name, key, symptoms }) => ({
      ...labelled('topics', name),
      key,
      symptoms: symptoms.map((symptom) => ({ ...labelled('symptoms', symptom.name), key: symptom.key })),
    })),
    steps: steps.map(({ name }) => labelled('steps', name)),
    notes: notes.map((name) => labelled('notes', name)),
  }
}

/** The names in a file of words; whatever else is in it, or is wrong with it, does not matter here. */
export function namesIn(content: unknown): DeskNames {
  const table = (name: keyof DeskNames) =>
    Object.fromEntries(
      Object.entries((content as Record<string, Record<string, unknown>> | null)?.[name] ?? {}).map(
        ([entry, value]) => [entry, labelOf(value)],
      ),
    )
  return {
    ...{ topics: table('topics'), symptoms: table('symptoms'), steps: table('steps') },
    notes: table('notes'),
  }
}

function labelOf(entry: unknown): string | undefined {
  const name = (entry as { name?: unknown } | null)?.name
  return typeof name === 'string' && name !== '' ? name : undefined
}
