// The list of phrases: find one, play it, change its text, reload the assets.

import type { PhraseInfo } from '../../../phrases/types.ts'
import { ask, askJson, post } from './api.ts'
import { button, byId, h, run, showMessage, texts } from './dom.ts'

let playing: HTMLAudioElement | undefined

export async function showPhrases(): Promise<void> {
  const { phrases } = await askJson<{ phrases: PhraseInfo[] }>('/api/phrases')
  const rows = phrases.map((phrase) => ({ phrase, row: phraseRow(phrase) }))
  const none = h('p', { class: 'empty' }, texts.noPhrases)
  const list = h('ul', { class: 'phrases' }, ...rows.map(({ row }) => row))
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
  const reload = byId('reload') as HTMLButtonElement
  reload.onclick = () =>
    void run(reload, async () => {
      const { generation } = (await (await post('/api/phrases/reload')).json()) as { generation: number }
      await showPhrases()
      showMessage(`${texts.reloaded} ${generation}.`)
    })
}

/** Lower case without accents, as people type a search. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

function phraseRow(phrase: PhraseInfo): HTMLLIElement {
  const path = `/api/phrases/${encodeURIComponent(phrase.name)}`
  const text = h('textarea', {
    rows: 1,
    maxlength: 400,
    required: true,
    'aria-label': `${texts.text} ${phrase.name}`,
  })
  text.value = phrase.text
  const save = h('button', { type: 'submit', class: 'quiet', disabled: true }, texts.save)
  text.oninput = () => {
    save.disabled = text.value.trim() === phrase.text
  }
  const form = h('form', { class: 'row grow' }, text, save)
  text.onkeydown = (event) => {
    if (event.key === 'Escape') text.value = phrase.text
    if (event.key !== 'Enter') return
    event.preventDefault()
    if (!save.disabled) form.requestSubmit()
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void run(save, async () => {
      await post(path, { text: text.value, language: phrase.language }, 'PUT')
      await showPhrases()
      showMessage(texts.saved)
    })
  })
  const playButton = button('▶', () => play(`${path}.wav?language=${phrase.language}`), {
    class: 'quiet',
    'aria-label': `${texts.play} ${phrase.name}`,
  })
  const length = `${phrase.language} · ${(phrase.durationMs / 1_000).toFixed(1)} s`
  const facts = `${length} · ${phrase.source} · ${texts.generation} ${phrase.generation}`
  return h('li', {}, playButton, h('code', {}, phrase.name), form, h('small', { class: 'facts' }, facts))
}

async function play(path: string): Promise<void> {
  playing?.pause()
  const url = URL.createObjectURL(await (await ask(path)).blob())
  playing = new Audio(url)
  playing.onended = () => URL.revokeObjectURL(url)
  await playing.play()
}
