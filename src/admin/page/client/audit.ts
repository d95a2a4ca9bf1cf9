// The audit trail: who read, heard, changed or erased what. Loaded when it is opened, and only for a token that may
// erase.

import { ask } from './api.ts'
import { button, localTime, run, texts } from './dom.ts'
import { byId, h } from './elements.ts'

type Entry = { time: string; who: string; address: string; action: string; id?: string }

/** Shows the trail while its part of the page is open. */
export function followAudit(): void {
  const box = byId('audit') as HTMLDetailsElement
  const form = byId('audit-filter') as HTMLFormElement
  box.addEventListener('toggle', () => {
    if (box.open) void run(undefined, () => showTrail(form))
  })
  form.onsubmit = (event) => {
    event.preventDefault()
    void run(form.querySelector('button') ?? undefined, () => showTrail(form))
  }
}

async function showTrail(form: HTMLFormElement): Promise<void> {
  const body = h('tbody')
  const names = ['time', 'who', 'action', 'id', 'address'] as const
  const heads = names.map((name) => h('th', { scope: 'col' }, texts.auditColumns[name]))
  const table = h('table', { class: 'audit' }, h('thead', {}, h('tr', {}, ...heads)), body)
  byId('audit-lines').replaceChildren(
    h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-labelledby': 'audit-title' }, table),
  )
  await showPage(body, questionOf(form))
}

/** @param question without `before` for the newest */
async function showPage(body: HTMLTableSectionElement, question: URLSearchParams): Promise<void> {
  const answer = await ask(`/api/audit?${question}`)
  const { entries, next } = (await answer.json()) as { entries: Entry[]; next: number | null }
  body.append(...entries.map(row))
  const lines = byId('audit-lines')
  lines.querySelector('button')?.remove()
  if (body.childElementCount === 0) lines.replaceChildren(h('p', { class: 'empty' }, texts.noAudit))
  if (next === null) return
  question.set('skip', String(next))
  lines.append(button(texts.more, () => showPage(body, question)))
}

function row({ time, who, action, id = '', address }: Entry): HTMLTableRowElement {
  const what = texts.actions[action] ?? action
  const cells = [h('time', { datetime: time }, localTime(time)), who, what, h('code', {}, id), address]
  return h('tr', {}, ...cells.map((cell) => h('td', {}, cell)))
}

/** The filled fields; a day is the operator's own, from midnight to midnight. */
function questionOf(form: HTMLFormElement): URLSearchParams {
  const question = new URLSearchParams()
  for (const [name, given] of new FormData(form)) {
    const value = String(given)
    if (value === '') continue
    if (name !== 'day') question.set(name, value)
    else {
      const start = new Date(`${value}T00:00`)
      question.set('from', start.toISOString())
      start.setDate(start.getDate() + 1)
      question.set('to', start.toISOString())
    }
  }
  return question
}
