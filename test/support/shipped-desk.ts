// The shipped desk, as the server reads it, with its texts.

import english from '../../assets/phrases/en.json'
import french from '../../assets/phrases/fr.json'
import { parseTexts } from '../../src/desk/texts.ts'
import { readDesk } from '../../src/server/desk.ts'

export const texts = { fr: parseTexts(french), en: parseTexts(english) }

/** In French and English. */
export const desk = await readDesk(new URL('../../assets', import.meta.url).pathname, {
  fr: texts.fr.lines,
  en: texts.en.lines,
})

/** The lines of the spoken menus, by the shipped file; keys.test.ts proves that they name the keys. */
export const topicMenu: readonly string[] = [
  ...desk.topics.flatMap(({ menu, key }) => [menu, `press_${key}`]),
  ...['menu_human', 'press_0'],
]
export const symptomMenu = (name: string): readonly string[] =>
  desk.topics
    .filter((topic) => topic.name === name)
    .flatMap(({ symptoms }) => symptoms.flatMap(({ menu, key }) => [menu, `press_${key}`]))
