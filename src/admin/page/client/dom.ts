// Small helps for building the page: elements, its words, times, and the one line that says what went wrong.

import type { PageTexts } from '../texts.ts'

export const texts: PageTexts = JSON.parse(byId('texts').textContent ?? '{}')

type Props = Record<string, string | number | boolean | ((event: Event) => void)>

/** @param props attributes; a function listens to the event of that name; false leaves the attribute out */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name, value)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== false) element.setAttribute(name, String(value))
  }
  element.append(...children)
  return element
}

export function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`the page has no #${id}`)
  return element
}

/** Runs what a button asks for; a failure is shown, and the button rests meanwhile. */
export function button(
  text: string,
  action: () => Promise<void> | void,
  props: Props = {},
): HTMLButtonElement {
  const made = h('button', { type: 'button', ...props }, text)
  made.addEventListener('click', () => void run(made, action))
  return made
}

export async function run(
  resting: HTMLButtonElement | undefined,
  action: () => Promise<void> | void,
): Promise<void> {
  if (resting) resting.disabled = true
  try {
    await action()
  } catch (error) {
    say(`${texts.failed} ${error instanceof Error ? error.message : String(error)}`, true)
  } finally {
    if (resting) resting.disabled = false
  }
}

let clearing: ReturnType<typeof setTimeout> | undefined

/** One line over the foot of the window, wherever the page is scrolled to. */
export function say(text: string, isFault = false): void {
  byId('message').textContent = text
  byId('message').classList.toggle('bad', isFault)
  clearTimeout(clearing)
  clearing = setTimeout(() => {
    byId('message').textContent = ''
  }, 8_000)
}

/** A state, outcome or topic in the page's language. */
export function nameOf(word: string): string {
  return texts.names[word] ?? word
}

/** `0612345678` in pairs, as French numbers are read. */
export function phoneText(digits: string): string {
  return digits.replace(/(\d\d)(?=\d)/g, '$1 ')
}

/** 83 400 ms are `1:23`. */
export function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

export function localTime(iso: string | number): string {
  return new Date(iso).toLocaleString(document.documentElement.lang, {
    dateStyle: 'short',
    timeStyle: 'medium',
  })
}
