// Reads the sets of replies: `lines of the desk | name | reply`, one a line.

import { parseTexts, type Texts } from '../../../../src/desk/texts.ts'
import { createGate, type Gate } from '../../../../src/dialogue/model/gate/gate.ts'
import { createSplitter } from '../../../../src/providers/sentences.ts'

const root = new URL('../../../../', import.meta.url)

export type Reply = { goal: readonly string[]; name: string | null; says: string }

export const textsOf = async (language: string): Promise<Texts> =>
  parseTexts(await Bun.file(new URL(`assets/phrases/${language}.json`, root)).json())

const linesOf = async (file: string): Promise<string[]> => {
  const text = await Bun.file(new URL(file, import.meta.url)).text()
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

export async function repliesOf(file: string): Promise<Reply[]> {
  return (await linesOf(file)).map((line) => {
    const [goal, name, ...says] = line.split('|').map((part) => part.trim())
    return { goal: goal.split(/\s+/), name: name || null, says: says.join(' | ') }
  })
}

export const callerTurns = linesOf
/** Facts that no goal of the sets contains, as a model could slip them into an honest sentence. */
export const factsOf = linesOf

export function textOfGoal(texts: Texts, goal: readonly string[]): string {
  const lines = goal.map((name) => {
    const line = texts.lines[name]
    if (line === undefined) throw new Error(`no line ${name}`)
    return typeof line === 'string' ? line : line[0]
  })
  return lines.join(' ')
}

export const gateFor = (texts: Texts, { goal, name }: Reply): Gate =>
  createGate({ language: texts.language, texts, approved: textOfGoal(texts, goal), name })

/** The sentences of a reply as the splitter cuts them, each with the gate's verdict. */
export function verdicts(texts: Texts, reply: Reply): { sentence: string; held: string | undefined }[] {
  const gate = gateFor(texts, reply)
  const splitter = createSplitter()
  const sentences = [...reply.says].flatMap((piece) => splitter.push(piece)).concat(splitter.end())
  return sentences.map((sentence) => ({ sentence, held: gate.judge(sentence) }))
}
