// What a caller does in one call, written down line by line for `bun run call --script`. Text in, acts out.

import { isKey, type Key } from '../base/keys.ts'

/** One thing after the other: each when the agent has fallen silent after the one before it. */
export type Act =
  | { kind: 'says'; text: string }
  /** Once the agent has begun to speak. */
  | { kind: 'saysOver'; text: string }
  | { kind: 'plays'; file: string }
  | { kind: 'keys'; keys: Key[] }
  /** The next act comes so much later. */
  | { kind: 'waits'; ms: number }
  | { kind: 'hangsUp' }

export const scriptHelp = `A script is a text, one thing the caller does on each line, in turn with the agent:

  # after this nothing is read
  Ma box ne marche plus.            the caller says it when the agent has fallen silent
  over Attendez !                   says it a second after the agent has begun to speak
  keys 0612345678#                  presses these keys
  wav silence.wav                   plays a WAV file (16 bit, any rate), found beside the script
  wait 3s                           leaves the agent so much longer to wait
  hang up                           ends the call; without it the caller stays until --max
`

/**
 * @param name of the script, for the message
 * @throws {Error} naming the line and what is wrong with it
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
  if (acts.length === 0) throw new Error(`${name}: there is nothing to do in it`)
  return acts
}

/** @returns the act, or what is wrong with it */
function actOf(line: string): Act | string {
  const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? []
  if (line === 'hang up') return { kind: 'hangsUp' }
  switch (word) {
    case 'over':
      return rest === '' ? 'over is followed by what is said' : { kind: 'saysOver', text: rest }
    case 'wav':
      return rest === '' ? 'wav is followed by the name of a file' : { kind: 'plays', file: rest }
    case 'keys': {
      const pressed = [...rest.replace(/\s/g, '')]
      if (pressed.length === 0 || !pressed.every(isKey)) return `keys "${rest}" are not 0 to 9, *, #, A to D`
      return { kind: 'keys', keys: pressed }
    }
    case 'wait': {
      const seconds = /^(\d+(?:\.\d+)?)s$/.exec(rest)
      return seconds ? { kind: 'waits', ms: Number(seconds[1]) * 1_000 } : `wait "${rest}" is no time like 3s`
    }
    default:
      return { kind: 'says', text: line }
  }
}
