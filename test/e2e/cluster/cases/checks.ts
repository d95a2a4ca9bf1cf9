// Health checks, as HAProxy makes them.

import { type Case, check } from '../../case.ts'
import type { ClusterWorld } from '../world.ts'

/** Forms of a check that an operator may have, in place of the shipped one. */
const stockChecks: Record<string, string> = {
  'the shipped configuration': '',
  'a bare `option httpchk`': '  option httpchk',
  '`option httpchk GET /readyz`': '  option httpchk GET /readyz',
  '`option httpchk HEAD /readyz`': '  option httpchk HEAD /readyz HTTP/1.0',
}

const stock: Case<ClusterWorld> = {
  title: 'HAProxy’s stock health checks hold every bot for up within two seconds, and a stopped one for down',
  limitMs: 60_000,
  async run(world, cleanup) {
    const { machines, bots, haproxy } = await world.cluster(cleanup)
    const took: string[] = []
    for (const [name, lines] of Object.entries(stockChecks)) {
      const change = (config: string) =>
        lines === '' ? config : config.replace(/ {2}option httpchk\n {2}http-check send .*/, lines)
      const startMs = performance.now()
      const one = await world.before(machines, cleanup, change)
      await one.haproxy.hasChecked('L7OK')
      await one.haproxy.hasUp('b1', 'b2', 'b3')
      const ms = performance.now() - startMs
      took.push(ms.toFixed(0))
      check(ms < 2_000, `${name}: up after ${ms.toFixed(0)} ms`)
    }
    bots[0]!.signal('SIGSTOP')
    const stoppedMs = performance.now()
    await haproxy.hasUp('b2', 'b3')
    const downMs = performance.now() - stoppedMs
    check(downMs < 2_500, `a stopped bot is down after ${downMs.toFixed(0)} ms`)
    return `up after ${took.join(', ')} ms; down after ${downMs.toFixed(0)} ms`
  },
}

export const checkCases: Case<ClusterWorld>[] = [stock]
