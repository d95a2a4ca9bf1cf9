// What a caller is spared whose line the network tells: the same call twice on the lab's clock, by voice and by keys,
// once with the line and once without.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { play } from '../support/scenarios/run.ts'
import { parseScenario } from '../support/scenarios/scenario-file.ts'

setDefaultTimeout(60_000)

const solved = (given: string, steps: string) => `
title: Un appel pour la mesure
given: { ${given} }
call:
${steps}
expect:
  states: [welcome, identification, diagnostic, solution, verification, goodbye]
  outcome: goodbye
  next: "hangup|"
  agent: [{ line: welcome }, { line: solved }]
  timing: { duration_s: [20, 130] }
`
const line = 'announced: { callerNumber: "+33612345678" }'
/** The questions about who calls, and what the caller answers. */
const byVoice = (given: string, identity: string[]) =>
  solved(
    given,
    ['ma box ne marche plus', ...identity, "c'est fait", 'oui ça marche']
      .map((text) => `  - ${text === "c'est fait" ? '{ wait: 22, says: ' : '{ says: '}"${text}" }`)
      .join('\n'),
  )
const byKeys = (given: string, identity: string[], every: number) =>
  solved(
    `hears: keys${given && `, ${given}`}`,
    ['1', ...identity, '1', '1', '1']
      .map(
        (keys, i) =>
          `  - { keys: "${keys}", every: ${every}${i === identity.length + 2 ? ', wait: 22' : ''} }`,
      )
      .join('\n'),
  )

/** From the first sound to the end, and the lines that the caller hears. */
async function played(text: string) {
  const { durationMs, agent, faults, outcome, texts } = await play(parseScenario('measured.yaml', text))
  expect([faults, outcome]).toEqual([[], 'goodbye'])
  const nameOf = (said: string) =>
    Object.entries(texts.lines).find(([, line]) => [line].flat().includes(said))?.[0] ?? said
  return { seconds: durationMs / 1_000, lines: agent.map((heard) => nameOf(heard.text)) }
}

const dictated = 'zéro six douze trente-quatre cinquante-six soixante-dix-huit'

describe('a call from a line that the network tells', () => {
  test('by voice asks for neither name nor number, and is shorter by what both took', async () => {
    const asked = await played(byVoice('', ['Dupont D U P O N T', dictated, 'oui']))
    const told = await played(byVoice(line, ['oui']))
    const about = (lines: string[]) => lines.filter((name) => /^(ask|confirm)_(name|phone|line)/.test(name))
    expect(about(asked.lines)).toEqual([
      'ask_name',
      'ask_phone',
      'confirm_phone_before',
      'confirm_phone_after',
    ])
    expect(about(told.lines)).toEqual(['confirm_line_before', 'confirm_line_after'])
    expect(asked.seconds - told.seconds).toBeGreaterThan(15)
  })

  test.each([
    ['two a second', 0.5, 9],
    ['as slowly as one caller was seen to press', 0.9, 13],
  ])('by keys, %s, presses one key in place of eleven', async (_, every, seconds) => {
    const asked = await played(byKeys('', ['0612345678', '1'], every))
    const told = await played(byKeys(line, ['1'], every))
    expect(asked.seconds - told.seconds).toBeGreaterThan(seconds)
  })
})
