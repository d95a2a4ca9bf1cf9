// DATA_DIR at a start: created with its mode, and a warning where it cannot be written.

import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { readConfig } from '../../src/config.ts'
import { createRelief } from '../../src/server/context.ts'
import { openDataFolder } from '../../src/server/data.ts'
import { createMemories } from '../../src/server/memories.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

let dir: string
let lines: string[]
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'data-'))
  lines = []
})
afterEach(() => rm(dir, { recursive: true }))

const open = async (dataDir: string) => {
  const { log } = createLog({ level: 'info', showPrivate: false, write: (line) => void lines.push(line) })
  const config = readConfig({ DATA_DIR: dataDir })
  const context = {
    config,
    clock: new FakeClock(),
    log,
    metrics: new Metrics(),
    degraded: new Map(),
    relief: createRelief(),
    memories: createMemories(),
  }
  await openDataFolder(context)
  return [...context.degraded.values()]
}

describe('the data folder', () => {
  test('is created at the start, and others may not read it', async () => {
    const path = join(dir, 'a', 'data')
    expect(await open(path)).toEqual([])
    expect((await stat(path)).mode & 0o777 & ~0o750).toBe(0)
    expect(lines).toEqual([])
  })

  test('where it cannot be created, the server says so and goes on', async () => {
    await Bun.write(join(dir, 'file'), '')
    const [degraded] = await open(join(dir, 'file', 'data'))
    expect(degraded).toContain('DATA_DIR cannot be written')
    expect(lines.join('')).toContain('set DATA_DIR to a writable folder')
  })
})
