// A choice by its place in the question: "la deuxième", "the last one". What stands at a place is the desk's to say:
// the spoken menu has the order of the keys, whatever the order of desk.yaml or of the words.

import type { Desk, MenuEntry } from '../desk/desk.ts'
import { keyAction, menuAt } from '../desk/keys.ts'
import type { Question } from '../desk/script.ts'
import type { Lexicon } from './lexicon.ts'
import type { Problem } from './topics.ts'
import type { Understanding } from './types.ts'

/** What the caller chose: a topic, a symptom, or the answer to a yes-or-no question. */
export type Choice = { problem: Problem } | { answer: Exclude<Understanding['answer'], 'unknown'> }

/**
 * Reads the place in a turn that says nothing else.
 *
 * @param text flat (words.ts)
 * @param known the topic of the call so far
 * @returns undefined when no place is named, or when the question has nothing there
 */
export function readChoice(
  text: string,
  desk: Desk,
  lexicon: Lexicon,
  { asking, known }: { asking: Question | undefined; known: string | null },
): Choice | undefined {
  if (asking !== 'topic' && asking !== 'symptom' && asking !== 'callBack') return undefined
  const place = placeIn(text, lexicon)
  if (place === undefined) return undefined
  if (asking === 'callBack') {
    const action = keyAction(asking, String(place < 0 ? 2 : place + 1))
    return action === 'yes' || action === 'no' ? { answer: action } : undefined
  }
  const menu = menuAt(desk, asking, known)
  // The question in words does not name all of the menu; the last one heard is the last that it names.
  const heard = place < 0 ? menu.filter(isAsked) : menu
  const chosen = heard.at(place)
  if (chosen === undefined) return undefined
  return asking === 'topic'
    ? { problem: { topic: chosen.name, symptom: null } }
    : { problem: { topic: known!, symptom: chosen.name } }
}

const isAsked = (entry: MenuEntry): boolean => !('asked' in entry) || entry.asked === true

/** Whether a turn says nothing but a place, whatever stands there. @param text flat (words.ts) */
export const namesPlace = (text: string, lexicon: Lexicon): boolean => placeIn(text, lexicon) !== undefined

function placeIn(text: string, { chooses, choicePlaces }: Lexicon): number | undefined {
  const [said] = text.trim().match(chooses) ?? []
  if (said === undefined) return undefined
  const words = said.split(/[^a-z0-9]+/)
  return choicePlaces.get(words.find((word) => choicePlaces.has(word)) ?? '')
}
