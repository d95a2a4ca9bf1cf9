// After the erasure of a number nothing holds it: no file in any spelling, and no object that the server can reach. The
// caller keyed the number and rejected it, which no field of the record keeps.

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { saysNumberInAny } from '../../src/understanding/spoken-number.ts'
import { Telephone } from './world.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'erasure-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** A mobile number that no text of the project holds. */
const phone = `06${String(10_000_000 + Math.floor(Math.random() * 80_000_000))}`
const national = phone.slice(1)
const pairs = phone.match(/../g) ?? []
/** Digits of the spellings that a search for text finds. */
const spellings = [
  national,
  pairs.join(' '),
  pairs.join('.'),
  pairs.join('-'),
  `6 ${pairs.slice(1).join(' ')}`,
]
const holds = (text: string) => spellings.some((spelling) => text.includes(spelling))

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 40_000
  while (!(await condition())) if (performance.now() > endMs) throw new Error(`did not happen: ${what}`)
}

type Server = {
  port: number
  ask(path: string, body?: object): Promise<Response>
  /** Text of every object that can be reached. */
  heap(): Promise<string>
  stop(): Promise<unknown>
}

async function start(): Promise<Server> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'erasure-server.ts')], {
    env: {
      ...{ PATH: process.env.PATH, AUDIOSOCKET_PORT: '0', ADMIN_PORT: '0', RECORDINGS_MIN_FREE_MB: '0' },
      ...{ RECORDINGS_DIR: join(root, 'recordings'), DATA_DIR: join(root, 'data'), CONFIG_FILE: '' },
      ADMIN_TOKEN: 'kZ8mQ2xV7nB4tR9wL5cY3pH6dF1sJ0gA',
    },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader()
  const { port, url } = JSON.parse((await lines.read()).value ?? '')
  let snapshots = 0
  return {
    port,
    ask: (path, body) =>
      fetch(new URL(path, url), {
        headers: {
          'content-type': 'application/json',
          authorization: 'Bearer kZ8mQ2xV7nB4tR9wL5cY3pH6dF1sJ0gA',
        },
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      }),
    async heap() {
      const path = join(root, `heap-${++snapshots}`)
      child.stdin.write(`${path}\n`)
      child.stdin.flush()
      await lines.read()
      const text = await Bun.file(path).text()
      await rm(path)
      return text
    },
    stop: () => {
      child.stdin.write('\n')
      child.stdin.end()
      return child.exited
    },
  }
}

async function filesThatHold(): Promise<string[]> {
  const found: string[] = []
  for (const name of await Array.fromAsync(new Bun.Glob('**/*').scan({ cwd: root, dot: true }))) {
    // A file may go while the folder is read: audio that was not allowed, a temporary file.
    const text = await readFile(join(root, name), 'utf8').catch(() => '')
    if (holds(text) || saysNumberInAny(text.split('\n'), phone)) found.push(name)
  }
  return found
}

test('a number that was keyed and rejected is in no file and in no reachable object after its erasure', async () => {
  const server = await start()
  const call = await Telephone.dial(server.port)
  const lookAt = async () =>
    (await (await server.ask(`/api/calls/${call.callId}`)).json()) as { state: string }
  call.asterisk.press('1')
  await until('the number is asked', async () => (await lookAt()).state === 'identification')
  // Digits before the question is heard would share a line with the key of the menu.
  await until('the question is heard', async () => JSON.stringify(await lookAt()).includes('numéro'))
  for (const digit of phone) call.asterisk.press(digit as '0')
  await until('the number is read back', async () => JSON.stringify(await lookAt()).includes('ai noté le'))
  call.asterisk.press('2')
  await call.hears(100)
  call.hangUp()
  await until('the record is on disk', async () => (await filesThatHold()).length > 0)
  await until('the call is over', async () => {
    const { recordings } = (await (await server.ask('/api/recordings')).json()) as {
      recordings: { record: { endedAt: string | null; numbers: string[] } }[]
    }
    return recordings[0]?.record.endedAt != null
  })
  expect(holds(await server.heap())).toBe(true)
  const held = (await (await server.ask('/api/callers/find', { phone })).json()) as {
    recordings: unknown[]
    calls: unknown[]
  }
  expect([held.recordings.length, held.calls.length]).toEqual([1, 1])

  const erased = await (await server.ask('/api/callers/erase', { phone })).json()
  expect(erased).toEqual({ erased: [call.callId], recordings: 1, live: [], unmatched: 0 })
  expect(await filesThatHold()).toEqual([])
  expect(holds(await server.heap())).toBe(false)
  await server.stop()
}, 120_000)
