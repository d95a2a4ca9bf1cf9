// Recordings of all machines: search by words, day, number, outcome or state, export, delete and erase. player.ts plays
// one.

import type { Erased } from '../../../recording/forgotten.ts'
import { ask, post } from './api.ts'
import { partsOf } from './call-parts.ts'
import { button, hostOf, localTime, missingText, nameOf, phoneText, run, showMessage, texts } from './dom.ts'
import { byId, clockTime, h, saveFile } from './elements.ts'
import { type Found, type Page, pathOf } from './found.ts'
import { isLive } from './live.ts'
import { learnDesk } from './meanings.ts'
import { closePlayer, play } from './player.ts'

export async function showRecordings(): Promise<void> {
  const form = byId('search') as HTMLFormElement
  form.onsubmit = (event) => {
    event.preventDefault()
    void run(form.querySelector('button') ?? undefined, showRecordings)
  }
  const erase = byId('erase') as HTMLButtonElement
  erase.onclick = () => void run(erase, () => eraseCaller(form))
  for (const form of ['csv', 'json'] as const) {
    const save = byId(`export-${form}`) as HTMLButtonElement
    save.onclick = () => void run(save, () => saveAs(form))
  }
  await learnDesk()
  const query = queryOf(form)
  const list = h('ul', { class: 'recordings' })
  byId('recordings').replaceChildren(list)
  await showPage(list, query)
}

/** Downloads what the form asks for. */
async function saveAs(form: 'csv' | 'json'): Promise<void> {
  const query = queryOf(byId('search') as HTMLFormElement)
  const answer = await post('/api/recordings/export', { ...query, form })
  const missing = answer.headers.get('X-Missing-Machines')
  const file = await answer.blob()
  if (missing !== null) showMessage(missingText(missing.split(' ')), true)
  saveFile(`recordings.${form}`, file)
}

/** What the form asks for. */
function queryOf(form: HTMLFormElement): Record<string, string> {
  const query: Record<string, string> = {}
  for (const [name, value] of new FormData(form)) {
    if (value === '') continue
    if (name === 'day') {
      query.from = String(value)
      query.to = String(value)
    } else query[name] = String(value)
  }
  return query
}

/** Adds a page to the list, and a button for the next one. */
async function showPage(list: HTMLUListElement, query: Record<string, string | number>): Promise<void> {
  // In the body, because a proxy writes paths and queries into its log.
  const answer = await post('/api/recordings/search', query)
  const { recordings, next, isComplete, missing = [] } = (await answer.json()) as Page
  list.append(...recordings.map(recordingRow))
  list.nextSibling?.remove()
  if (list.childElementCount === 0) list.replaceWith(h('p', { class: 'empty' }, texts.noRecordings))
  byId('recordings-state').textContent = missingText(missing) || (isComplete ? '' : texts.indexing)
  if (next === null) return
  const more = button(texts.more, async () => {
    const last = list.lastElementChild
    await showPage(list, { ...query, before: next })
    // The button that had the focus is gone.
    last?.nextElementSibling?.querySelector('button')?.focus()
  })
  list.after(more)
}

function recordingRow(found: Found): HTMLLIElement {
  const { record, machine } = found
  const open = button('▶', () => play(found, byId('player')), {
    class: 'quiet',
    'aria-label': `${texts.play} ${record.id}`,
  })
  // The row already has the outcome; the state reached before it says more.
  const last = record.states.findLast(({ state }) => state !== record.outcome)?.state ?? ''
  const about = [record.name, record.phone && phoneText(record.phone), record.topic && nameOf(record.topic)]
  return h(
    'li',
    {},
    open,
    h('time', {}, localTime(record.startedAt)),
    h('span', {}, clockTime(record.durationMs ?? 0)),
    h('span', { class: `chip ${record.outcome ?? ''}` }, outcomeOf(found)),
    ...leftOf(found).map((text) => h('span', { class: 'chip' }, text)),
    h('span', { class: 'last' }, nameOf(last)),
    h('span', { class: 'grow' }, about.filter(Boolean).join(' · ')),
    ...(machine ? [h('small', {}, hostOf(machine))] : []),
    button(texts.remove, () => remove(found), { class: 'quiet danger' }),
  )
}

function outcomeOf({ record, stage }: Found): string {
  if (record.outcome) return nameOf(record.outcome)
  if (isLive(record.callId)) return texts.running
  return stage === 'incomplete' || stage === 'unreadable' ? texts[stage] : texts.interrupted
}

/** What is missing of an ended call: the audio, or everything but the statistics. */
function leftOf({ record, stage, audio }: Found): string[] {
  if (stage === 'statistics') return [texts.statistics]
  return audio === 'none' && stage === 'whole' && !isLive(record.callId) ? [texts.noAudio] : []
}

/** With the other parts of its call: they hold the same caller's words. */
async function remove(found: Found): Promise<void> {
  const { parts, missing } = await partsOf(found)
  const all = parts.length > 1 ? parts : [found]
  const sure = all.length > 1 ? `${texts.removePartsSure} (${all.length})` : texts.removeSure
  if (!confirm(missing.length > 0 ? `${sure} ${missingText(missing)}` : sure)) return
  for (const part of all) await ask(pathOf(part), { method: 'DELETE' })
  closePlayer()
  await showRecordings()
}

async function eraseCaller(form: HTMLFormElement): Promise<void> {
  const input = form.elements.namedItem('phone') as HTMLInputElement
  input.required = true
  const isWhole = input.reportValidity()
  input.required = false
  if (!isWhole || !confirm(`${input.value}: ${texts.eraseSure}`)) return
  const answer = await post('/api/callers/erase', { phone: input.value })
  const { erased, recordings, live, unmatched } = (await answer.json()) as Erased
  closePlayer()
  await showRecordings()
  const running = live.length === 0 ? '' : ` ${live.length} ${texts.eraseLive}`
  const others = unmatched === 0 ? '' : ` ${unmatched} ${texts.unmatched}`
  showMessage(`${erased.length} ${texts.erased} ${recordings} ${texts.erasedRecordings}.${running}${others}`)
}
