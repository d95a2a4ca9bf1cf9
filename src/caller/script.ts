// Parses the script of a caller (`bun run call --script`): one line of text is one act.

import { isKey, type Key } from '../base/keys.ts'

/** Acts are done one after the other: each when the agent is silent after the one before it. */
export type Act =
  | { kind: 'says'; text: string }
  /** Once the agent has begun to speak. */
  | { kind: 'saysOver'; text: string }
  | { kind: 'plays'; file: string }
  | { kind: 'keys'; keys: Key[] }
  /** Delays the next act. */
  | { kind: 'waits'; ms: number }
  | { kind: 'hangsUp' }

export const scriptHelp = `A script is a text file; each line is one thing that the caller does, in turn with the agent:

  # a comment
  Ma box ne marche plus.            says this when the agent is silent
  over Attendez !                   says this one second after the agent begins to speak
  keys 0612345678#                  presses these keys when the agent is silent
  wav silence.wav                   plays a WAV file (16 bit, any rate) from the folder of the script
  wait 3s                           waits this much longer
  hang up                           ends the call; without it the caller stays until --max`

/**
 * @param name of the script, for error messages
 * @throws {Error} with the line number and what is wrong
 */
export function parseScript(text: string, name: string): Act[] {
  const acts: Act[] = []
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const said = line.replace(/(^|\s)#\s.*$|^\s*#.*$/, '').trim()
    if (said === '') continue
    const act = actOf(said)
    if (typeof act === 'string') throw new Error(`${name}, line ${i + 1}: ${act}`)
    acts.push(act)
  }
  if (acts.length === 0) throw new Error(`${name}: the script is empty`)
  return acts
}

/** @returns the act, or what is wrong with it */
function actOf(line: string): Act | string {
  const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? []
  if (line === 'hang up') return { kind: 'hangsUp' }
  switch (word) {
    case 'over':
      return rest === '' ? 'over needs words to say' : { kind: 'saysOver', text: rest }
    case 'wav':
      return rest === '' ? 'wav needs the name of a file' : { kind: 'plays', file: rest }
    case 'keys': {
      const pressed = [...rest.replace(/\s/g, '')]
      if (pressed.length === 0 || !pressed.every(isKey)) return `keys "${rest}" are not 0 to 9, *, #, A to D`
      return { kind: 'keys', keys: pressed }
    }
    case 'wait': {
      const seconds = /^(\d+(?:\.\d+)?)s$/.exec(rest)
      return seconds
        ? { kind: 'waits', ms: Number(seconds[1]) * 1_000 }
        : `wait "${rest}" is not a time such as 3s`
    }
    default:
      return { kind: 'says', text: line }
  }
}
