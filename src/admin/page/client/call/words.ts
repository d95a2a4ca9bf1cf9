// The words of the page /call: those of every offered language lie in the page, and it can change between them.

import type { CallTexts } from '../../call/fr.ts'
import { byId } from '../elements.ts'

const all = JSON.parse(byId('texts').textContent ?? '{}') as Record<string, CallTexts>

/** Words of the language that the page is in. */
export function words(): CallTexts {
  const [first] = Object.values(all)
  const found = all[document.documentElement.lang] ?? first
  if (found === undefined) throw new Error('the page has no words')
  return found
}

/** Changes every word of the page that does not depend on the call. A language that the page lacks changes nothing. */
export function changeLanguage(language: string): void {
  if (!(language in all)) return
  document.documentElement.lang = language
  const texts = words() as unknown as Record<string, string>
  const change = (attribute: string, set: (element: HTMLElement, text: string) => void) => {
    for (const element of document.querySelectorAll<HTMLElement>(`[data-${attribute}]`))
      set(element, texts[element.getAttribute(`data-${attribute}`) ?? ''] ?? '')
  }
  change('text', (element, text) => {
    element.textContent = text
  })
  change('label', (element, text) => element.setAttribute('aria-label', text))
  change('placeholder', (element, text) => element.setAttribute('placeholder', text))
}
