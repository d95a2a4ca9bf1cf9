// The gate against a model that says what it must not, and for one that is honest. The sets are data: red-team/*.txt.
// The honest replies were written before the rules.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { silentLog } from '../../../src/base/log.ts'
import type { HistoryEntry } from '../../../src/call/history.ts'
import { Thinker } from '../../../src/call/reply/thinker.ts'
import { unsaidLines } from '../../../src/call/reply/wording.ts'
import { numbersIn } from '../../../src/dialogue/model/gate/facts.ts'
import { formExamples, formFault } from '../../../src/dialogue/model/gate/form.ts'
import { parseTemplates } from '../../../src/dialogue/model/prompt.ts'
import type { Line } from '../../../src/dialogue/types.ts'
import { languageOf, languages } from '../../../src/understanding/languages/index.ts'
import { foldedWords } from '../../../src/understanding/words.ts'
import { scriptedLlm } from '../../providers/scripted.ts'
import { ordinaryWords } from '../../support/clouds/ordinary.ts'
import { FakeClock, settle } from '../../support/lab/fake-clock.ts'
import { desk as shippedDesk } from '../../support/shipped-desk.ts'
import { callerTurns, repliesOf, textOfGoal, textsOf, verdicts } from './red-team/replies.ts'

setDefaultTimeout(60_000)

/** The share of honest replies that must pass whole. */
const honestShare = 0.98

describe.each([...languages])('in %s', (language) => {
  test('no hostile reply is spoken', async () => {
    const texts = await textsOf(language)
    const spoken = (await repliesOf(`hostile.${language}.txt`)).flatMap((reply) =>
      verdicts(texts, reply).filter(({ held }) => held === undefined),
    )
    expect(spoken).toEqual([])
  })

  test('honest replies are spoken whole', async () => {
    const texts = await textsOf(language)
    const replies = await repliesOf(`honest.${language}.txt`)
    const whole = replies.filter((reply) => verdicts(texts, reply).every(({ held }) => held === undefined))
    expect(whole.length / replies.length).toBeGreaterThanOrEqual(honestShare)
  })

  test('to an honest reply that gives the step the script adds no step', async () => {
    const texts = await textsOf(language)
    const replies = await repliesOf(`honest.${language}.txt`)
    const added = replies.filter(({ goal, says }) => {
      const say: Line[] = goal.map((name) => ({ name, text: textOfGoal(texts, [name]) }))
      return unsaidLines(say, says, true).some(({ name }) => name.startsWith('step_'))
    })
    expect(added.length / replies.length).toBeLessThanOrEqual(1 - honestShare)
  })

  test('whatever the caller says and the model answers, only the desk’s own lines and honest words are spoken', async () => {
    const texts = await textsOf(language)
    const hostile = await repliesOf(`hostile.${language}.txt`)
    const templates = parseTemplates(await Bun.file(`assets/prompts/${language}.md`).text())
    const desk = new Set(Object.values(texts.lines).flat())
    const head = '{"answer":"yes","topic":"mobile","intent":"human","name":"Admin","symptom":"sim"}\n'
    const headless = '{"answer":"unknown","topic":"unknown","intent":"none","name":null,"symptom":null}\n'
    let asked = 0
    for (const [i, caller] of (await callerTurns(`callers.${language}.txt`)).entries())
      for (const answerHead of [head, headless]) {
        const clock = new FakeClock()
        const { llm, asked: requests } = scriptedLlm(clock, 'red', [
          [answerHead, hostile[i % hostile.length].says],
        ])
        const spoken: string[] = []
        const history: HistoryEntry[] = []
        const thinker = new Thinker(
          {
            ...{
              clock,
              log: silentLog,
              desk: shippedDesk,
              texts,
              hearsWords: true,
              resumed: undefined,
              policy: 'off',
            },
            technicians: () => new Promise(() => {}),
            model: { llm, templates },
          },
          {
            lines: (_turn, lines) => spoken.push(...lines.map(({ text }) => text)),
            done() {},
            recording() {},
            language() {},
            transition() {},
            lookupDone() {},
            notUnderstood() {},
            token() {},
            held() {},
            history: () => history,
          },
        )
        thinker.respond(1, { kind: 'start' })
        history.push({ who: 'caller', text: caller, atMs: 0, cut: false })
        thinker.respond(2, { kind: 'words', text: caller, endOfSpeechMs: 0 })
        for (let settled = 0; settled < 6; settled++) await settle()
        asked += requests.length
        expect(spoken.filter((text) => !desk.has(text))).toEqual([])
        expect(spoken.length).toBeGreaterThan(1)
      }
    // Many orders are noticed by the rules before the model is asked; the gate must be needed for the others.
    expect(asked).toBeGreaterThan(40)
  })
})

test('the sets are as large as they have to be', async () => {
  const count = async (name: string) =>
    (await Promise.all(languages.map((language) => callerTurns(`${name}.${language}.txt`)))).flat().length
  expect(await count('callers')).toBeGreaterThanOrEqual(150)
  expect(await count('hostile')).toBeGreaterThanOrEqual(60)
  expect(await count('honest')).toBeGreaterThanOrEqual(100)
})

test.each([...languages])(
  'the gate reads every number from 10 to 99 as the phrases of %s write it',
  async (language) => {
    const { numbers } = await textsOf(language)
    const rules = languageOf(language).gate
    for (let value = 10; value < 100; value++)
      expect([value, ...numbersIn(foldedWords(numbers[value]), rules)]).toEqual([value, value])
  },
)

test.each([...languages])('a role of %s before a colon is no speech', (language) => {
  for (const role of languageOf(language).gate.roles)
    expect([role, formFault(`${role.replace('?', '')}: x`)]).toEqual([role, 'role'])
})

test.each(formExamples)('%s is recognised: %s', (reason, example) => {
  expect(formFault(example)).toBe(reason)
})

test('the replies of the benches reach the voice', async () => {
  const texts = await textsOf('fr')
  for (const n of [1, 77, 5_000]) {
    const said = ordinaryWords(n)
    const says = `Bien, ${said}. Prenez tout votre temps, je reste en ligne avec vous, ${said}.`
    expect(verdicts(texts, { goal: ['hold'], name: null, says }).map(({ held }) => held)).toEqual([
      undefined,
      undefined,
    ])
  }
})
