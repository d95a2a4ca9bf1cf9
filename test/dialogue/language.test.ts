// The caller changes the language in the middle of the call.

import { describe, expect, test } from 'bun:test'
import type { DialogueOptions } from '../../src/dialogue/dialogue-machine.ts'
import { otherLanguages } from '../../src/dialogue/language.ts'
import { type Told, testDialogue, texts } from './test-dialogue.ts'

const offered = [texts.fr, texts.en, texts.es!]
const call = (options: Partial<DialogueOptions> & { start?: boolean } = {}) =>
  testDialogue({ offered, ...options })
/** The texts of a line in a language. */
const inLanguage = (language: string, line: string): readonly string[] =>
  [texts[language]!.lines[line]!].flat()

/** Turns that lead to a question, and the line that asks it again. */
const ways: readonly [string, readonly Told[], string][] = [
  ['open', [], 'ask_help'],
  ['name', ["j'ai un problème"], 'ask_name'],
  ['phone', ["j'ai un problème", 'dupont'], 'ask_phone'],
  ['phoneConfirm', ["j'ai un problème", 'dupont', '06 12 34 56 78'], 'confirm_phone_after'],
  ['topic', ["j'ai un problème", 'dupont', 'je ne veux pas le dire'], 'choose_topic'],
  ['symptom', ['internet', 'dupont', 'je ne veux pas le dire'], 'ask_symptom_internet'],
  ['step', ["j'ai plus internet", 'dupont', 'je ne veux pas le dire'], 'step_box_restart'],
  ['verify', ["j'ai plus internet", 'dupont', 'je ne veux pas le dire', "c'est fait"], 'verify'],
]

describe.each(ways)('at the question %s', (asking, way, line) => {
  test.each([
    ['by words', 'English please'],
    ['by words of the old language', 'vous parlez anglais ?'],
    ['by key', asking === 'phone' ? 'in English' : '#9'],
  ])('%s the same question is asked in English, and nothing is forgotten', (_, told) => {
    const dialogue = call()
    dialogue.tell(...way)
    const { state } = dialogue
    expect(String(state.asking)).toBe(asking)
    dialogue.tell(told)
    expect(dialogue.decision.language).toBe('en')
    expect(dialogue.state.language).toBe('en')
    expect(dialogue.state.asking).toBe(state.asking)
    expect(dialogue.state.known).toEqual(state.known)
    expect([dialogue.state.digits, dialogue.state.pending]).toEqual([state.digits, state.pending])
    expect(dialogue.said()).toContain(line)
    expect(dialogue.said()[0]).toBe('language_changed')
    for (const { name, text } of dialogue.decision.say.filter(({ name }) => !name.startsWith('numbers.')))
      expect(inLanguage('en', name)).toContain(text)
    expect(dialogue.decision.expect.keyterms).toContain('adviser')
  })
})

test('the key goes through the languages and back to the first, and is said so in each', () => {
  const dialogue = call()
  const offers = dialogue.decision.say.filter(({ language }) => language !== undefined)
  expect(offers.map(({ text, language }) => [language, text])).toEqual([
    ['en', inLanguage('en', 'menu_language')[0]],
    ['es', inLanguage('es', 'menu_language_again')[0]],
  ])
  const spoken = [1, 2, 3].map(() => {
    dialogue.tell('#9')
    return dialogue.state.language
  })
  expect(spoken).toEqual(['en', 'es', 'fr'])
  expect(dialogue.state.keyed).toBe(false)
})

test('a call that begins in another language offers those after it first', () => {
  const dialogue = call({ language: 'en' })
  expect(otherLanguages(dialogue).map(({ language }) => language)).toEqual(['es', 'fr'])
})

test('with one language neither the opening nor the key speaks of languages', () => {
  const dialogue = testDialogue()
  expect(dialogue.said()).toEqual(['welcome', 'ask_help'])
  const keying = testDialogue()
  keying.tell('#9')
  expect(keying.said()[0]).toBe('no_match')
  dialogue.tell('English please')
  expect([dialogue.state.language, dialogue.decision.language]).toEqual(['fr', undefined])
})

test('a language that is not offered changes nothing', () => {
  const dialogue = call({ offered: [texts.fr, texts.en] })
  dialogue.tell('¿habla español?')
  expect([dialogue.state.language, dialogue.decision.language]).toEqual(['fr', undefined])
})

test('what is told beside the wish answers the question', () => {
  const dialogue = call()
  dialogue.tell('English please, my internet is not working')
  expect(dialogue.said()).toEqual(['language_changed', 'sorry_trouble', 'ask_name'])
  expect(dialogue.state.known).toMatchObject({ topic: 'internet', symptom: 'no_connection' })
})

test('digits said before the change are kept, and the number has the form of the country where the call began', () => {
  const dialogue = call()
  dialogue.tell("j'ai un problème", 'dupont', 'zéro six douze', '¿habla español?')
  expect(dialogue.said()).toEqual(['language_changed', 'phone_more'])
  dialogue.tell('treinta y cuatro cincuenta y seis setenta y ocho')
  expect(dialogue.state).toMatchObject({ asking: 'phoneConfirm', pending: '0612345678' })
  dialogue.tell('sí')
  expect(dialogue.state.known.phone).toBe('0612345678')
})

test('in a number 9 is a digit', () => {
  const dialogue = call()
  dialogue.tell("j'ai un problème", 'dupont', '#09')
  expect([dialogue.state.language, dialogue.state.digits]).toEqual(['fr', '09'])
})

test('the change back keeps what was learnt in between', () => {
  const dialogue = call()
  dialogue.tell('English please', 'my internet is not working', 'my name is John Smith')
  dialogue.tell('parlez-vous français ?')
  expect(dialogue.state).toMatchObject({ language: 'fr', asking: 'phone', known: { name: 'John Smith' } })
  dialogue.tell('zéro six douze trente-quatre cinquante-six soixante dix-huit')
  expect(dialogue.state.pending).toBe('0612345678')
})

test('"repeat" says the lines of the new language again', () => {
  const dialogue = call()
  dialogue.tell('English please', '#*')
  expect(dialogue.decision.say.map(({ text }) => text)).toEqual([...inLanguage('en', 'ask_help')])
})

test('the search for a technician goes on, and its answer is said in the new language', () => {
  const dialogue = call()
  dialogue.tell("j'ai plus internet", 'dupont', 'je ne veux pas le dire')
  dialogue.tell(...Array<Told>(3).fill('ça ne marche toujours pas'))
  expect(dialogue.state.asking).toBe('technician')
  dialogue.tell('#9')
  expect(dialogue.said()).toEqual(['language_changed', 'wait'])
  dialogue.tell({ kind: 'technician', available: true })
  expect(inLanguage('en', 'technician_found')).toContain(dialogue.decision.say[0]!.text)
})

describe('the recording', () => {
  test('is told of in the new language, once', () => {
    const dialogue = call({ policy: 'notice' })
    dialogue.tell({ kind: 'noticeHeard' }, 'English please')
    expect(dialogue.said()).toEqual(['language_changed', 'recording_notice', 'ask_help'])
    dialogue.tell('#9#9#9'.replaceAll('#9', '9').replace(/^/, '#'))
    expect(dialogue.state.language).toBe('en')
    expect(dialogue.said()).toEqual(['language_changed', 'ask_help'])
  })

  test('is not told of to a caller who has refused', () => {
    const dialogue = call({ policy: 'notice' })
    dialogue.tell('#8', '#9')
    expect(dialogue.said()).toEqual(['language_changed', 'ask_help'])
  })

  test('needs a yes in the new language', () => {
    const dialogue = call({ policy: 'consent' })
    dialogue.tell('yes, English please')
    expect([dialogue.state.asking, dialogue.state.recording.choice]).toEqual(['consent', null])
    dialogue.tell('yes')
    expect(dialogue.state.recording.choice).toBe('agreed')
  })
})

describe('a language that cannot be spoken', () => {
  test('is left again, and not offered any more', () => {
    const dialogue = call()
    dialogue.tell('#9', { kind: 'languageFailed' })
    expect(dialogue.decision.language).toBe('fr')
    expect(dialogue.decision.say.map(({ text }) => text)).toEqual([
      ...inLanguage('fr', 'language_lost'),
      ...inLanguage('fr', 'ask_help'),
    ])
    dialogue.tell('#9')
    expect(dialogue.state.language).toBe('es')
  })

  test('is a fault like any other once the caller has answered in it', () => {
    const dialogue = call()
    dialogue.tell('#9', 'my internet is not working', { kind: 'languageFailed' })
    expect(dialogue.state.language).toBe('en')
    expect(dialogue.decision.say).toEqual([])
  })
})
