// `bun run understand --question step < lines.txt`: what the rules understand in each line, as one line of JSON, so
// that a linguist can try them on a file. All understanding is in understanding/understand.ts.

import { commandLine, refuse } from '../base/command-line.ts'
import { type Question, questions } from '../desk/script.ts'
import { type DialogueStateName, dialogueStates } from '../desk/types.ts'
import { explain } from '../understanding/explain.ts'
import type { Understanding } from '../understanding/types.ts'
import { type Listening, understand } from '../understanding/understand.ts'
import { deskOfCommand, deskUsage } from './desk-in-use.ts'
import { printEach } from './input-lines.ts'

const usage = `usage: bun run understand [--question verify | --state identification] [--lang fr] [--desk shop] [--why]
                          < lines.txt

  prints one line of JSON for each line of the text: every field that the rules understand in it
  --question  the question it answers: ${questions.join(', ')}
  --state     where in the conversation it is said, when no question is given:
              ${dialogueStates.join(', ')}
  --why       also the text that the rules saw, and each rule that matched, with its span in that text
${deskUsage}`

/** The state in which the desk asks a question; `phone` is also asked at the goodbye, for a call-back. */
const stateOf: Readonly<Record<Question, DialogueStateName>> = {
  consent: 'welcome',
  open: 'welcome',
  name: 'identification',
  phone: 'identification',
  phoneConfirm: 'identification',
  topic: 'diagnostic',
  symptom: 'diagnostic',
  step: 'solution',
  verify: 'verification',
  technician: 'verification',
  callBack: 'goodbye',
}

/** What is printed for a line: its text, every field of its Understanding under its own name, and on request why. */
function report(text: string, listening: Listening, why: boolean): object {
  if (!why) return { text, ...fieldsOf(understand(text, listening)) }
  const { plain, fired, reader, understanding } = explain(text, listening)
  return { text, ...fieldsOf(understanding), plain, why: fired, reader }
}

/** Beside the notes, `third` says whether the caller calls for somebody else. */
const fieldsOf = (understanding: Understanding) => ({
  ...understanding,
  third: understanding.notes.includes('third_party'),
})

const isState = (name: string): name is DialogueStateName => dialogueStates.some((state) => state === name)
const isQuestion = (name: string): name is Question => questions.some((question) => question === name)

async function run(): Promise<void> {
  const {
    state,
    question,
    lang,
    desk: name,
    why,
  } = commandLine(usage, {
    options: {
      state: { type: 'string', default: 'identification' },
      ...{ question: { type: 'string' }, lang: { type: 'string' }, desk: { type: 'string' } },
      why: { type: 'boolean', default: false },
    },
  }).values
  if (!isState(state)) refuse(usage, `"${state}" is not a state`)
  if (question !== undefined && !isQuestion(question)) refuse(usage, `"${question}" is not a question`)
  const { desk, texts, offered } = await deskOfCommand(usage, { desk: name, lang })
  const about = { language: texts.language, offered, desk }
  const listening =
    question === undefined
      ? { name: state, ...about }
      : { name: stateOf[question], ...about, asking: question }
  await printEach((text) => report(text, listening, why))
}

if (import.meta.main) await run()
