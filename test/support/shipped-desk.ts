// The shipped desk, as the server reads it, with its texts.

import { parseTexts, type Texts } from '../../src/desk/texts.ts'
import { loadTexts } from '../../src/phrases/texts.ts'
import { readDesk } from '../../src/server/desk/read-desks.ts'

const assets = new URL('../../assets', import.meta.url).pathname

/** Of every language. */
export const texts = Object.fromEntries(
  (await loadTexts(`${assets}/phrases`)).map((file) => [file.language, parseTexts(file)]),
) as Record<string, Texts> & Record<'fr' | 'en', Texts>

/** In every language. */
export const desk = await readDesk(
  assets,
  Object.fromEntries(Object.entries(texts).map(([language, { lines }]) => [language, lines])),
)

/** The lines of the spoken menus, by the shipped file; keys.test.ts proves that they name the keys. */
export const topicMenu: readonly string[] = [
  ...desk.topics.flatMap(({ menu, key }) => [menu, `press_${key}`]),
  ...['menu_human', 'press_0'],
]
export const symptomMenu = (name: string): readonly string[] =>
  desk.topics
    .filter((topic) => topic.name === name)
    .flatMap(({ symptoms }) => symptoms.flatMap(({ menu, key }) => [menu, `press_${key}`]))
