// The admin app is loaded behind its open port: how requests wait for it, and what happens when it cannot be loaded.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { silentLog } from '../../src/base/log.ts'
import { AdminLoad } from '../../src/server/admin-load.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

const bindings = { address: '127.0.0.1' }
const app = { fetch: async () => new Response('the app') }

/** An app whose loads end as the test says. */
function setUp() {
  const clock = new FakeClock()
  const degraded = new Map<string, string>()
  const loads: { isAwaited: () => boolean; done: () => void; failed: (reason: string) => void }[] = []
  const admin = new AdminLoad(
    { clock, log: silentLog, degraded },
    {
      load(isAwaited) {
        const { promise, resolve, reject } = Promise.withResolvers<typeof app>()
        loads.push({ isAwaited, done: () => resolve(app), failed: (reason) => reject(new Error(reason)) })
        return promise as never
      },
      readiness: () => ({ ready: true, degraded: [...degraded.values()] }),
    },
  )
  const ask = (path: string, method = 'GET') =>
    admin.fetch(new Request(`http://bot${path}`, { method }), bindings)
  return { clock, degraded, loads, admin, ask }
}

test('a request that comes before the app hurries it, and gets its answer', async () => {
  const { loads, admin, ask } = setUp()
  admin.start().catch(() => {})
  expect(loads[0]!.isAwaited()).toBe(false)
  const answers = [ask('/'), ask('/readyz')]
  expect([loads.length, loads[0]!.isAwaited()]).toEqual([1, true])
  loads[0]!.done()
  for (const answer of answers) expect(await (await answer).text()).toBe('the app')
  await admin.loaded
  expect(await (await ask('/')).text()).toBe('the app')
  expect([loads.length, loads[0]!.isAwaited()]).toEqual([1, false])
})

test('an app that cannot be loaded is degraded, and a request a second later tries again', async () => {
  const { clock, degraded, loads, admin, ask } = setUp()
  const first = admin.start()
  loads[0]!.failed('no such module')
  await expect(first).rejects.toThrow('no such module')
  expect(degraded.get('admin app')).toContain('no such module')

  const refused = await ask('/api/calls')
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([503, 'not_loaded'])
  const ready = await ask('/readyz')
  expect(await ready.json()).toEqual({ status: 'ready', degraded: [degraded.get('admin app')!] })
  expect((await ask('/healthz')).status).toBe(200)
  expect(loads).toHaveLength(1)

  await clock.run(1_000)
  const again = ask('/api/calls')
  loads[1]!.failed('still no such module')
  expect((await again).status).toBe(503)
  expect(degraded.get('admin app')).toContain('still no such module')

  await clock.run(1_000)
  const last = ask('/')
  loads[2]!.done()
  expect(await (await last).text()).toBe('the app')
  expect(degraded.size).toBe(0)
  await admin.loaded
})

test('a server that takes no calls says so without its app', async () => {
  const readiness = () => ({ ready: false, reason: 'embedded voice: its thread is down' }) as const
  const broken = new AdminLoad(
    { clock: new FakeClock(), log: silentLog, degraded: new Map() },
    { load: () => Promise.reject(new Error('no such module')), readiness },
  )
  const answer = await broken.fetch(new Request('http://bot/readyz'), bindings)
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ code: 'not_ready', detail: readiness().reason })
})
