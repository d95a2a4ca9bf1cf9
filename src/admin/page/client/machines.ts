// The machines that work together, where there are several: what each carries, how it is set, and which are off. What
// should be the same everywhere and is not is marked.

import type { Machine } from '../../schemas.ts'
import { askJson } from './api.ts'
import { differing, sameEverywhere } from './differing.ts'
import { hostOf, localTime, texts } from './dom.ts'
import { byId, h } from './elements.ts'
import { lookAgain } from './look-again.ts'

type Machines = { machines: Machine[]; away: { url: string; lastSeenWallMs: number }[] }
type Fact = { name: string; value: Node | string; differs?: boolean }

const lookEveryMs = 5_000

/** Looks as long as the page is open; shows nothing where one machine is alone. */
export const showMachines = (): Promise<void> => lookAgain(lookEveryMs, byId('machines-fault'), show)

async function show(): Promise<void> {
  const { machines, away } = await askJson<Machines>('/api/machines')
  byId('machines').hidden = machines.length + away.length === 0
  const rare = new Map(sameEverywhere.map((what) => [what, new Set(differing(machines, what))]))
  const words = texts.machines
  const cards = machines.map((machine) => {
    const { url, isAsked, live, max, draining } = machine
    const state = draining ? chip(texts.draining, 'bad') : chip(texts.ready, 'good')
    const same = sameEverywhere.map((what) => ({
      name: words[what],
      value: String(machine[what]),
      differs: rare.get(what)!.has(machine),
    }))
    const facts = [{ name: words.calls, value: `${live} / ${max}` }, ...same]
    return card(url, isAsked ? words.thisOne : '', state, facts)
  })
  const off = away.map(({ url, lastSeenWallMs }) =>
    card(url, '', chip(words.off, 'bad'), [{ name: words.lastSeen, value: localTime(lastSeenWallMs) }]),
  )
  document.querySelector('.machines')!.replaceChildren(...cards, ...off)
  const apart = sameEverywhere.filter((what) => rare.get(what)!.size > 0).map((what) => words[what])
  const text = apart.length > 0 ? `${words.differ} ${apart.join(', ')}` : ''
  // Assigned only when it changes, so that a screen reader does not read it every 5 s.
  if (byId('machines-differ').textContent !== text) byId('machines-differ').textContent = text
}

const chip = (text: string, kind: string) => h('span', { class: `chip ${kind}` }, text)

function card(url: string, note: string, state: Node, facts: readonly Fact[]): HTMLElement {
  const rows = facts.map(({ name, value, differs = false }) =>
    h(
      'div',
      { class: differs ? 'differs' : '' },
      h('dt', {}, name),
      h('dd', {}, value, ...(differs ? [' ', h('small', {}, texts.machines.differs)] : [])),
    ),
  )
  const head = h('div', { class: 'row' }, h('h3', {}, hostOf(url)), state, h('small', {}, note))
  return h('li', {}, head, h('dl', {}, ...rows))
}
