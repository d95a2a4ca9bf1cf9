// `bun run e2e`: real Asterisk, real SIP phones, the real bot as a process of its own. Prints a line for each case and
// ends with `N passed, N failed`; exit code 1 when one failed.

import { commandLine } from '../../src/base/command-line.ts'
import { type Case, runTogether, type Tally } from './case.ts'
import { callerCases } from './cases/callers.ts'
import { deskCases } from './cases/desk.ts'
import { dialplanCases, refusedCases } from './cases/dialplan.ts'
import { doctorCases } from './cases/doctor.ts'
import { echoCases } from './cases/echo.ts'
import { faultCases } from './cases/faults.ts'
import { loadCases } from './cases/load.ts'
import { restartCases } from './cases/restart.ts'
import { speechCases } from './cases/speech.ts'
import { whoCallsCases } from './cases/who-calls.ts'
import { World } from './world.ts'

/** Side by side within a group; one group after the other, where cases would disturb each other's measurements. */
const groups: (readonly Case<World>[])[] = [
  refusedCases,
  dialplanCases,
  callerCases,
  ...echoCases.map((each) => [each]),
  [...deskCases, ...faultCases, ...whoCallsCases],
  // Ears that listen in real time, beside bots that start, hear too little on two cores.
  speechCases,
  ...restartCases.map((each) => [each]),
  // They set the globals of the dialplan.
  ...doctorCases.map((each) => [each]),
  loadCases,
]

const usage = `usage: bun run e2e [--only words] [--keep]

  real Asterisk 22, downloaded once to VOICEBOT_CACHE (or ~/.cache), real SIP phones, and the bot as its own process
  --only  the cases whose title has these words
  --keep  keeps Asterisk's folder with its log`

const { only, keep } = commandLine(usage, {
  options: { only: { type: 'string', default: '' }, keep: { type: 'boolean', default: false } },
}).values
const world = await World.open()
const total: Tally = { passed: 0, failed: 0, again: 0 }
try {
  for (const group of groups) {
    const tally = await runTogether(
      group.filter((each) => each.title.includes(only)),
      world,
    )
    total.passed += tally.passed
    total.failed += tally.failed
    total.again += tally.again
  }
  const errors = await world.lab.errors()
  if (errors.length > 0) console.log(`Asterisk's log has ${errors.length} errors:\n${errors.join('\n')}`)
} finally {
  await world.close({ keepLab: keep })
  if (keep) console.log(`kept ${world.lab.home}`)
}
if (total.again > 0) console.log(`${total.again} of them passed on their second try`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0)
