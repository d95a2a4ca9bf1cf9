// `bun run e2e:cluster`: several bots as processes of their own, a real HAProxy before them, callers over AudioSocket and,
// where a case asks for it, a real Asterisk. Prints a line for each case and ends with `N passed, N failed`.

import { commandLine } from '../../../src/base/command-line.ts'
import { type Case, runTogether, type Tally } from '../case.ts'
import { checkCases } from './cases/checks.ts'
import { proxyCases } from './cases/proxy.ts'
import { restartCases } from './cases/restart.ts'
import { spreadCases } from './cases/spread.ts'
import { ClusterWorld } from './world.ts'

/** One after the other: each of them measures. */
const cases: readonly Case<ClusterWorld>[] = [...checkCases, ...spreadCases, ...proxyCases, ...restartCases]

const usage = `usage: bun run e2e:cluster [--only words]

  several bots behind Debian's haproxy; real Asterisk 22 where a case needs one
  --only  the cases whose title has these words`

const { only } = commandLine(usage, { options: { only: { type: 'string', default: '' } } }).values
const world = new ClusterWorld()
const total: Tally = { passed: 0, failed: 0, again: 0 }
try {
  for (const each of cases.filter(({ title }) => title.includes(only))) {
    const { passed, failed, again } = await runTogether([each], world)
    total.passed += passed
    total.failed += failed
    total.again += again
  }
} finally {
  await world.close()
}
if (total.again > 0) console.log(`${total.again} of them passed on their second try`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0)
