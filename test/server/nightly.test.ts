import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { readConfig, settings } from '../../src/config.ts'
import { type ArchiveRun, nightly, scheduleNightly, startArchive } from '../../src/server/records/nightly.ts'

setDefaultTimeout(60_000)

const dir = await mkdtemp(join(tmpdir(), 'nightly-'))
afterAll(() => rm(dir, { recursive: true, force: true }))

const config = readConfig({ RECORDINGS_DIR: dir, RECORDINGS_DAYS: '30', MAX_CALLS: '10' })

/** An archive that ends by itself; after `stop` it ends with code 3. */
function running(ended: Promise<{ code: number; text: string }>): ArchiveRun {
  const stopped = Promise.withResolvers<{ code: number; text: string }>()
  return {
    ended: Promise.race([ended, stopped.promise]),
    stop: () => stopped.resolve({ code: 3, text: '1 archived' }),
  }
}

type Archive = (onLine: (line: string) => void) => Promise<{ code: number; text: string }>
function setup(archive: Archive, calls: number[] = [0], held: boolean[] = []) {
  const lines: { event: string; level: string }[] = []
  const waits: number[] = []
  const { log } = createLog({
    level: 'info',
    showPrivate: false,
    write: (line) => void lines.push(JSON.parse(line)),
  })
  const deps = {
    log,
    liveCalls: () => calls.shift() ?? 0,
    maxCalls: () => 10,
    isHeld: () => held.shift() ?? false,
    metrics: new Metrics(),
    archive: (onLine: (line: string) => void) => running(archive(onLine)),
    wait: async (ms: number) => {
      waits.push(ms)
      // Lets pending promises settle, so that an archive that has ended is noticed.
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  return { deps, lines, waits }
}

describe('the night', () => {
  test('waits while more than half of MAX_CALLS are live', async () => {
    const { deps, waits } = setup(async () => ({ code: 0, text: '' }), [9, 6, 5])
    await nightly(config, deps)
    expect(waits.filter((ms) => ms > 30_000)).toEqual([300_000, 300_000])
  })

  test('waits while an overloaded server holds such work', async () => {
    const { deps, waits } = setup(async () => ({ code: 0, text: '' }), [0, 0], [true, true])
    await nightly(config, deps)
    expect(waits.filter((ms) => ms > 30_000)).toEqual([300_000, 300_000])
  })

  test('stops the archive when many calls arrive, and resumes it when they have ended', async () => {
    let runs = 0
    const never = new Promise<{ code: number; text: string }>(() => {})
    const { deps, lines, waits } = setup(
      () => (++runs === 1 ? never : Promise.resolve({ code: 0, text: '9 archived' })),
      [0, 0, 3, 6, 6, 6, 5],
    )
    await nightly(config, deps)
    expect(runs).toBe(2)
    expect(waits.filter((ms) => ms > 30_000)).toEqual([300_000])
    expect(lines.map(({ event, level }) => `${level} ${event}`)).toEqual([
      'info recordings archived',
      'info archive paused until calls have ended',
      'info recordings archived',
    ])
  })

  test('shows the progress in two gauges, which are 0 when it has ended', async () => {
    const seen: unknown[] = []
    const numbers = (): unknown =>
      deps.metrics.snapshot().map((sample) => [sample.name, 'value' in sample ? sample.value : 0])
    const { deps, lines } = setup(async (onLine) => {
      for (const line of ['120/1000', 'a worker was replaced']) onLine(line)
      seen.push(numbers())
      return { code: 0, text: '' }
    })
    await nightly(config, deps)
    expect(seen).toEqual([
      [
        ['archive_recordings', 1_000],
        ['archive_recordings_done', 120],
      ],
    ])
    expect(numbers()).toEqual([
      ['archive_recordings', 0],
      ['archive_recordings_done', 0],
    ])
    expect(lines[0]).toMatchObject({ event: 'archiving', done: 120, total: 1_000 })
  })

  test('recordings that cannot become MP3 stay RAW, and the log says so', async () => {
    let runs = 0
    const { deps, lines } = setup(async () => {
      runs++
      return { code: 0, text: '' }
    })
    await nightly(config, { ...deps, cannotArchive: 'ffmpeg is not installed' })
    expect(runs).toBe(0)
    expect(lines.map(({ event, level }) => `${level} ${event}`)).toEqual(['warn recordings stay RAW'])
  })

  test('the nightly archive is the archive command, run on RECORDINGS_DIR', async () => {
    await mkdir(join(dir, '2026-11-20'), { recursive: true })
    const { code, text } = await startArchive(config, () => {}).ended
    expect([code, text]).toEqual([0, expect.stringContaining('0 archived')])
  })

  test('a child of the server gets no key and no token in its environment', async () => {
    const names = Object.entries(settings).flatMap(([name, { secret }]) =>
      secret ? [name, `${name}_FILE`] : [],
    )
    expect(names.length).toBeGreaterThan(6)
    const before = { ...process.env }
    for (const name of [...names, 'CONFIG_FILE', 'AWS_SECRET_ACCESS_KEY']) process.env[name] = 'hush'
    try {
      const print = ['--no-env-file', '-e', 'process.stderr.write(JSON.stringify(process.env))']
      const { code, text } = await startArchive(config, () => {}, print).ended
      expect(code).toBe(0)
      const environment: Record<string, string> = JSON.parse(text)
      expect(text).not.toContain('hush')
      expect(environment).toMatchObject({ PATH: before.PATH, RECORDINGS_DIR: dir, CONFIG_FILE: '' })
    } finally {
      for (const name of [...names, 'AWS_SECRET_ACCESS_KEY']) delete process.env[name]
      process.env.CONFIG_FILE = before.CONFIG_FILE
    }
  })

  test('every process that src/ starts has its environment written out', async () => {
    const offences: string[] = []
    for await (const path of new Bun.Glob('**/*.ts').scan('src')) {
      // Tools of developers: they run on our own packages, before any key is there.
      if (path.startsWith('tools/')) continue
      const text = await Bun.file(join('src', path)).text()
      const starts = text.match(/\bBun\.spawn(Sync)?\(|\bchild_process\b/g)?.length ?? 0
      const written = text.match(/\benv: childEnvironment\(/g)?.length ?? 0
      if (starts !== written) offences.push(path)
    }
    expect(offences).toEqual([])
  })

  test('archives nothing when there is no folder of recordings', async () => {
    let runs = 0
    const { deps, lines } = setup(async () => {
      runs++
      return { code: 0, text: '' }
    })
    await nightly(readConfig({ RECORDINGS_DIR: join(dir, 'none') }), deps)
    expect([runs, lines]).toEqual([0, []])
  })

  test('logs a failed archive as a warning', async () => {
    const { deps, lines } = setup(async () => ({ code: 1, text: '1 failed' }))
    await nightly(config, deps)
    expect(lines[0].level).toBe('warn')
    const thrown = setup(() => Promise.reject(new Error('no such program')))
    await nightly(config, thrown.deps)
    expect(thrown.lines[0].event).toContain('failed')
  })

  test('does nothing when RECORDINGS_DIR is empty', () => {
    const { deps } = setup(async () => ({ code: 0, text: '' }))
    expect(() => scheduleNightly(readConfig({ RECORDINGS_DIR: '' }), deps)()).not.toThrow()
    expect(() => scheduleNightly(config, deps)()).not.toThrow()
  })
})
