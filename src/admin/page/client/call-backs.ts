// The call-backs that callers were promised, where several machines share the list of them: who waits, since when and
// for what, and a button that takes one off the list once it was made.

import type { ListedCallBack } from '../../call-back-schemas.ts'
import { askJson, post } from './api.ts'
import { button, localTime, nameOf, phoneText, showMessage, texts } from './dom.ts'
import { byId, h } from './elements.ts'
import { lookAgain } from './look-again.ts'
import { learnDesk } from './meanings.ts'

const lookEveryMs = 60_000

/** Looks as long as the page is open; does nothing where there is no such list. */
export async function showCallBacks(): Promise<void> {
  if (document.getElementById('call-backs') === null) return
  await learnDesk()
  await lookAgain(lookEveryMs, byId('call-backs-fault'), show)
}

/** The list on the page, as the API answered it. */
let shown = ''

async function show(): Promise<void> {
  const box = byId('call-backs')
  const { callBacks } = await askJson<{ callBacks: ListedCallBack[] }>('/api/call-backs')
  const answer = JSON.stringify(callBacks)
  // New rows would take the focus, and a click that has begun.
  if (answer === shown) return
  shown = answer
  const held = document.activeElement?.closest<HTMLElement>('#call-backs tr')?.dataset.id
  const { columns, none } = texts.callBacks
  const heads = Object.values(columns).map((name) => h('th', { scope: 'col' }, name))
  const table = h(
    'table',
    { class: 'audit' },
    h('thead', {}, h('tr', {}, ...heads)),
    h('tbody', {}, ...callBacks.map(row)),
  )
  const scroll = { class: 'scroll', tabindex: 0, role: 'group', 'aria-labelledby': 'call-backs-title' }
  box.replaceChildren(callBacks.length > 0 ? h('div', scroll, table) : h('p', { class: 'empty' }, none))
  if (held !== undefined) box.querySelector<HTMLElement>(`[data-id="${held}"] button`)?.focus()
}

function row(callBack: ListedCallBack): HTMLTableRowElement {
  const { id, phone, name, topic, symptom, language, promisedWallMs } = callBack
  const { unknown, done, doneSaid } = texts.callBacks
  const who = name ?? (phone === null ? unknown : phoneText(phone))
  const problem = [topic, symptom].flatMap((one) => (one === null ? [] : [nameOf(one)])).join(' · ')
  const finish = button(
    done,
    async () => {
      await post(`/api/call-backs/${id}/done`)
      await show()
      // The button that had the focus is gone.
      byId('call-backs-title').focus()
      showMessage(doneSaid)
    },
    { class: 'quiet', 'aria-label': `${done} : ${who}` },
  )
  const promised = h('time', {}, localTime(promisedWallMs))
  const number = phone === null ? unknown : phoneText(phone)
  const cells = [promised, name ?? unknown, number, problem || unknown, language, finish]
  return h('tr', { 'data-id': id }, ...cells.map((cell) => h('td', {}, cell)))
}
