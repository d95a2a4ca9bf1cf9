// `bun run desk`: a fresh desk at a question for each line, and what it does.

import { expect, test } from 'bun:test'
import { deskAt, reachable } from '../../src/rehearsal/at-question.ts'
import { tried } from '../../src/tools/desk.ts'
import { flowSvg } from '../../src/tools/desk-flow.ts'
import { languages } from '../../src/understanding/languages/index.ts'
import { desk, texts } from '../dialogue/test-dialogue.ts'

test('scripts name the questions of `--at`: they keep their names and order', () => {
  const names = 'open name phone phoneConfirm topic symptom step verify callBack'
  expect(reachable.join(' ')).toBe(names)
})

test.each([...languages])('a desk is brought to every question (%s)', (language) => {
  for (const question of reachable)
    expect(deskAt(question, desk, texts[language], undefined).asking).toBe(question)
})

test('at phoneConfirm the number was read back and is not known yet', () => {
  const { pending, known } = tried('euh', deskAt('phoneConfirm', desk, texts.fr, undefined))
  expect([pending, known.phone]).toEqual(['0639981247', null])
})

test('a topic is known from the first words on; from the symptom on there is always one', () => {
  const topicAt = (question: 'name' | 'topic' | 'step', topic?: 'mobile') =>
    deskAt(question, desk, texts.fr, topic).known.topic
  expect([topicAt('name'), topicAt('name', 'mobile'), topicAt('topic', 'mobile')]).toEqual([
    null,
    'mobile',
    null,
  ])
  expect([topicAt('step'), topicAt('step', 'mobile')]).toEqual(['internet', 'mobile'])
})

test('turns of one caller follow each other; the lines of all are listed', () => {
  const words = 'zéro six trente-neuf\tquatre-vingt-dix-huit trente et un quarante'
  const result = tried(words, deskAt('phone', desk, texts.fr, undefined))
  expect(result.did).toEqual([
    'phone_more',
    'confirm_phone_before',
    ...['numbers.06', 'numbers.39', 'numbers.98', 'numbers.31', 'numbers.40'],
    'confirm_phone_after',
  ])
  expect(result).toMatchObject({ asking: 'phoneConfirm', pending: '0639983140', ended: null })
})

test('a caller who asks for another language is answered in it', () => {
  const start = deskAt('open', desk, texts.fr, undefined, [texts.fr, texts.en])
  expect(tried('English please', start)).toMatchObject({
    ...{ did: ['language_changed', 'ask_help'], asking: 'open', language: 'en' },
  })
  expect(tried('je parle anglais', start).language).toBe('fr')
})

test('an ending and the steps done are shown', () => {
  expect(tried('oui', deskAt('verify', desk, texts.fr, 'mobile'))).toMatchObject({
    did: ['solved', 'goodbye'],
    asking: null,
    ended: 'goodbye',
    known: { topic: 'mobile', symptom: 'no_network', stepsDone: ['plane_mode'] },
  })
})

test('docs/desk-flow.svg is the shipped desk, with every symptom and step; `bun run desk --draw` makes it', async () => {
  const drawn = flowSvg(desk)
  expect(await Bun.file('docs/desk-flow.svg').text()).toBe(drawn)
  for (const { name } of [...desk.topics, ...desk.topics.flatMap(({ symptoms }) => symptoms), ...desk.steps])
    expect(drawn).toContain(`>${name}</text>`)
})
