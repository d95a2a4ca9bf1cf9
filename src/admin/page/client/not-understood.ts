// Turns that the desk could not use: hear each one from the moment when the caller began to speak, say what it means or
// leave that open, and export it as a labelled line. Loaded when it is opened.

import type { CallRecord } from '../../../recording/files.ts'
import type { TurnList } from '../../not-understood-schemas.ts'
import type { DeskInfo } from '../../schemas.ts'
import { hasWords } from '../../turn-words.ts'
import { askJson, post } from './api.ts'
import { button, hostOf, localTime, missingText, run, showMessage, texts } from './dom.ts'
import { byId, h, saveFile } from './elements.ts'
import { pathTo } from './found.ts'
import { learnDesk, questionName, valueName } from './meanings.ts'
import { closePlayer, play } from './player.ts'

type Turn = TurnList['turns'][number]

/** As the form for a saying takes it. */
const longestSaying = 120
/** The detector notices a voice a little late. */
const beforeMs = 500
/** Values of `intent` that an operator can choose, in the order of the list. */
const intents = [
  ...['human', 'repeat', 'wait', 'goodbye', 'done', 'stuck', 'confused'],
  ...['otherDesk', 'solved', 'back', 'refuse', 'robot', 'complaint'],
]

/** Shows the turns while their part of the page is open. */
export function followTurns(): void {
  const box = byId('turns') as HTMLDetailsElement
  const form = byId('turns-filter') as HTMLFormElement
  box.addEventListener('toggle', () => {
    if (box.open) void run(undefined, () => showTurns(form))
    else closePlayer()
  })
  form.onsubmit = (event) => {
    event.preventDefault()
    void run(form.querySelector('button') ?? undefined, () => showTurns(form))
  }
}

async function showTurns(form: HTMLFormElement): Promise<void> {
  const choice = meaningChoice(await learnDesk())
  const list = h('ul', { class: 'recordings' })
  byId('turn-list').replaceChildren(list)
  const question = new URLSearchParams()
  for (const [name, value] of new FormData(form)) {
    if (value === '') continue
    for (const part of name === 'day' ? ['from', 'to'] : [name]) question.set(part, String(value))
  }
  await showPage(list, question, choice)
}

/** @param question without `before` for the newest */
async function showPage(
  list: HTMLUListElement,
  question: URLSearchParams,
  choice: HTMLSelectElement,
): Promise<void> {
  const { turns, next, isComplete, missing = [] } = await askJson<TurnList>(`/api/not-understood?${question}`)
  list.append(...turns.map((turn) => row(turn, choice)))
  list.nextSibling?.remove()
  if (list.childElementCount === 0) list.replaceWith(h('p', { class: 'empty' }, texts.turns.none))
  byId('turns-state').textContent = missingText(missing) || (isComplete ? '' : texts.indexing)
  if (next === null) return
  const more = button(texts.more, async () => {
    const last = list.lastElementChild
    question.set('before', String(next))
    await showPage(list, question, choice)
    // The button that had the focus is gone.
    last?.nextElementSibling?.querySelector('button')?.focus()
  })
  list.after(more)
}

function row(turn: Turn, choice: HTMLSelectElement): HTMLLIElement {
  const said = saidText(turn)
  const listen = button('▶', () => hear(turn), {
    class: 'quiet',
    'aria-label': `${texts.turns.hear} ${said}`,
  })
  return h(
    'li',
    {},
    ...(turn.audio === 'none' ? [h('span', { class: 'chip' }, texts.noAudio)] : [listen]),
    h('time', {}, localTime(Date.parse(turn.startedAt) + turn.atMs)),
    h('span', { class: 'chip' }, questionName(turn.question)),
    h('span', { class: 'grow' }, said),
    ...(turn.machine ? [h('small', {}, hostOf(turn.machine))] : []),
    ...(hasWords(turn) ? exportOf(turn, said, choice) : []),
  )
}

function saidText({ text }: Turn): string {
  if (text === '') return texts.turns.noWords
  if (text.startsWith('⌨')) return `${texts.turns.key} ${text.slice(2)}`
  return text.startsWith('•') ? texts.turns.hidden : `« ${text} »`
}

async function hear(turn: Turn): Promise<void> {
  const { id, audio, machine } = turn
  const record = await askJson<CallRecord>(pathTo(id, '.json', machine))
  await play(
    { record, audio, ...(machine && { machine }) },
    byId('turn-player'),
    Math.max(0, turn.atMs - beforeMs),
  )
}

/** What the turn means, and the button that exports it so. */
function exportOf(turn: Turn, said: string, choice: HTMLSelectElement): HTMLElement[] {
  const meaning = choice.cloneNode(true) as HTMLSelectElement
  meaning.setAttribute('aria-label', `${texts.turns.meaning} ${said}`)
  const save = button(
    texts.turns.export,
    async () => {
      const { id, n, machine } = turn
      const chosen = meaning.value === '' ? undefined : meaning.value
      // JSON leaves out what is undefined.
      const answer = await post(`/api/not-understood/${id}/export`, { n, machine, meaning: chosen })
      const line = await answer.text()
      saveFile(`not-understood.${turn.language}.txt`, new Blob([line], { type: 'text/plain' }))
      showMessage(`${texts.turns.exported} ${line.trim().replace('\n', ' ')}`)
    },
    { class: 'quiet', 'aria-label': `${texts.turns.export} ${said}` },
  )
  return [meaning, save, ...teachOf(turn, said)]
}

/** Takes the words to the draft, where the operator writes what they stand for. Digits are left to the rules. */
function teachOf({ text }: Turn, said: string): HTMLElement[] {
  if (text.length > longestSaying || /\p{N}/u.test(text)) return []
  const teach = () => {
    const field = (name: string) =>
      (byId('draft-saying') as HTMLFormElement).elements.namedItem(name) as HTMLInputElement
    field('said').value = text.replace(/[\s.!?…]+$/u, '')
    field('means').focus()
  }
  return [button(texts.turns.teach, teach, { class: 'quiet', 'aria-label': `${texts.turns.teach} ${said}` })]
}

/** All that a turn can mean, with the topics and symptoms of the desk. */
function meaningChoice(desk: DeskInfo | undefined): HTMLSelectElement {
  const option = (value: string, name: string) => h('option', { value }, name)
  const group = (label: string, options: HTMLElement[]) => h('optgroup', { label }, ...options)
  const named = (field: string, values: readonly string[]) =>
    values.map((value) => option(`${field}=${value}`, valueName(value)))
  const problems = (desk?.topics ?? []).flatMap(({ name, label, symptoms }) => [
    option(`topic=${name}`, label),
    ...symptoms.map((one) => option(`topic=${name} symptom=${one.name}`, `${label} : ${one.label}`)),
  ])
  return h(
    'select',
    {},
    option('', texts.turns.open),
    option('-', texts.turns.nothing),
    group(texts.turns.answers, named('answer', ['yes', 'no'])),
    group(texts.turns.intents, named('intent', intents)),
    ...(problems.length > 0 ? [group(texts.turns.problems, problems)] : []),
  )
}
