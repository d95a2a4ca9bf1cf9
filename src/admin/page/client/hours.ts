// Opening hours, exceptions and the message of the day: what is in use, where it comes from, and a form to change it.
// A text that equals the setting is not the site's own: it follows the setting.

import type { HoursInfo, HoursValue } from '../../hours-types.ts'
import { askJson, post } from './api.ts'
import { run, showMessage, texts } from './dom.ts'
import { byId, h } from './elements.ts'
import { play } from './play.ts'

const fields = ['hours', 'exceptions', 'message', 'until'] as const
type Field = (typeof fields)[number]
const settingNames: Record<Field, string> = {
  hours: 'OPENING_HOURS',
  exceptions: 'OPENING_EXCEPTIONS',
  message: 'MESSAGE_OF_THE_DAY',
  until: 'MESSAGE_OF_THE_DAY_UNTIL',
}

let shown: HoursInfo | undefined

/** Makes the form work. @param onChanged called after each change */
export function offerHours(onChanged: () => Promise<void>): void {
  const form = formOf()
  form.addEventListener('input', update)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void run(buttonOf('publish'), async () => {
      if (!shown) return
      await post('/api/hours', { ...changedValues(shown), version: shown.version }, 'PUT')
      await showHours()
      await onChanged()
      showMessage(texts.hoursPublished)
    }).then(update)
  })
  form.addEventListener('reset', (event) => {
    event.preventDefault()
    if (shown) fill(shown)
  })
  buttonOf('hear').addEventListener(
    'click',
    () =>
      void run(buttonOf('hear'), async () => {
        const body = { text: inputOf('message').value, language: shown?.language }
        await play(await post('/api/phrases/welcome/preview', body))
      }).then(update),
  )
}

/** Shows what is in use now. What was typed and not published is lost. */
export async function showHours(): Promise<void> {
  shown = await askJson<HoursInfo>('/api/hours')
  fill(shown)
  const { isOpen, decides, sentence, message, isMessageOn } = shown
  const lines = [isOpen ? texts.openNow : texts.closedNow]
  if (!decides) lines.push(texts.notDeciding)
  if (message.value !== '' && !isMessageOn) lines.push(texts.messageOver)
  byId('hours-now').replaceChildren(h('strong', {}, lines.join(' ')), ` ${texts.callersHear} « ${sentence} »`)
}

function fill(info: HoursInfo): void {
  for (const name of fields) {
    inputOf(name).value = asTyped(name, info[name].value)
    byId(`hours-${name}-source`).replaceChildren(...sourceOf(name, info[name]))
  }
  update()
}

/** Which one counts, and a button that takes the setting. */
function sourceOf(name: Field, { source, setting }: HoursValue): (Node | string)[] {
  if (source === 'settings') return [`${texts.fromSetting} ${settingNames[name]}`]
  const use = h('button', { type: 'button', class: 'link' }, texts.useSetting)
  use.addEventListener('click', () => {
    inputOf(name).value = asTyped(name, setting)
    update()
  })
  return [`${texts.fromSite} ${settingNames[name]} : ${setting === '' ? texts.empty : setting} · `, use]
}

/** The buttons that make sense now. */
function update(): void {
  const isChanged = shown !== undefined && Object.keys(changedValues(shown)).length > 0
  buttonOf('publish').disabled = !isChanged
  buttonOf('discard').hidden = !isChanged
  buttonOf('hear').disabled = inputOf('message').value.trim() === ''
}

function changedValues(info: HoursInfo): Partial<Record<Field, string | null>> {
  const changed: Partial<Record<Field, string | null>> = {}
  for (const name of fields) {
    const value = inputOf(name).value.trim()
    if (value === asTyped(name, info[name].value)) continue
    changed[name] = value === asTyped(name, info[name].setting) ? null : value
  }
  return changed
}

/** As the form has it: one exception per line, and a day as the browser's field for dates wants it. */
function asTyped(name: Field, value: string): string {
  if (name === 'exceptions')
    return value
      .split(/[;\n]/)
      .map((clause) => clause.trim())
      .filter((clause) => clause !== '')
      .join('\n')
  if (name !== 'until') return value.trim()
  const [, day = '', month = '', year = ''] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(value) ?? []
  return year === '' ? value : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

const formOf = () => byId('hours') as HTMLFormElement
const inputOf = (name: Field) => formOf().elements.namedItem(name) as HTMLInputElement | HTMLTextAreaElement
const buttonOf = (name: 'publish' | 'hear' | 'discard') => byId(`hours-${name}`) as HTMLButtonElement
