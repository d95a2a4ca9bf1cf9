// `bun run understand --state identification --lang fr < lines.txt`: what the rules make of each line, one line of
// JSON each, so that a linguist can try them on a file. Leaves all understanding to understanding/understand.ts.

import { parseArgs } from 'node:util'
import { type DialogueStateName, dialogueStates, type Language } from '../desk/types.ts'
import type { Understanding } from '../understanding/types.ts'
import { understand } from '../understanding/understand.ts'

const usage = `usage: bun run understand [--state ${dialogueStates.join('|')}] [--lang fr|en] < lines.txt`

/** What a line prints: the wishes of a step (`done` `stuck` `confused`) belong to the dialogue and count as none. */
export function report(text: string, said: Understanding): Record<string, string | null> {
  const { answer, topic, intent, phone, name } = said
  const shown = ['human', 'repeat', 'wait', 'goodbye'].includes(intent) ? intent : 'none'
  return { text, answer, topic, intent: shown, phone, name }
}

const isState = (name: string): name is DialogueStateName => dialogueStates.some((state) => state === name)
const isLanguage = (name: string): name is Language => name === 'fr' || name === 'en'

/** @returns the exit code: 2 for arguments that say nothing we know */
async function run(): Promise<number> {
  const { state, lang } = given()
  if (!isState(state) || !isLanguage(lang)) {
    console.error(usage)
    return 2
  }
  const lines = (await Bun.stdin.text()).split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  const out = lines.map((text) =>
    JSON.stringify(report(text, understand(text, { name: state, language: lang }))),
  )
  if (out.length > 0) console.log(out.join('\n'))
  return 0
}

/** An option that is none of ours is answered like a value that is none. */
function given(): { state: string; lang: string } {
  try {
    const { values } = parseArgs({
      options: {
        state: { type: 'string', default: 'identification' },
        lang: { type: 'string', default: 'fr' },
      },
    })
    return values
  } catch {
    return { state: '', lang: '' }
  }
}

if (import.meta.main) process.exitCode = await run()
