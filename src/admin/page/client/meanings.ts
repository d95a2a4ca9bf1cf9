// The desk's questions, and what was understood in an answer, in the words of the page.

import type { DeskInfo } from '../../schemas.ts'
import { askJson } from './api.ts'
import { nameDesk, nameOf, texts } from './dom.ts'

/** Names the desk's topics, symptoms, steps and notes; without the scope for the desk, bare names are shown. */
export async function learnDesk(): Promise<DeskInfo | undefined> {
  const path = `/api/desk?lang=${document.documentElement.lang}`
  const desk = await askJson<DeskInfo>(path).catch(() => undefined)
  if (desk) nameDesk(desk)
  return desk
}

export const questionName = (question: string): string => texts.meanings.questions[question] ?? question

export const fieldName = (field: string): string => texts.meanings.fields[field] ?? field

/** A value of a field: a list has commas. */
export const valueName = (value: string): string =>
  value
    .split(', ')
    .map((one) => texts.meanings.values[one] ?? nameOf(one))
    .join(', ')

/** `stuck 0.93, decided`, as the desk explains the trained reader, in words. */
export function readerText(reader: string): string {
  const [, meaning = reader, sure = '', decided] = /^(\S+) (\d\.\d+)(, decided)?$/.exec(reader) ?? []
  if (sure === '') return meaning
  const percent = `${Math.round(Number(sure) * 100)} %`
  return `${valueName(meaning)}, ${texts.trySure} ${percent}${decided ? `, ${texts.tryDecided}` : ''}`
}
