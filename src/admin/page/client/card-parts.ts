// Parts of the open call’s card that keep no state: its texts, a line of the transcript, the form to say a sentence.

import type { HistoryEntry } from '../../../call/history.ts'
import type { CallInfo } from '../../../calls/views.ts'
import { post } from './api.ts'
import { run, texts } from './dom.ts'
import { h } from './elements.ts'

export type Line = Pick<HistoryEntry, 'who' | 'text'> & { cut?: boolean }

/** `stt deepgram · llm groq · tts openai` */
export function adaptersText(adapters: CallInfo['adapters']): string {
  return Object.entries(adapters)
    .map(([part, name]) => `${part} ${name}`)
    .join(' · ')
}

/** `English`, in the language of the page. */
export const languageName = (code: string): string =>
  new Intl.DisplayNames([document.documentElement.lang || 'en'], { type: 'language' }).of(code) ?? code

/** `Held back: 3 (number 2, claim 1)`; '' when nothing was. */
export function heldText(held: CallInfo['held']): string {
  const reasons = Object.entries(held)
  if (reasons.length === 0) return ''
  const count = reasons.reduce((sum, [, times]) => sum + times, 0)
  return `${texts.held}: ${count} (${reasons.map(([reason, times]) => `${reason} ${times}`).join(', ')})`
}

/** The form with which an operator says a sentence to the caller. */
export function sayForm(path: string): HTMLFormElement {
  const words = h('input', {
    'aria-label': texts.sayLabel,
    placeholder: texts.sayLabel,
    maxlength: 500,
    required: true,
  })
  const form = h('form', { class: 'row grow' }, words, h('button', { type: 'submit' }, texts.say))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void run(undefined, async () => {
      await post(`${path}/say`, { text: words.value })
      words.value = ''
    })
  })
  return form
}

export function lineItem({ who, text, cut }: Line): HTMLLIElement {
  const name = who === 'caller' ? texts.caller : texts.agent
  const interrupted = cut ? [h('em', {}, ` — ${texts.interrupted}`)] : []
  return h('li', { class: who }, h('b', {}, name), ` ${text}`, ...interrupted)
}
