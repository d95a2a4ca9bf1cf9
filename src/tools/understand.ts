// `bun run understand --question step < lines.txt`: what the rules understand in each line, as one line of JSON, so
// that a linguist can try them on a file. All understanding is in understanding/understand.ts.

import { commandLine, refuse } from '../base/command-line.ts'
import { questions, stateAt } from '../desk/script.ts'
import { type DialogueStateName, dialogueStates } from '../desk/types.ts'
import { explain } from '../understanding/explain.ts'
import { isQuestion, parted, sectionIn } from '../understanding/labelled.ts'
import type { Understanding } from '../understanding/types.ts'
import { type Listening, understand } from '../understanding/understand.ts'
import { deskOfCommand, deskUsage } from './desk-in-use.ts'
import { printEach } from './input-lines.ts'

const usage = `usage: bun run understand [--question verify | --state identification] [--lang fr] [--desk shop] [--why]
                          < lines.txt

  prints one line of JSON for each line of the text: every field that the rules understand in it. A line
  [symptom:mobile] is the question of the lines after it, and what a line has after ' -> ' is printed as its
  label: the labelled lists have this form, and so have turns that the operator's page exports
  --question  the question it answers: ${questions.join(', ')}
  --state     where in the conversation it is said, when no question is given:
              ${dialogueStates.join(', ')}
  --why       also the text that the rules saw, and each rule that matched, with its span in that text
${deskUsage}`

/**
 * What is printed for a line: its text and its label, every field of its Understanding under its own name, and on
 * request why.
 */
function report(line: string, listening: Listening, why: boolean): object {
  const [text, label] = parted(line)
  const head = { text, ...(label !== undefined && { label }) }
  if (!why) return { ...head, ...fieldsOf(understand(text, listening)) }
  const { plain, fired, reader, understanding } = explain(text, listening)
  return { ...head, ...fieldsOf(understanding), plain, why: fired, reader }
}

/** Beside the notes, `third` says whether the caller calls for somebody else. */
const fieldsOf = (understanding: Understanding) => ({
  ...understanding,
  third: understanding.notes.includes('third_party'),
})

const isState = (name: string): name is DialogueStateName => dialogueStates.some((state) => state === name)

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
  let listening: Listening =
    question === undefined
      ? { name: state, ...about }
      : { name: stateAt[question], ...about, asking: question }
  await printEach((line) => {
    const { question: asking, topic } = sectionIn(line) ?? {}
    if (asking === undefined || !isQuestion(asking)) return report(line, listening, why)
    listening = { name: stateAt[asking], ...about, asking, known: { topic: topic ?? null } }
    return undefined
  })
}

if (import.meta.main) await run()
