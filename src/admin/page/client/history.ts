// What the site has changed: who, when, the text before and after, and a button to take a change back. Loaded when it
// is opened, and after each change while it is open.

import type { HistoryEntry } from '../../../phrases/types.ts'
import { askJson, post } from './api.ts'
import { button, localTime, nameOf, run, showMessage, texts } from './dom.ts'
import { byId, h } from './elements.ts'

/** @param onUndone shows the phrases again @returns a function that shows the history again, while it is open */
export function followHistory(onUndone: () => Promise<void>): () => Promise<void> {
  const box = byId('history') as HTMLDetailsElement
  const show = async () => {
    if (!box.open) return
    const { changes } = await askJson<{ changes: HistoryEntry[] }>('/api/site/history')
    const list = h('ol', { class: 'history' }, ...changes.map(entry))
    byId('changes').replaceChildren(changes.length > 0 ? list : h('p', { class: 'empty' }, texts.noHistory))
  }
  const entry = (change: HistoryEntry): HTMLLIElement => {
    const undo = button(
      texts.undo,
      async () => {
        await post(`/api/site/history/${change.generation}/undo`)
        await onUndone()
        await show()
        showMessage(texts.undone)
      },
      { class: 'quiet', 'aria-label': `${texts.undo} ${change.items.map(({ id }) => id).join(', ')}` },
    )
    const number = change.undoes === null ? '' : ` ${texts.ofChange} ${change.undoes}`
    const what = `${nameOf(`change_${change.action}`)}${number}`
    const head = h(
      'div',
      { class: 'row' },
      ...(change.generation > 0 ? [h('small', {}, `${texts.change} ${change.generation}`)] : []),
      h('time', { datetime: change.at }, localTime(change.at)),
      h('strong', {}, change.by),
      h('span', { class: 'grow' }, what),
      ...(change.canUndo ? [undo] : []),
    )
    const more = change.more > 0 ? [h('p', { class: 'hint' }, `+ ${change.more}`)] : []
    return h('li', {}, head, ...change.items.flatMap(itemLines), ...more)
  }
  box.addEventListener('toggle', () => void run(undefined, show))
  return show
}

/** An item of a change: its text and voice before and after. */
export function itemLines(item: HistoryEntry['items'][number]): HTMLElement[] {
  const { id, before, after, soundBefore, soundAfter } = item
  const said = before === after ? [after ?? ''] : [h('del', {}, before ?? ''), ' ', h('ins', {}, after ?? '')]
  const voices = [soundBefore, soundAfter].map((voice) => (voice === null ? texts.asShipped : nameOf(voice)))
  const sound = voices[0] === voices[1] ? [] : [h('small', {}, `${texts.voice} ${voices.join(' → ')}`)]
  return [h('p', {}, h('code', {}, id), ' ', ...said), ...sound]
}
