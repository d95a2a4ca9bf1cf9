// The list of phrases: find one, reload the assets. A row of the list is in phrase-row.ts, the history in history.ts.

import type { PhraseInfo } from '../../../phrases/types.ts'
import { askJson, post } from './api.ts'
import { run, showMessage, texts } from './dom.ts'
import { byId, h } from './elements.ts'
import { followHistory } from './history.ts'
import { showHours } from './hours.ts'
import { phraseRow } from './phrase-row.ts'

export async function showPhrases(): Promise<void> {
  const { phrases } = await askJson<{ phrases: PhraseInfo[] }>('/api/phrases')
  const rows = phrases.map((phrase) => ({ phrase, row: phraseRow(phrase, refresh) }))
  const none = h('p', { class: 'empty' }, texts.noPhrases)
  const list = h('ul', { class: 'phrases' }, ...rows.map(({ row }) => row))
  const scrolled = document.querySelector('.phrases')?.scrollTop ?? 0
  byId('phrases').replaceChildren(list, none)
  const find = byId('find-phrase') as HTMLInputElement
  const filter = () => {
    const wanted = plain(find.value)
    for (const { phrase, row } of rows)
      row.hidden = !plain(`${phrase.language} ${phrase.name} ${phrase.text}`).includes(wanted)
    none.hidden = rows.some(({ row }) => !row.hidden)
  }
  find.oninput = filter
  filter()
  list.scrollTop = scrolled
  const reload = byId('reload') as HTMLButtonElement
  reload.onclick = () =>
    void run(reload, async () => {
      const { generation } = (await (await post('/api/phrases/reload')).json()) as { generation: number }
      await refresh()
      await showHours()
      showMessage(`${texts.reloaded} ${generation}.`)
    })
}

/** Shows the phrases and their history again. @param id the phrase that was changed: its row gets the focus back */
async function refresh(id?: string): Promise<void> {
  await showPhrases()
  await showHistory()
  if (id !== undefined) document.querySelector<HTMLElement>(`[data-phrase="${id}"] button`)?.focus()
}

/** The history, while it is open. */
export const showHistory = followHistory(async () => {
  await showPhrases()
  await showHours()
})

/** Lower case without accents, as people type a search. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
