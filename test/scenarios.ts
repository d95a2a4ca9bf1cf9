// `bun run scenarios [part of a name] [--transcript]`: plays the calls of test/call/scenarios on a faked clock and
// prints a table. Ends with 1 when a call did not go as its file says.

import { parseArgs } from 'node:util'
import { differences } from './support/scenario-check.ts'
import { readScenarios, type Scenario } from './support/scenario-file.ts'
import { type Played, play, seconds } from './support/scenario-run.ts'

const { values, positionals } = parseArgs({
  options: { transcript: { type: 'boolean', default: false } },
  allowPositionals: true,
})

const short: Record<string, string> = {
  welcome: 'wel',
  identification: 'ident',
  diagnostic: 'diag',
  solution: 'sol',
  verification: 'verif',
  transfer: 'transfer',
  goodbye: 'goodbye',
  error: 'error',
}

const scenarios = await readScenarios(new URL('./call/scenarios/', import.meta.url)).catch(
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  },
)
const chosen = scenarios.filter(({ name }) => positionals.every((part) => name.includes(part)))
const width = Math.max(4, ...chosen.map(({ name }) => name.length))
let failed = 0

console.log(`${'name'.padEnd(width)}  ${'call s'.padStart(6)}  ${'outcome'.padEnd(8)}  ok  states`)
for (const scenario of chosen) {
  const played = await play(scenario)
  const found = differences(scenario, played)
  if (found.length > 0) failed++
  const states = played.states.map((state) => short[state] ?? state).join(' ')
  const row = [
    scenario.name.padEnd(width),
    seconds(played.durationMs).padStart(6),
    played.outcome.padEnd(8),
    found.length === 0 ? 'ok' : 'NO',
    states,
  ]
  console.log(row.join('  '))
  for (const difference of found) console.log(`${' '.repeat(width)}  - ${difference}`)
  if (values.transcript) print(scenario, played)
}
console.log(`${chosen.length - failed} of ${chosen.length} calls went as written`)
if (failed > 0 || chosen.length === 0) process.exit(1)

function print({ title }: Scenario, { agent, acts }: Played): void {
  console.log(`\n  ${title}`)
  const said = [
    ...agent.map(({ fromMs, text, cut }) => ({ fromMs, text: `      agent   ${text}${cut ? ' —' : ''}` })),
    ...acts.map(({ fromMs, what }) => ({ fromMs, text: `caller        ${what}` })),
  ]
  for (const { fromMs, text } of said.sort((a, b) => a.fromMs - b.fromMs))
    console.log(`  ${seconds(fromMs).padStart(6)}  ${text}`)
  console.log('')
}
