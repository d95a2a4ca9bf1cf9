// Erasing a caller from the command line: a folder, a log, and a server or none.

import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { appendFileSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAdmin } from '../../src/admin/server.ts'
import { callRecordSchema } from '../../src/recording/files.ts'
import { accessMain } from '../../src/tools/access.ts'
import { eraseMain } from '../../src/tools/erase.ts'
import { stripLog } from '../../src/tools/strip-log.ts'
import { callId, fakeProgram, otherId } from '../admin/fakes.ts'

setDefaultTimeout(60_000)

let dir = ''
let printed = ''
const out = { write: (text: string) => (printed += text) }
/** Nothing listens there. */
const nobody = { ADMIN_PORT: '9' }
const settings = () => ({ ...nobody, RECORDINGS_DIR: dir, DATA_DIR: join(dir, 'data') })
const auditLines = async () => (await Bun.file(join(dir, 'data/audit.jsonl')).text()).trim().split('\n')

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'erase-'))
  printed = ''
})
afterEach(() => rm(dir, { recursive: true }))

async function put(id: string, phone: string) {
  const audio = { rateHz: 8_000, samples: 0, gaps: [], stopped: null }
  const startedAt = '2026-11-23T09:00:00.000Z'
  const record = { version: 1, id, callId: id, startedAt, endedAt: null, durationMs: null, phone, audio }
  await Bun.write(join(dir, '2026-11-23', `${id}.json`), JSON.stringify(callRecordSchema.parse(record)))
  for (const side of ['caller', 'agent']) await Bun.write(join(dir, '2026-11-23', `${id}.${side}.raw`), 'ab')
}

test('without a server the recordings of the number are deleted here, however it is written', async () => {
  await put(callId, '0612345678')
  await put(otherId, '0687654321')
  expect(await eraseMain(['+33 6 12 34 56 78'], out, settings())).toBe(0)
  expect(printed).toBe(`1 calls erased with 1 recordings, in ${dir}, no server answers here\n`)
  expect((await readdir(join(dir, '2026-11-23'))).every((name) => name.startsWith(otherId))).toBe(true)
})

test('without a server an erasure and a look leave a line in the audit trail, without the number', async () => {
  await put(callId, '0612345678')
  await accessMain(['0612345678'], out, settings())
  await eraseMain(['0612345678'], out, settings())
  const lines = await auditLines()
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    ['caller.read', 'caller.erase'].map((action) => ({
      time: expect.any(String),
      who: expect.stringMatching(/^command of ./),
      address: 'this machine',
      action,
    })),
  )
  expect(lines.join()).not.toContain('0612345678')
})

test('a log loses the private fields of those calls, and nothing else', async () => {
  await put(callId, '0612345678')
  const log = join(dir, 'bot.log')
  const other = `{"event":"said","callId":"${otherId}","private":{"text":"b"}}`
  const plain = `not json\n{"event":"call ended","callId":"${callId}"}\n${other}\n`
  await Bun.write(log, `{"event":"said","callId":"${callId}","private":{"text":"a"}}\n${plain}`)
  expect(await eraseMain(['0612345678', '--log', log], out, settings())).toBe(0)
  expect(await Bun.file(log).text()).toBe(`{"event":"said","callId":"${callId}"}\n${plain}`)
})

test('a log keeps its mode, and loses lines of other calls whose private field holds the number', async () => {
  const log = join(dir, 'bot.log')
  const line = `{"event":"said","callId":"${otherId}","private":{"text":"zéro six douze 34 56 78"}}\n`
  const later = `{"event":"said","callId":"${otherId}","private":{"text":"oui"}}\n`
  await Bun.write(log, line + later)
  await chmod(log, 0o600)
  expect(await stripLog(log, [], '0612345678')).toBe(2)
  expect((await stat(log)).mode & 0o777).toBe(0o600)
  expect(await Bun.file(log).text()).not.toContain('private')
  expect(await stripLog(log, [], '0612345678')).toBe(0)
})

test('a log that grows meanwhile is left as it is, and the command says what to do', async () => {
  const log = join(dir, 'bot.log')
  const line = `{"event":"said","callId":"${callId}","private":{"text":"a"}}\n`
  await Bun.write(log, line)
  const grow = () => appendFileSync(log, '{"event":"call started"}\n')
  await expect(stripLog(log, [callId], '0612345678', grow)).rejects.toThrow('is still written to')
  expect(await Bun.file(log).text()).toBe(`${line}{"event":"call started"}\n`)
  expect(await readdir(dir)).toEqual(['bot.log'])
})

test('everything that is held of a caller is printed, without a server too', async () => {
  await put(callId, '0612345678')
  await put(otherId, '0687654321')
  const environment = settings()
  expect(await accessMain(['+33 6 12 34 56 78'], out, environment)).toBe(0)
  const { recordings } = JSON.parse(printed)
  expect(recordings).toMatchObject([
    { day: '2026-11-23', record: { callId }, audio: `/api/recordings/${callId}.wav` },
  ])
  expect(recordings).toHaveLength(1)
  expect(await accessMain(['12'], out, environment)).toBe(2)
})

test('a running server erases what it remembers too, and names the calls in progress', async () => {
  const program = fakeProgram({ token: 'a-token-for-the-tests-only' })
  const server = startAdmin({ host: '127.0.0.1', port: 0, app: program.app })
  const settings = { ADMIN_PORT: new URL(server.url).port, RECORDINGS_DIR: dir }
  try {
    expect(
      await eraseMain(['06.12.34.56.78'], out, { ...settings, ADMIN_TOKEN: 'a-token-for-the-tests-only' }),
    ).toBe(1)
    expect(program.asked).toEqual(['erase 0612345678'])
    expect(printed).toContain('1 calls of this number are in progress')
    printed = ''
    expect(
      await eraseMain(['0612345678'], out, { ...settings, ADMIN_TOKEN: 'another-token-of-the-tests' }),
    ).toBe(1)
    expect(printed).toContain('401')
  } finally {
    await server.stop()
  }
})

test.each([[[]], [['12']], [['0612345678', '0687654321']], [['--all']]])(
  '%j is refused, and nothing is asked',
  async (args) => {
    expect(await eraseMain(args, out, settings())).toBe(2)
    expect(printed).toContain('usage: bun run erase')
  },
)
