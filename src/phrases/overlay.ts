// The site's changes laid over the shipped texts. A change that cannot be used is named and left out, so that the
// shipped sentence is said instead.

import { describeFault, type PhraseTexts, sentence } from '../desk/texts.ts'
import type { SiteState } from '../site/generation.ts'
import type { Fault } from './recordings.ts'
import { idOf, phrasesOf } from './texts.ts'

/**
 * @param shipped as read from the assets; not modified
 * @returns the texts in use, and what is not laid over: `broken` texts, and what the program has no phrase for
 */
export function layOver(
  shipped: readonly PhraseTexts[],
  phrases: SiteState['phrases'],
): { texts: PhraseTexts[]; faults: Fault[] } {
  const faults: Fault[] = []
  const skip = (file: string, kind: Fault['kind'], reason: string) => faults.push({ file, kind, reason })
  const texts = structuredClone(shipped) as PhraseTexts[]
  const known = new Set(texts.flatMap(phrasesOf).map(idOf))
  for (const [id, { text }] of Object.entries(phrases)) {
    if (!known.has(id)) skip(id, 'incomplete', 'was changed by the site, but the program has no such phrase')
    else if (text !== null) {
      const wrong = textFault(text) ?? (isTaken(texts, id, text) ? 'has the same variant twice' : undefined)
      if (wrong === undefined) putText(texts, id, text)
      else skip(id, 'broken', `is said as shipped: the site's text ${wrong}`)
    }
  }
  return { texts, faults }
}

/** @returns why the sentence cannot be a phrase; undefined when it can */
export function textFault(text: string): string | undefined {
  const parsed = sentence.safeParse(text)
  return parsed.success ? undefined : parsed.error.issues.map((one) => describeFault(one)).join(', ')
}

/** Whether another wording of the same line says this already. */
function isTaken(texts: readonly PhraseTexts[], id: string, text: string): boolean {
  const { lines, name, variant } = placeOf(texts, id)
  const line = lines[name]
  return Array.isArray(line) && line.some((other, i) => i !== variant && other === text)
}

function putText(texts: readonly PhraseTexts[], id: string, text: string): void {
  const { lines, numbers, name, variant, number } = placeOf(texts, id)
  const line = lines[name]
  if (number !== undefined) numbers[number] = text
  else if (Array.isArray(line)) line[variant] = text
  else lines[name] = text
}

/** `fr.ok.2` is the second wording of the line `ok`, `fr.number-06` the number `06`. */
function placeOf(texts: readonly PhraseTexts[], id: string) {
  const [language, name, variant] = id.split('.')
  const { lines, numbers } = texts.find((one) => one.language === language)!
  return { lines, numbers, name, variant: Number(variant) - 1, number: name.match(/^number-(\d+)$/)?.[1] }
}
