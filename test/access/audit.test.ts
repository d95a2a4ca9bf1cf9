import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AuditTrail } from '../../src/access/audit.ts'
import { silentLog } from '../../src/base/log.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'audit-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const clock = new FakeClock()
const entry = (id: string) => ({ who: 'marie', address: '192.0.2.1', action: 'recording.delete', id })

test('lines are appended in order, for owner and group only, and the newest are read first', async () => {
  const audit = new AuditTrail({ clock, log: silentLog, dir })
  await Promise.all(['a', 'b', 'c'].map((id) => audit.record(entry(id))))
  expect((await audit.newest(2)).map(({ id }) => id)).toEqual(['c', 'b'])
  expect((await stat(join(dir, 'audit.jsonl'))).mode & 0o777).toBe(0o640)
  const again = new AuditTrail({ clock, log: silentLog, dir })
  await again.record(entry('d'))
  expect((await again.newest(9)).map(({ id }) => id)).toEqual(['d', 'c', 'b', 'a'])
})

test('a full file is rotated, and the oldest is dropped', async () => {
  const audit = new AuditTrail({ clock, log: silentLog, dir, maxBytes: 300, keepFiles: 2 })
  for (let n = 0; n < 20; n++) await audit.record(entry(String(n)))
  const files = (await readdir(dir)).filter((name) => name.endsWith('.jsonl'))
  expect(files.sort()).toEqual(['audit.1.jsonl', 'audit.2.jsonl', 'audit.jsonl'])
  expect((await audit.newest(3)).map(({ id }) => id)).toEqual(['19', '18', '17'])
})

test('several instances that share the folder lose no line when they rotate', async () => {
  const trails = [1, 2, 3].map(
    () => new AuditTrail({ clock, log: silentLog, dir, maxBytes: 1_000, keepFiles: 9 }),
  )
  const ids = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'))
  // In turns, so that each finds the file changed by the others, and then all at once.
  for (const [n, id] of ids.slice(0, 30).entries()) await trails[n % 3]!.record(entry(id))
  await Promise.all(ids.slice(30).map((id, n) => trails[n % 3]!.record(entry(id))))
  const found = await trails[0]!.newest(999)
  expect(found.map(({ id }) => id!).sort()).toEqual(ids)
  const files = (await readdir(dir)).filter((name) => name.endsWith('.jsonl'))
  expect(files.length).toBeLessThan(9)
  expect((await stat(join(dir, '.audit.lock'))).mode & 0o777).toBe(0o640)
})

test('a line cut by a crash is skipped, and the next one stands alone', async () => {
  const audit = new AuditTrail({ clock, log: silentLog, dir })
  await audit.record(entry('a'))
  await Bun.write(join(dir, 'audit.jsonl'), `${await Bun.file(join(dir, 'audit.jsonl')).text()}{"time":"2026`)
  expect((await audit.newest(9)).map(({ id }) => id)).toEqual(['a'])
  const restarted = new AuditTrail({ clock, log: silentLog, dir })
  await restarted.record(entry('b'))
  expect((await restarted.newest(9)).map(({ id }) => id)).toEqual(['b', 'a'])
})

test('a folder that cannot be written is reported, and the action goes on', async () => {
  const faults: (string | undefined)[] = []
  const gone = join(dir, 'gone')
  const audit = new AuditTrail({ clock, log: silentLog, dir: gone, onFault: (fault) => faults.push(fault) })
  await audit.record(entry('a'))
  expect(faults).toHaveLength(1)
  expect(faults[0]).toContain('ENOENT')
})

test('only the lines that are wanted count', async () => {
  const audit = new AuditTrail({ clock, log: silentLog, dir })
  for (let i = 0; i < 1_200; i++)
    await audit.record({ ...entry(String(i)), who: i % 600 === 0 ? 'marie' : 'luc' })
  const found = await audit.newest(5, ({ who }) => who === 'marie')
  expect(found.map(({ id }) => id)).toEqual(['600', '0'])
})
