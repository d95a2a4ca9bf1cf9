// The steps of read-only.test.ts, in a process that has the mounts for itself.

import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callRecordSchema } from '../../src/recording/files.ts'
import { searchHere } from '../../src/recording/search/search.ts'

const dir = mkdtempSync(join(tmpdir(), 'read-only-'))
const day = '2026-11-23'
const mount = (...args: string[]) => {
  const { success, stderr } = Bun.spawnSync(['mount', ...args, dir])
  if (!success) throw new Error(stderr.toString())
}

function put(n: number): string {
  const id = `aaaaaaaa-1c3e-4f60-8a11-${String(n).padStart(12, '0')}`
  mkdirSync(join(dir, day), { recursive: true })
  const record = callRecordSchema.parse({
    ...{ version: 1, id, callId: id, durationMs: 60_000, outcome: 'goodbye' },
    startedAt: `2026-11-23T09:0${n}:00.000Z`,
    endedAt: '2026-11-23T10:00:00.000Z',
    audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null },
    transcript: [{ who: 'caller', text: 'un pamplemousse', atMs: 0 }],
  })
  const path = join(dir, day, `${id}.json`)
  writeFileSync(path, JSON.stringify(record))
  return path
}

mount('-t', 'tmpfs', 'recordings')
let search = searchHere(dir)
const say = async (what: string) => {
  const { hits } = await search.find({ text: 'pamplemousse', limit: 9 })
  const index = readdirSync(dir).filter((name) => name.startsWith('.'))
  process.stdout.write(`${what} ${hits.length}${what.startsWith('written') ? ` in ${index}` : ''}\n`)
}
put(1)
const second = put(2)
await say('written')
// What is new has to go into the index, so that the search writes.
search.close()
put(3)
rmSync(second)
mount('-o', 'remount,ro')
search = searchHere(dir)
await say('read-only')
await say('read-only again')
mount('-o', 'remount,rw')
rmSync(second.replace('2.json', '3.json'))
await say('written again')
search.close()
Bun.spawnSync(['umount', dir])
rmdirSync(dir)
