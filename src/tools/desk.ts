// `bun run desk --at step < lines.txt`: what the desk does with each line, as one line of JSON, so that whole
// turns can be tried on a file. For each line a fresh desk is brought to the question; a TAB separates turns of one
// caller.

import { commandLine, refuse } from '../base/command-line.ts'
import { topicNames } from '../desk/desk.ts'
import { type DialogueState, step } from '../dialogue/dialogue-machine.ts'
import { deskAt, fictionalCaller, type Reachable, reachable } from '../rehearsal/at-question.ts'
import { understand } from '../understanding/understand.ts'
import { flowSvg } from './desk-flow.ts'
import { deskOfCommand, deskUsage } from './desk-in-use.ts'
import { printEach } from './input-lines.ts'

const usage = `usage: bun run desk --at verify [--topic internet] [--lang fr] [--desk shop] < lines.txt
       bun run desk --draw > docs/desk-flow.svg

  prints one line of JSON for each line of the text: what the desk does when a caller says it
  --at     the question that is open: ${reachable.join(', ')}
  --topic  what the caller has said the call is about: internet, mobile or another topic of the desk;
           unless given, its first topic from the question for the symptom on, and nothing before it
${deskUsage}

  --draw   prints the desk's topics, symptoms and steps as SVG

  A TAB in a line separates several turns of one caller. At phoneConfirm the desk has read
  ${fictionalCaller.phone} back. A caller may ask for another language, which "language" then shows.`

/** What a caller's turns do, and where they lead. */
export function tried(text: string, start: DialogueState) {
  let state = start
  const did: string[] = []
  for (const words of text.split('\t')) {
    const [next, decision] = step(state, { kind: 'said', understanding: understand(words, state) })
    state = next
    did.push(...decision.say.map(({ name }) => name))
  }
  const { pending, ended, known, makesSure, language } = state
  const asking = state.asking === undefined ? null : `${state.asking}${makesSure ? 'Sure' : ''}`
  const thirdParty = known.notes.includes('third_party')
  return { text, did, asking, language, pending, ended, known: { ...known, thirdParty } }
}

const isReachable = (name: string | undefined): name is Reachable => reachable.some((one) => one === name)

async function run(): Promise<void> {
  const {
    at,
    topic,
    lang,
    desk: name,
    draw,
  } = commandLine(usage, {
    options: {
      ...{
        at: { type: 'string' },
        topic: { type: 'string' },
        lang: { type: 'string' },
        desk: { type: 'string' },
      },
      draw: { type: 'boolean', default: false },
    },
  }).values
  const { desk, texts, offered } = await deskOfCommand(usage, { desk: name, lang })
  if (draw) {
    process.stdout.write(flowSvg(desk))
    return
  }
  if (!isReachable(at)) refuse(usage, at === undefined ? '--at is missing' : `"${at}" is not a question`)
  if (topic !== undefined && !topicNames(desk).includes(topic))
    refuse(usage, `"${topic}" is not a topic: ${topicNames(desk).join(', ')}`)
  const start = startAt(at, desk, texts, topic, offered)
  await printEach((text) => tried(text, start))
}

/** @see deskAt; a topic whose calls never come to the question ends the process */
function startAt(...given: Parameters<typeof deskAt>): DialogueState {
  try {
    return deskAt(...given)
  } catch (error) {
    return refuse(usage, error instanceof Error ? error.message : String(error))
  }
}

if (import.meta.main) await run()
