// "I have another problem", before it is said which: the last one is then settled, and the desk asks anew.

import type { Language } from '../desk/types.ts'
import { flat } from './words.ts'

const patterns: Readonly<Record<Language, { another: RegExp; none: RegExp }>> = {
  fr: {
    another:
      /\b(?:(?:autres?|deuxieme|second|nouveau) (?:problemes?|soucis?|pannes?)|(?:problemes?|soucis?) different|aussi un (?:probleme|souci)|(?:probleme|souci) (?:en plus|aussi)|y a (?:aussi |encore )?autre chose|ai (?:aussi |encore )?autre chose)\b/,
    none: /\b(?:pas|plus|aucune?|sans|ni|jamais)(?: (?:d|de|un|une))?[ '](?:autres?|deuxieme|second|nouveau)\b/,
  },
  en: {
    another:
      /\b(?:(?:another|second|different|new) (?:problem|issue|fault)|(?:problem|issue) (?:as well|too)|something else (?:is|that))\b/,
    none: /\b(?:no|not|any|without)(?: a)? (?:other|another|second|different|new)\b/,
  },
}

/** Whether the caller says that there is another problem, whatever it is. @param text as the recogniser wrote it */
export function tellsOfAnother(text: string, language: Language): boolean {
  const plain = flat(text)
  const { another, none } = patterns[language]
  return another.test(plain) && !none.test(plain)
}
