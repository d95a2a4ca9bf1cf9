import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import type { Disk } from '../../src/recording/disk.ts'
import { type CallDetails, callDetailsSchema } from '../../src/recording/files.ts'
import { createRecorder, type RecorderOptions } from '../../src/recording/recorder.ts'
import { RecordingMemories } from '../../src/recording/track-memory.ts'
import { FakeClock, settle } from '../support/lab/fake-clock.ts'
import { MemoryDisk } from '../support/scenarios/memory-disk.ts'

setDefaultTimeout(60_000)

const callId = '0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a01'
const details: CallDetails = callDetailsSchema.parse({
  outcome: 'goodbye',
  states: [{ state: 'welcome', atMs: 0 }],
})

function frame(value: number): Int16Array {
  return new Int16Array(160).fill(value)
}

function bench(options: Partial<RecorderOptions> = {}) {
  const clock = new FakeClock()
  const disk = new MemoryDisk()
  const metrics = new Metrics()
  const warnings: string[] = []
  const log = {
    debug() {},
    info() {},
    error() {},
    warn: (text: string) => void warnings.push(text),
    with: () => log,
  }
  const memories = new RecordingMemories()
  const recorder = createRecorder({
    dir: '/rec',
    callId,
    startedWallMs: clock.wallMs(),
    clock,
    log,
    metrics,
    disk,
    memories,
    ...options,
  })
  const count = (name: string) => metrics.counter(name, '').value
  /** One tick: time passes, the caller's frame if any, the agent's. */
  const tick = async (caller: Int16Array | null, agent: Int16Array | null) => {
    if (caller) recorder.caller(caller)
    recorder.agent(agent)
    clock.advance(20)
    await settle()
  }
  return { clock, disk, recorder, warnings, memories, count, tick }
}

describe('recorder', () => {
  test('both sides are on disk sample for sample from the same start', async () => {
    const { disk, recorder, tick } = bench()
    for (let i = 1; i <= 100; i++) await tick(frame(i), i % 2 ? frame(-i) : null)
    await recorder.close(details)
    const caller = disk.samples('caller')
    const agent = disk.samples('agent')
    expect([caller.length, agent.length]).toEqual([16_000, 16_000])
    for (let i = 1; i <= 100; i++)
      expect([caller[(i - 1) * 160], agent[i * 160 - 1]]).toEqual([i, i % 2 ? -i : 0])
  })

  test('a disk that keeps up always has all but the last 160 ms, in whole frames', async () => {
    const { disk, tick } = bench()
    await settle()
    for (let i = 1; i <= 200; i++) {
      await tick(frame(i), frame(i))
      for (const track of ['caller', 'agent'] as const) {
        const written = disk.samples(track).length
        expect(written % 160).toBe(0)
        expect(i * 160 - written).toBeLessThanOrEqual(8 * 160)
      }
    }
  })

  test('a disk that takes a few bytes at a time loses nothing', async () => {
    const { disk, recorder, tick } = bench()
    disk.most = 7
    for (let i = 1; i <= 10; i++) await tick(frame(i), frame(i))
    await recorder.close(details)
    expect([...disk.samples('agent')].filter((_, at) => at % 160 === 0)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ])
  })

  test('a disk that hangs for 15 s costs 5 s in the middle, marked as a gap; the newest 10 s stay, aligned', async () => {
    const { disk, recorder, tick, memories, count } = bench()
    await tick(frame(1), frame(1))
    disk.hold()
    for (let i = 2; i <= 750; i++) await tick(frame(i), frame(i))
    disk.release()
    await settle(1_000)
    for (let i = 751; i <= 800; i++) await tick(frame(i), frame(i))
    await recorder.close(details)
    const caller = disk.samples('caller')
    expect(caller.length).toBe(800 * 160)
    for (const i of [1, 2, 8, 251, 500, 750, 751, 800]) expect(caller[(i - 1) * 160]).toBe(i)
    for (const i of [9, 100, 250]) expect(caller[(i - 1) * 160]).toBe(0)
    expect(disk.json().audio.gaps).toEqual([
      { track: 'caller', fromMs: 160, toMs: 5_000 },
      { track: 'agent', fromMs: 160, toMs: 5_000 },
    ])
    expect(count('recording_frames_dropped_total')).toBe(2 * 242)
    expect(memories.used).toBe(0)
  })

  test('a dead disk ends the recording with one warning and one error counted; the call goes on', async () => {
    const { disk, recorder, tick, warnings, count } = bench()
    await tick(frame(1), frame(1))
    disk.fail = true
    for (let i = 0; i < 500; i++) await tick(frame(1), frame(1))
    expect(warnings).toEqual(['recording stopped, the call goes on'])
    expect(count('recording_stopped_total')).toBe(1)
    disk.fail = false
    await recorder.close(details)
    expect(disk.json().audio.stopped?.reason).toBe('failed')
  })

  test('a disk that never answers delays the end of the call by at most 5 s', async () => {
    const { clock, disk, recorder, tick, warnings, memories } = bench()
    disk.hold()
    for (let i = 0; i < 10; i++) await tick(frame(1), frame(1))
    const closing = recorder.close(details)
    await clock.run(5_000)
    await closing
    expect(warnings).toEqual(['recording was not finished in time'])
    expect(memories.used).toBe(0)
  })

  test('recording stops when the disk is nearly full', async () => {
    let low = false
    const { disk, recorder, tick, warnings } = bench({ spaceIsLow: () => low })
    for (let i = 0; i < 16; i++) await tick(frame(1), frame(1))
    low = true
    for (let i = 0; i < 50; i++) await tick(frame(1), frame(1))
    await recorder.close(details)
    expect(warnings).toEqual(['recording stopped, the call goes on'])
    expect(disk.samples('agent').length).toBe(16 * 160)
    expect(disk.json().audio.stopped?.reason).toBe('noSpace')
  })

  test('the record exists while the call runs, without an end, and has one afterwards', async () => {
    const { clock, disk, recorder } = bench()
    recorder.save({ ...details, outcome: null })
    await settle(30)
    expect(disk.json()).toMatchObject({ outcome: null, endedAt: null, durationMs: null })
    clock.advance(5_000)
    await recorder.close(details)
    expect(disk.json()).toMatchObject({ outcome: 'goodbye', durationMs: 5_000, states: details.states })
  })

  test('an unknown field is not written to disk', async () => {
    const { disk, recorder } = bench()
    await recorder.close(Object.assign({ ...details }, { token: 'a-secret' }))
    expect([...disk.texts.values()].join()).not.toContain('a-secret')
    expect(disk.json().outcome).toBe('goodbye')
  })

  test('of many saves in a row the last one is on disk', async () => {
    const { disk, recorder } = bench()
    for (let i = 0; i < 50; i++) recorder.save({ ...details, reason: `save ${i}` })
    await settle(30)
    expect(disk.json().reason).toBe('save 49')
  })

  test('a call that comes back with the same UUID gets a recording of its own', async () => {
    const first = bench()
    await first.tick(frame(1), frame(1))
    await first.recorder.close(details)
    const second = bench({ disk: first.disk, memories: first.memories })
    await second.tick(frame(2), frame(2))
    await second.recorder.close(details)
    expect([first.disk.samples('caller')[0], first.disk.samples('caller', `${callId}-2`)[0]]).toEqual([1, 2])
    expect(first.disk.json(`${callId}-2`).callId).toBe(callId)
  })

  test.each(['../../etc/passwd', 'x', '', `${callId}/..`])(
    'the call id %j never becomes a path',
    async (bad) => {
      const { disk, recorder, tick, warnings } = bench({ callId: bad })
      await tick(frame(1), frame(1))
      await recorder.close(details)
      expect([disk.files.size, disk.texts.size]).toEqual([0, 0])
      expect(warnings).toEqual(['recording stopped, the call goes on'])
    },
  )
})

describe('a file that was opened is closed', () => {
  /** Fails at what its name says, and notes which files are open. */
  function brittleDisk(fails: 'agent' | 'truncate') {
    const disk = new MemoryDisk()
    const open: string[] = []
    const create: Disk['create'] = async (path) => {
      if (fails === 'agent' && path.includes('.agent.')) throw new Error('EMFILE')
      const file = await disk.create(path)
      if (!file) return undefined
      open.push(path)
      return {
        ...file,
        truncate: () => Promise.reject(new Error('EIO')),
        close: async () => void open.splice(open.indexOf(path), 1),
      }
    }
    return { disk: { create, replace: disk.replace.bind(disk) } as Disk, open }
  }

  test.each(['agent', 'truncate'] as const)('when %s fails', async (fails) => {
    const { disk, open } = brittleDisk(fails)
    const clock = new FakeClock()
    const metrics = new Metrics()
    const recorder = createRecorder({
      ...{ dir: '/rec', callId, clock, log: silentLog, metrics, disk },
      startedWallMs: clock.wallMs(),
    })
    for (let i = 0; i < 12; i++) recorder.agent(null)
    await settle()
    await recorder.close(details)
    expect(open).toEqual([])
    expect(metrics.snapshot().find(({ name }) => name === 'recording_stopped_total')).toMatchObject({
      value: 1,
    })
  })
})

describe('the caller’s permission', () => {
  const onDisk = (disk: MemoryDisk) => [...disk.files.keys()].filter((path) => path.endsWith('.raw'))

  test('an objection deletes both tracks at once, and the record stays without audio', async () => {
    const { disk, recorder, tick, memories } = bench({ permission: 'notice' })
    for (let i = 1; i <= 40; i++) await tick(frame(i), frame(i))
    recorder.allow()
    expect(onDisk(disk)).toHaveLength(2)
    recorder.forbid()
    await settle()
    expect([onDisk(disk), memories.used]).toEqual([[], 0])
    for (let i = 1; i <= 40; i++) await tick(frame(i), frame(i))
    recorder.allow()
    await recorder.close(details)
    expect(onDisk(disk)).toEqual([])
    expect(disk.json().audio).toMatchObject({
      samples: 0,
      gaps: [],
      stopped: { reason: 'refused', atMs: 800 },
    })
  })

  test('an objection before the files exist leaves none', async () => {
    const { disk, recorder } = bench({ permission: 'notice' })
    recorder.forbid()
    await recorder.close(details)
    expect(onDisk(disk)).toEqual([])
  })

  test('a notice that was never heard to its end leaves no audio', async () => {
    const { disk, recorder, tick } = bench({ permission: 'notice' })
    for (let i = 1; i <= 40; i++) await tick(frame(i), frame(i))
    await recorder.close(details)
    expect(onDisk(disk)).toEqual([])
    expect(disk.json().audio.stopped?.reason).toBe('notAnnounced')
  })

  test('with consent nothing is on disk before the yes, and the time before it is silence', async () => {
    const { disk, recorder, tick } = bench({ permission: 'consent' })
    for (let i = 1; i <= 100; i++) await tick(frame(500), frame(500))
    expect(onDisk(disk)).toEqual([])
    recorder.allow()
    for (let i = 1; i <= 100; i++) await tick(frame(900), frame(900))
    await recorder.close(details)
    const agent = disk.samples('agent')
    expect(agent.length).toBe(disk.samples('caller').length)
    expect([agent.includes(500), agent.includes(900)]).toEqual([false, true])
    expect(agent.subarray(0, 12_000).every((one) => one === 0)).toBe(true)
  })

  test('a pause is silence in both tracks, and its times are in the record', async () => {
    const { disk, recorder, tick } = bench()
    for (let i = 1; i <= 50; i++) await tick(frame(700), frame(700))
    recorder.pause(true)
    for (let i = 1; i <= 50; i++) await tick(frame(612), frame(612))
    recorder.pause(false)
    for (let i = 1; i <= 50; i++) await tick(frame(700), frame(700))
    await recorder.close(details)
    for (const track of ['caller', 'agent'] as const) {
      expect(disk.samples(track).includes(612)).toBe(false)
      expect(disk.samples(track).length).toBe(24_000)
    }
    expect(disk.json().audio.pauses).toEqual([{ fromMs: 1_000, toMs: 2_000 }])
  })
})
