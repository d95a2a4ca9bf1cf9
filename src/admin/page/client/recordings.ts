// Recordings: search by words, day, number, outcome or state; play one with the waveform of both sides and its
// transcript. A click on a line of the transcript plays from there.

import type { RecordingInfo } from '../../../recording/entry.ts'
import type { CallRecord } from '../../../recording/files.ts'
import type { Erased } from '../../../recording/forgotten.ts'
import { ask, askJson, post } from './api.ts'
import { consentText } from './consent.ts'
import { button, localTime, nameOf, nameTopics, phoneText, run, showMessage, texts } from './dom.ts'
import { byId, clockTime, h } from './elements.ts'
import { isLive } from './live.ts'
import { traceView } from './trace.ts'
import { drawWhole, wholeWave } from './wave.ts'

type Page = { recordings: Found[]; next: number | null; isComplete: boolean }
type Found = Pick<RecordingInfo, 'day' | 'audio' | 'stage' | 'record'>

/** Without the scope for the desk, topics are shown by their bare names. */
async function learnTopics(): Promise<void> {
  const path = `/api/desk?lang=${document.documentElement.lang}`
  const desk = await askJson<{ topics: { name: string; label: string }[] }>(path).catch(() => undefined)
  if (desk) nameTopics(desk.topics)
}

let closePlayer = () => {}

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
  await learnTopics()
  const query = queryOf(form)
  const list = h('ul', { class: 'recordings' })
  byId('recordings').replaceChildren(list)
  await showPage(list, query)
}

/** Downloads what the form asks for. */
async function saveAs(form: 'csv' | 'json'): Promise<void> {
  const query = queryOf(byId('search') as HTMLFormElement)
  const url = URL.createObjectURL(await (await post('/api/recordings/export', { ...query, form })).blob())
  h('a', { href: url, download: `recordings.${form}` }).click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
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
  const { recordings, next, isComplete } = (await answer.json()) as Page
  list.append(...recordings.map(recordingRow))
  list.nextSibling?.remove()
  if (list.childElementCount === 0) list.replaceWith(h('p', { class: 'empty' }, texts.noRecordings))
  byId('recordings-state').textContent = isComplete ? '' : texts.indexing
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
  const { record } = found
  const open = button('▶', () => play(found), { class: 'quiet', 'aria-label': `${texts.play} ${record.id}` })
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
    button(texts.remove, () => remove(record.id), { class: 'quiet danger' }),
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

async function remove(id: string): Promise<void> {
  if (!confirm(texts.removeSure)) return
  await ask(`/api/recordings/${id}`, { method: 'DELETE' })
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

async function play({ record, audio }: Found): Promise<void> {
  closePlayer()
  const player = byId('player')
  const sound = h('audio', { controls: true })
  const canvas = h('canvas', { width: 1_120, height: 140, class: 'seek' })
  const seek = (ms: number) => {
    sound.currentTime = ms / 1_000
    void run(undefined, () => sound.play())
  }
  const lines = record.transcript.map((line) => ({ line, item: lineButton(line, sound) }))
  const list =
    lines.length > 0 ? h('ol', { class: 'lines long' }) : h('p', { class: 'empty' }, texts.noTranscript)
  for (const { item } of lines) list.append(h('li', { class: item.className }, item))
  player.replaceChildren(
    h(
      'header',
      { class: 'row' },
      h('strong', {}, localTime(record.startedAt)),
      h('code', {}, record.id.slice(0, 8)),
      h('span', { class: 'grow' }),
      button(texts.close, () => closePlayer(), { class: 'quiet' }),
    ),
    h('small', { class: 'fact' }, consentText(record.recording)),
    ...(audio === 'none' ? [h('p', { class: 'empty' }, texts.audioNotKept)] : [canvas, sound]),
    list,
    ...(record.transcript.length > 0 ? [traceView(record, audio === 'none' ? undefined : seek)] : []),
  )
  player.hidden = false
  closePlayer = () => {
    sound.pause()
    URL.revokeObjectURL(sound.src)
    player.hidden = true
    closePlayer = () => {}
  }
  player.scrollIntoView({ block: 'nearest' })
  if (audio === 'none') return
  const bytes = await (await ask(`/api/recordings/${record.id}.${audio === 'raw' ? 'wav' : 'mp3'}`)).blob()
  sound.src = URL.createObjectURL(bytes)
  const decoded = await new OfflineAudioContext(2, 1, 8_000).decodeAudioData(await bytes.arrayBuffer())
  const left = decoded.getChannelData(0)
  const wave = wholeWave(left, decoded.numberOfChannels > 1 ? decoded.getChannelData(1) : left, 560)
  const show = () => {
    drawWhole(canvas, wave, sound.currentTime / decoded.duration)
    const nowMs = sound.currentTime * 1_000
    const current = lines.findLast(({ line }) => line.atMs <= nowMs)
    for (const { item } of lines) item.classList.toggle('now', item === current?.item && !sound.paused)
    if (current && !sound.paused) keepInSight(list, current.item)
  }
  sound.ontimeupdate = show
  sound.onseeked = show
  canvas.onclick = ({ offsetX }) => {
    sound.currentTime = (offsetX / canvas.clientWidth) * decoded.duration
  }
  show()
  await sound.play()
}

/** Scrolls only the list; the page stays where it is. */
function keepInSight(list: HTMLElement, item: HTMLElement): void {
  const below = item.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom
  const above = list.getBoundingClientRect().top - item.getBoundingClientRect().top
  if (below > 0) list.scrollTop += below
  if (above > 0) list.scrollTop -= above
}

function lineButton(line: CallRecord['transcript'][number], sound: HTMLAudioElement): HTMLButtonElement {
  const who = line.who === 'caller' ? texts.caller : texts.agent
  const item = button(
    `${clockTime(line.atMs)} ${who} — ${line.text}${line.cut ? ` — ${texts.interrupted}` : ''}`,
    async () => {
      sound.currentTime = line.atMs / 1_000
      await sound.play()
    },
    { class: `line ${line.who}` },
  )
  return item
}
