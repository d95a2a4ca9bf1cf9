// The phrase cache: hear one, change its text, read the assets again.

import type { PhraseInfo } from '../../deps.ts'
import { ask, askJson, post } from './api.ts'
import { button, byId, h, run, say, texts } from './dom.ts'

let sounding: HTMLAudioElement | undefined

export async function showPhrases(): Promise<void> {
  const { phrases } = await askJson<{ phrases: PhraseInfo[] }>('/api/phrases')
  byId('phrases').replaceChildren(h('ul', { class: 'phrases' }, ...phrases.map(phraseRow)))
  const reload = byId('reload') as HTMLButtonElement
  reload.onclick = () =>
    void run(reload, async () => {
      const { generation } = (await (await post('/api/phrases/reload')).json()) as { generation: number }
      await showPhrases()
      say(`${texts.reloaded} ${generation}.`)
    })
}

function phraseRow(phrase: PhraseInfo): HTMLLIElement {
  const path = `/api/phrases/${encodeURIComponent(phrase.name)}`
  const text = h('input', { value: phrase.text, maxlength: 500, required: true, 'aria-label': phrase.name })
  const form = h(
    'form',
    { class: 'row grow' },
    text,
    h('button', { type: 'submit', class: 'quiet' }, texts.save),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void run(form.querySelector('button') ?? undefined, async () => {
      await post(path, { text: text.value, language: phrase.language }, 'PUT')
      await showPhrases()
      say(texts.saved)
    })
  })
  const play = button('▶', () => sound(`${path}.wav?language=${phrase.language}`), {
    class: 'quiet',
    'aria-label': `${texts.play} ${phrase.name}`,
  })
  const facts = `${phrase.language} · ${(phrase.durationMs / 1_000).toFixed(1)} s · ${phrase.source} · ${phrase.generation}`
  return h('li', {}, play, h('code', {}, phrase.name), form, h('small', {}, facts))
}

async function sound(path: string): Promise<void> {
  sounding?.pause()
  const url = URL.createObjectURL(await (await ask(path)).blob())
  sounding = new Audio(url)
  sounding.onended = () => URL.revokeObjectURL(url)
  await sounding.play()
}
