// Parts of the open call’s card that keep no state: its texts, a line of the transcript, the forms to say and to hint.

import type { HistoryEntry } from '../../../call/history.ts'
import type { CallInfo } from '../../../calls/views.ts'
import { post } from './api.ts'
import { run, showMessage, texts } from './dom.ts'
import { h } from './elements.ts'
import { RequestError } from './requests.ts'

/** As in call/history.ts, which the browser need not load. */
const supervisorMark = '🎧'

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

/** The forms with which an operator says a sentence to the caller, and tells the bot what to say. */
export function sayForms(path: string): HTMLFormElement[] {
  const says = textForm(texts.sayLabel, texts.say, async (text) => {
    await post(`${path}/say`, { text })
  })
  const hints = textForm(texts.hintLabel, texts.hint, async (text) => {
    try {
      await post(`${path}/hint`, { text })
      showMessage(texts.hintTaken)
    } catch (error) {
      // The script words this call: the hint is offered as a sentence to say.
      if (error instanceof RequestError && error.code === 'no_model') {
        says.input.value = text
        says.input.focus()
      }
      throw error
    }
  })
  return [says.form, hints.form]
}

function textForm(label: string, verb: string, send: (text: string) => Promise<void>) {
  const input = h('input', { 'aria-label': label, placeholder: label, maxlength: 500, required: true })
  const form = h('form', { class: 'row grow' }, input, h('button', { type: 'submit' }, verb))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void run(undefined, async () => {
      await send(input.value)
      input.value = ''
    })
  })
  return { form, input }
}

export function lineItem({ who, text, cut }: Line): HTMLLIElement {
  const name = who === 'caller' ? texts.caller : texts.agent
  const interrupted = cut ? [h('em', {}, ` — ${texts.interrupted}`)] : []
  if (who === 'agent' && text === supervisorMark)
    return h('li', { class: who }, h('b', {}, texts.supervisor), ` ${texts.supervisorSpeaks}`)
  return h('li', { class: who }, h('b', {}, name), ` ${text}`, ...interrupted)
}
