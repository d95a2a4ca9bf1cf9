// The first words of a recorded call say that a machine speaks and that the call is recorded, why, and how to refuse.

import { expect, test } from 'bun:test'
import { topicMenu } from '../support/shipped-desk.ts'
import { testDialogue } from './test-dialogue.ts'

const says = {
  fr: {
    machine: /assistant automatique/,
    recorded: /enregistré/,
    why: /améliorer notre service/,
    refuse: /tapez huit/,
  },
  en: {
    machine: /automatic assistant/,
    recorded: /recorded/,
    why: /improve our service/,
    refuse: /press eight/,
  },
} as const

for (const language of ['fr', 'en'] as const)
  for (const hearsWords of [true, false]) {
    const desk = hearsWords ? 'by voice' : 'by keys'
    test(`a recorded call ${desk} in ${language} opens with both notices, before any question`, () => {
      const { decision } = testDialogue({ language, hearsWords, policy: 'notice' })
      const [machine, notice] = decision.say.map(({ text }) => text)
      expect(machine).toMatch(says[language].machine)
      for (const part of ['recorded', 'why', 'refuse'] as const) expect(notice).toMatch(says[language][part])
      const question = decision.say.slice(2).map(({ name }) => name)
      expect(question).toEqual(hearsWords ? ['ask_help'] : [...topicMenu])
    })

    test(`an unrecorded call ${desk} in ${language} still says that a machine speaks`, () => {
      const { decision } = testDialogue({ language, hearsWords })
      const text = decision.say.map((line) => line.text).join(' ')
      expect(text).toMatch(says[language].machine)
      expect(text).not.toMatch(says[language].recorded)
    })

    test(`with consent, a call ${desk} in ${language} asks before anything else`, () => {
      const dialogue = testDialogue({ language, hearsWords, policy: 'consent' })
      expect(dialogue.said()[0]).toBe('welcome')
      expect(dialogue.state.asking).toBe('consent')
      expect(dialogue.decision.say[1].text).toMatch(says[language].recorded)
    })
  }
