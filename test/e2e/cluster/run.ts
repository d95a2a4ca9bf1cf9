// `bun run e2e:cluster`: several bots as processes of their own, a real HAProxy before them, callers over AudioSocket and,
// where a case asks for it, a real Asterisk and a real Redis. Prints a line for each case and ends with `N passed, N failed`.

import { commandLine } from '../../../src/base/command-line.ts'
import { type Case, runTogether, type Tally } from '../case.ts'
import { checkCases } from './cases/checks.ts'
import { frozenCases } from './cases/frozen.ts'
import { listCases } from './cases/list.ts'
import { proxyCases } from './cases/proxy.ts'
import { redisCases } from './cases/redis.ts'
import { rescueCases } from './cases/rescue.ts'
import { restartCases } from './cases/restart.ts'
import { fullCases, spreadCases } from './cases/spread.ts'
import { ClusterWorld } from './world.ts'

/** Side by side within a group. Each case that measures how soon something happens is a group of its own. */
const groups: readonly (readonly Case<ClusterWorld>[])[] = [
  ...[...checkCases, ...spreadCases].map((each) => [each]),
  [...rescueCases, ...redisCases, ...fullCases, ...proxyCases],
  ...[...frozenCases, ...listCases].map((each) => [each]),
  ...restartCases.map((each) => [each]),
]

const usage = `usage: bun run e2e:cluster [--only words]

  several bots behind Debian's haproxy; real Asterisk 22 and Debian's redis-server where a case needs them
  --only  the cases whose title has these words`

const { only } = commandLine(usage, { options: { only: { type: 'string', default: '' } } }).values
const world = new ClusterWorld()
const total: Tally = { passed: 0, failed: 0, again: 0 }
try {
  for (const group of groups) {
    const wanted = group.filter(({ title }) => title.includes(only))
    const { passed, failed, again } = await runTogether(wanted, world)
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
