// The draft of a change: what is in it, its rehearsal on recorded calls, and its publication. Nothing of it reaches a
// caller before it is published.

import type { HistoryEntry } from '../../../phrases/types.ts'
import type { DraftDifferences, DraftInfo } from '../../draft-types.ts'
import { askJson, post } from './api.ts'
import { button, nameOf, phoneText, run, showMessage, texts } from './dom.ts'
import { byId, h } from './elements.ts'
import { itemLines } from './history.ts'
import { valueName } from './meanings.ts'

/** While a rehearsal runs. */
const lookEveryMs = 1_000

let looking: ReturnType<typeof setTimeout> | undefined

/** @param onPublished shows again what a change of the site changes */
export function offerDraft(onPublished: () => Promise<void>): void {
  const onClick = (id: string, action: () => Promise<void>) => {
    const control = byId(id) as HTMLButtonElement
    control.addEventListener('click', () => void run(control, action))
  }
  const saying = byId('draft-saying') as HTMLFormElement
  saying.addEventListener('submit', (event) => {
    event.preventDefault()
    void run(byId('draft-saying-keep') as HTMLButtonElement, async () => {
      await post('/api/draft/saying', Object.fromEntries(new FormData(saying)), 'PUT')
      saying.reset()
      await showDraft()
      showMessage(texts.sayings.kept)
    })
  })
  onClick('draft-rehearse', async () => {
    await post('/api/draft/rehearse', { last: Number((byId('draft-last') as HTMLInputElement).value) })
    await showDraft()
  })
  onClick('draft-publish', async () => {
    await post('/api/draft/publish')
    await onPublished()
    await showDraft()
    byId('draft-title').focus()
    showMessage(texts.published)
  })
  onClick('draft-discard', async () => {
    await post('/api/draft', undefined, 'DELETE')
    await showDraft()
    byId('draft-title').focus()
  })
  onClick('draft-undo', async () => {
    await post(`/api/site/history/${byId('draft-undo').dataset.generation}/undo`)
    await onPublished()
    await showDraft()
    byId('draft-title').focus()
    showMessage(texts.undone)
  })
  const where = byId('draft-where') as HTMLDetailsElement
  where.addEventListener('toggle', () => {
    if (where.open) void run(undefined, showDifferences)
  })
}

export async function showDraft(): Promise<void> {
  clearTimeout(looking)
  const draft = await askJson<DraftInfo>('/api/draft')
  const { changes } = await askJson<{ changes: HistoryEntry[] }>('/api/site/history?limit=1')
  byId('draft-items').replaceChildren(...draft.items.map(itemOf))
  byId('draft-items').hidden = draft.items.length === 0
  byId('draft-tools').hidden = draft.items.length === 0
  const [last] = changes
  byId('draft-undo').hidden = last?.action !== 'draft' || !last.canUndo
  byId('draft-undo').dataset.generation = String(last?.generation)
  byId('draft-state').textContent = stateOf(draft)
  showWhere(draft)
  if (draft.rehearsal?.phase === 'running')
    looking = setTimeout(() => void run(undefined, showDraft), lookEveryMs)
}

function itemOf(item: DraftInfo['items'][number]): HTMLElement {
  const remove = button(
    texts.draftRemove,
    async () => {
      await post('/api/draft/remove', { id: item.id })
      await showDraft()
      byId('draft-title').focus()
    },
    { class: 'quiet', 'aria-label': `${texts.draftRemove} ${item.id}` },
  )
  return h('li', {}, ...itemLines(item), h('div', { class: 'row' }, remove))
}

function stateOf({ items, base, generation, rehearsal }: DraftInfo): string {
  if (items.length === 0) return texts.draftEmpty
  if (base !== generation) return texts.problems.draft_behind ?? ''
  if (rehearsal === null) return texts.draftNew
  const { phase, calls, left, total, reason } = rehearsal
  if (phase === 'failed') return `${texts.draftFailed} ${reason}`
  if (phase === 'running') return `${texts.draftRunning} ${calls + left} / ${total}`
  return `${texts.draftDone}${left > 0 ? ` ${left} ${texts.draftLeft}` : ''}`
}

/** "3 of 412 calls diverge", to be opened. */
function showWhere({ rehearsal }: DraftInfo): void {
  const where = byId('draft-where') as HTMLDetailsElement
  where.hidden = rehearsal?.phase !== 'done'
  const { differ, calls } = rehearsal ?? { differ: 0, calls: 0 }
  byId('draft-count').textContent = `${differ} ${texts.draftOf} ${calls} ${texts.draftDiverge}`
  if (!where.hidden) return
  where.open = false
  byId('draft-differences').replaceChildren()
}

async function showDifferences(): Promise<void> {
  const { differ, left } = await askJson<DraftDifferences>('/api/draft/differences')
  const rows = differ.map(({ call, what, atMs, was, is }) =>
    h(
      'li',
      {},
      h('h3', {}, `${clock(atMs)} · ${texts.draftWhat[what]}`),
      h(
        'dl',
        {},
        ...pair(texts.draftWas, shownAs(what, was)),
        ...pair(texts.draftIs, shownAs(what, is)),
        ...pair(texts.draftCall, call),
      ),
    ),
  )
  const others = left.map(({ call, reason }) =>
    h('li', {}, h('h3', {}, call), `${texts.draftNotPlayed} ${reason}`),
  )
  byId('draft-differences').replaceChildren(...rows, ...others)
}

/** A side of a difference in the words of the page. */
function shownAs(what: DraftDifferences['differ'][number]['what'], value: string | null): string {
  if (value === null) return '–'
  switch (what) {
    case 'said':
      return value.replace(/^(caller|agent): /, (_, who: 'caller' | 'agent') => `${texts[who]} : `)
    case 'callBack':
      return valueName(value === 'true' ? 'yes' : 'no')
    case 'phone':
      return phoneText(value)
    default:
      return nameOf(value)
  }
}

const pair = (name: string, value: string) => [h('dt', {}, name), h('dd', {}, value)]

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
