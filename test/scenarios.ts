// `bun run scenarios [part of a name] [--transcript] [--folder path]`: plays the calls of test/call/scenarios, or of
// another folder, on a faked clock and prints a table. Ends with 1 when a call differs from what its file expects.

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { commandLine } from '../src/base/command-line.ts'
import { seconds } from './support/scenarios/caller.ts'
import { differences } from './support/scenarios/check.ts'
import { type Played, play } from './support/scenarios/run.ts'
import { help, readScenarios, type Scenario } from './support/scenarios/scenario-file.ts'

const usage = `usage: bun run scenarios [part of a name]... [--transcript] [--folder path]

  plays whole calls, written in YAML, on a faked clock and prints a row for each
  --transcript  prints what both sides say
  --folder      another folder than test/call/scenarios

What a scenario file may hold, field by field:
${Object.entries(help)
  .map(([field, write]) => `  ${field.padEnd(12)} ${write}`)
  .join('\n')}`

const { values, positionals } = commandLine(usage, {
  options: { transcript: { type: 'boolean', default: false }, folder: { type: 'string' } },
  allowPositionals: true,
})

const folder =
  values.folder === undefined
    ? new URL('./call/scenarios/', import.meta.url)
    : pathToFileURL(`${resolve(values.folder)}/`)

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

const scenarios = await readScenarios(folder).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
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
