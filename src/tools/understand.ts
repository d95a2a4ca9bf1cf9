// `bun run understand --state identification --lang fr < lines.txt`: what the rules understand in each line, as one line
// of JSON, so that a linguist can try them on a file. All understanding is in understanding/understand.ts.

import { commandLine, refuse } from '../base/command-line.ts'
import { type DialogueStateName, dialogueStates, type Language } from '../desk/types.ts'
import type { Understanding } from '../understanding/types.ts'
import { understand } from '../understanding/understand.ts'

const usage = `usage: bun run understand [--state identification] [--lang fr] < lines.txt

  prints one line of JSON for each line of the text: what the rules understand in it
  --state  where in the conversation it is said: ${dialogueStates.join(', ')}
  --lang   fr or en`

/** What is printed for a line. `done`, `stuck` and `confused` depend on the step in progress and are printed as `none`. */
export function report(text: string, said: Understanding): Record<string, string | null> {
  const { answer, topic, intent, phone, name } = said
  const shown = ['human', 'repeat', 'wait', 'goodbye'].includes(intent) ? intent : 'none'
  return { text, answer, topic, intent: shown, phone, name }
}

const isState = (name: string): name is DialogueStateName => dialogueStates.some((state) => state === name)
const isLanguage = (name: string): name is Language => name === 'fr' || name === 'en'

async function run(): Promise<void> {
  const { state, lang } = commandLine(usage, {
    options: {
      state: { type: 'string', default: 'identification' },
      lang: { type: 'string', default: 'fr' },
    },
  }).values
  if (!isState(state)) refuse(usage, `"${state}" is not a state`)
  if (!isLanguage(lang)) refuse(usage, `"${lang}" is not a language`)
  const lines = (await Bun.stdin.text()).split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  const out = lines.map((text) =>
    JSON.stringify(report(text, understand(text, { name: state, language: lang }))),
  )
  if (out.length > 0) console.log(out.join('\n'))
}

if (import.meta.main) await run()
