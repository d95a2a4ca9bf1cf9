// Following the calls of machines that live, and of one that froze: it leaves its stream open and sends nothing.

import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import type { Member, Members } from '../../src/cluster/members.ts'
import { createRemoteCalls } from '../../src/cluster/remote-calls.ts'
import { until } from '../support/clouds/until.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

const machines: Bun.Server<undefined>[] = []
const open = new Set<string>()
let others: Member[] = []
const watchers = new Set<() => void>()
const members = {
  others: () => others,
  onChange(task: () => void) {
    watchers.add(task)
    return () => watchers.delete(task)
  },
} as unknown as Members
const changed = () => {
  for (const task of watchers) task()
}

/** A machine whose stream begins with one row, and goes on in silence. */
function start(id: string): Member {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 0,
    fetch: ({ signal }) => {
      open.add(id)
      signal.addEventListener('abort', () => open.delete(id))
      return new Response(
        new ReadableStream({
          start: (stream) => stream.enqueue(`data: {"rows":["${id}"]}\n\n`),
        }),
        { headers: { 'content-type': 'text/event-stream' } },
      )
    },
  })
  machines.push(server)
  return { id, url: server.url.origin } as Member
}

const seen: [string, unknown][] = []
let stop: () => void
beforeEach(() => {
  others = [start('a'), start('b')]
  const peers = { askAll: async () => [], signature: () => 'signed' }
  stop = createRemoteCalls(new FakeClock(), members, peers).followRows((...batch) => seen.push(batch))
})
afterEach(() => {
  stop()
  seen.length = 0
  for (const machine of machines.splice(0)) machine.stop(true)
})

const has = (machine: string, batch: unknown) =>
  seen.some(([from, found]) => from === machine && Bun.deepEquals(found, batch))

test('a machine that is gone without a word is followed no more, and its calls are gone', async () => {
  await until('both are followed', () => has('a', { rows: ['a'] }) && has('b', { rows: ['b'] }))
  others = others.filter(({ id }) => id !== 'a')
  changed()
  await until('a is gone', () => has('a', undefined))
  await until('its stream is closed', () => !open.has('a'))
  expect(has('b', undefined)).toBe(false)
})

test('one that joins is followed at once', async () => {
  others = [...others, start('c')]
  changed()
  await until('it is followed', () => has('c', { rows: ['c'] }))
  stop()
  expect(watchers.size).toBe(0)
})
