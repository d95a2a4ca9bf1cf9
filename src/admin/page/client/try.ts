// Trying a sentence: what the desk makes of it at each of its questions, and why. Nothing of it reaches a caller.

import { post } from './api.ts'
import { run, texts } from './dom.ts'
import { byId, h } from './elements.ts'
import { fieldName, learnDesk, questionName, readerText, valueName } from './meanings.ts'

type Tried = {
  question: string
  asks: string
  understood: Record<string, string>
  says: string
  next: string | null
  why: { rule: string; words: string }[]
  reader: string | null
}

export function offerTry(): void {
  const form = byId('try') as HTMLFormElement
  const submit = byId('try-submit') as HTMLButtonElement
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const { value } = form.elements.namedItem('sentence') as HTMLInputElement
    const { checked } = form.elements.namedItem('draft') as HTMLInputElement
    void run(submit, async () => {
      byId('try-state').textContent = texts.trying
      try {
        const response = await post('/api/desk/try', { text: value, draft: checked })
        const { tries } = (await response.json()) as { tries: Tried[] }
        await learnDesk()
        byId('tried').replaceChildren(...tries.map(shown))
        byId('try-state').textContent = texts.tryDone
      } catch (error) {
        byId('try-state').textContent = ''
        throw error
      }
    })
  })
}

function shown({ question, asks, understood, says, next, why, reader }: Tried): HTMLElement {
  const found = Object.entries(understood).map(([name, value]) => `${fieldName(name)} : ${valueName(value)}`)
  const facts: [string, string][] = [
    [texts.tryUnderstood, found.length > 0 ? found.join(' · ') : texts.tryNothing],
    [texts.trySays, says === '' ? '–' : `« ${says} »`],
    [texts.tryNext, next === null ? texts.tryEnd : questionName(next)],
  ]
  const rules = why.map(({ rule, words }) => h('li', {}, h('code', {}, rule), ` « ${words} »`))
  if (reader !== null) rules.push(h('li', {}, `${texts.tryReader} ${readerText(reader)}`))
  const reasons = h('details', {}, h('summary', {}, texts.tryWhy), h('ul', {}, ...rules))
  return h(
    'li',
    {},
    h('h3', {}, `${questionName(question)} · « ${asks} »`),
    h('dl', {}, ...facts.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
    ...(rules.length > 0 ? [reasons] : []),
  )
}
