// One phrase: play it, write a new text, hear the new text or the sound of a file, and publish it. Nothing that is
// heard here reaches a caller before it is published.

import type { PhraseInfo } from '../../../phrases/types.ts'
import { ask, askJson, post } from './api.ts'
import { button, nameOf, showMessage, texts } from './dom.ts'
import { showDraft } from './draft.ts'
import { h } from './elements.ts'
import { play } from './play.ts'
import { RequestError } from './requests.ts'

/** As the server: src/admin/phrase-changes.ts. */
const maxSoundBytes = 12_000_000

/** @param onChanged shows the phrases again after a change of the one with this id */
export function phraseRow(phrase: PhraseInfo, onChanged: (id: string) => Promise<void>): HTMLLIElement {
  const path = `/api/phrases/${encodeURIComponent(phrase.name)}`
  const text = h('textarea', {
    rows: 1,
    maxlength: 400,
    required: true,
    'aria-label': `${texts.text} ${phrase.name}`,
  })
  text.value = phrase.text
  const playButton = button('▶', async () => play(await ask(`${path}.wav?language=${phrase.language}`)), {
    class: 'quiet',
    'aria-label': `${texts.play} ${phrase.name}`,
  })
  const length = `${phrase.language} · ${(phrase.durationMs / 1_000).toFixed(1)} s`
  const facts = `${length} · ${nameOf(phrase.source)} · ${texts.generation} ${phrase.generation}`
  const edit = h('div', { class: 'edit' }, text)
  // 600 rows with five buttons each would be slow to show, so the buttons come with the first use.
  text.addEventListener('focus', () => edit.append(editTools(phrase, path, text, onChanged)), { once: true })
  return h(
    'li',
    { 'data-phrase': idOf(phrase) },
    playButton,
    h('code', {}, phrase.name),
    edit,
    h('small', { class: 'facts' }, facts),
  )
}

/** The buttons below a text: they act on the text, or on the sound of a file once one is chosen. */
function editTools(
  phrase: PhraseInfo,
  path: string,
  text: HTMLTextAreaElement,
  onChanged: (id: string) => Promise<void>,
): HTMLDivElement {
  let sound: File | undefined
  const isChanged = () =>
    sound !== undefined || (text.value.trim() !== '' && text.value.trim() !== phrase.text)
  const note = h('small', { role: 'status' })

  const hear = button(texts.hear, async () => {
    const body = { text: text.value, language: phrase.language }
    await play(
      sound ? await upload(`${path}/sound/preview`, sound, 'POST') : await post(`${path}/preview`, body),
    )
    note.textContent = texts.notOnAir
  })
  const publish = button(texts.publish, async () => {
    const query = new URLSearchParams({ language: phrase.language, version: String(phrase.version) })
    try {
      if (sound) await upload(`${path}/sound?${query}`, sound, 'PUT')
      else await post(path, { text: text.value, language: phrase.language, version: phrase.version }, 'PUT')
    } catch (error) {
      if (!(error instanceof RequestError) || error.code !== 'changed_meanwhile') throw error
      await showOther()
      return
    }
    await onChanged(idOf(phrase))
    showMessage(texts.published)
  })
  const keep = button(texts.draftKeep, async () => {
    const body = { text: text.value, language: phrase.language }
    await post(`/api/draft/phrases/${encodeURIComponent(phrase.name)}`, body, 'PUT')
    await showDraft()
    note.textContent = texts.draftKept
  })
  const cancel = button(texts.cancel, () => {
    sound = undefined
    text.value = phrase.text
    note.textContent = ''
    update()
  })
  const file = h('input', { type: 'file', accept: 'audio/*', hidden: true, 'aria-label': texts.useFile })
  const choose = button(texts.useFile, () => file.click())

  /** The buttons that make sense now. */
  const update = () => {
    hear.disabled = text.value.trim() === ''
    publish.disabled = !isChanged()
    // A draft has texts; the sound of a file is published by itself.
    keep.hidden = !isChanged() || sound !== undefined
    cancel.hidden = !isChanged()
    hear.textContent = sound ? texts.hearSound : texts.hear
    publish.textContent = sound ? texts.publishSound : texts.publish
    text.readOnly = sound !== undefined
  }
  /** Another operator was faster: their text is shown, and what was typed here stays. */
  const showOther = async () => {
    const { phrases } = await askJson<{ phrases: PhraseInfo[] }>('/api/phrases')
    const other = phrases.find(({ name, language }) => name === phrase.name && language === phrase.language)
    if (other) Object.assign(phrase, { text: other.text, version: other.version })
    note.textContent = `${texts.changedMeanwhile} ${phrase.text}`
    update()
  }
  file.onchange = () => {
    const chosen = file.files?.[0]
    file.value = ''
    if (!chosen) return
    if (chosen.size > maxSoundBytes) {
      showMessage(texts.fileTooLarge, true)
      return
    }
    sound = chosen
    // A sound is for the published text: what was typed and not published goes.
    text.value = phrase.text
    note.textContent = `${chosen.name} · ${texts.notOnAir}`
    update()
    hear.click()
  }
  text.addEventListener('input', update)
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') cancel.click()
    if (event.key !== 'Enter') return
    event.preventDefault()
    if (!hear.disabled) hear.click()
  })
  update()
  return h('div', { class: 'row tools' }, hear, publish, keep, cancel, choose, file, note)
}

const idOf = ({ language, name }: PhraseInfo) => `${language}.${name}`

function upload(path: string, file: File, method: string): Promise<Response> {
  // Some systems give a file no type, or one that is not audio; the server looks at the bytes.
  const type = file.type.startsWith('audio/') ? file.type : 'audio/wav'
  return ask(path, { method, body: file, headers: { 'Content-Type': type } })
}
