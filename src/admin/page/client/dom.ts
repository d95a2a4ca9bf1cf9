// Helpers for the scripts of the operator's page: its texts, buttons, names, numbers, and the message line.

import type { DeskInfo } from '../../schemas.ts'
import type { PageTexts } from '../texts.ts'
import { byId, h, type Props } from './elements.ts'

export const texts: PageTexts = JSON.parse(byId('texts').textContent ?? '{}')

/** A button that is disabled while its action runs; a failure is shown in the message line. */
export function button(
  text: string,
  action: () => Promise<void> | void,
  props: Props = {},
): HTMLButtonElement {
  const made = h('button', { type: 'button', ...props }, text)
  made.addEventListener('click', () => void run(made, action))
  return made
}

/** Runs an action and shows a failure in the message line. @param control disabled while the action runs */
export async function run(
  control: HTMLButtonElement | undefined,
  action: () => Promise<void> | void,
): Promise<void> {
  if (control) control.disabled = true
  try {
    await action()
  } catch (error) {
    showMessage(`${texts.failed} ${reasonOf(error)}`, true)
  } finally {
    if (control) control.disabled = false
  }
}

/** In the page's language where the page knows the problem's code, else as the server says it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  return texts.problems[code] ?? error.message
}

let clearing: ReturnType<typeof setTimeout> | undefined

/** Shows one line at the bottom of the window for 8 s, wherever the page is scrolled to. */
export function showMessage(text: string, isError = false): void {
  byId('message').textContent = text
  byId('message').classList.toggle('bad', isError)
  clearTimeout(clearing)
  clearing = setTimeout(() => {
    byId('message').textContent = ''
  }, 8_000)
}

/** Names of the desk's topics, symptoms, steps and notes in the page's language, from the desk: they are data. */
const deskNames = new Map<string, string>()

export function nameDesk({ topics, steps, notes }: DeskInfo): void {
  const symptoms = topics.flatMap((topic) => topic.symptoms)
  for (const { name, label } of [...notes, ...steps, ...symptoms, ...topics]) deskNames.set(name, label)
}

/** The name of a state, an outcome, or something of the desk in the page's language. */
export function nameOf(word: string): string {
  return texts.names[word] ?? deskNames.get(word) ?? word
}

/** `06 12 34 56 78`, `612 34 56 78`: in pairs, after a group of three where the count is odd. */
export function phoneText(digits: string): string {
  return digits.replace(/\d(?=(?:\d\d)+$)/g, (digit, _, at: number) => (at === 0 ? digit : `${digit} `))
}

/** What the caller dialled: a number is grouped, anything else stays as the dialplan said it. */
export const dialledText = (dialled: string): string =>
  /^\d{8,}$/.test(dialled) ? phoneText(dialled) : dialled

/** A machine by its address: `http://10.0.0.11:8080` is `10.0.0.11:8080`. */
export const hostOf = (url: string): string => URL.parse(url)?.host ?? url

/** Names the machines whose recordings are not in a list; '' where all are. */
export const missingText = (machines: readonly string[]): string =>
  machines.length === 0 ? '' : `${texts.missingMachines} ${machines.map(hostOf).join(', ')}`

export function localTime(iso: string | number): string {
  return new Date(iso).toLocaleString(document.documentElement.lang, {
    dateStyle: 'short',
    timeStyle: 'medium',
  })
}
