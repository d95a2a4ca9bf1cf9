// Workers that only a real deadline ends: 300 ms each.

import { afterEach, describe, expect, test } from 'bun:test'
import type { WorkerError } from '../../src/threads/protocol.ts'
import { closePools, codeOf, makePool, numberOf, poolOf, word } from './unruly-pool.ts'

afterEach(closePools)

describe('a lost worker', () => {
  const crashes = [
    ['spins', 'no answer within'],
    ['neverAnswers', 'no answer within'],
    ['growsWithoutEnd', 'no answer within'],
  ] as const

  test.each(crashes)(
    '%s: the job is tried once more, then fails; other jobs do not notice',
    async (job, why) => {
      const pool = makePool(3)
      const tries = word()
      const others = Array.from({ length: 20 }, (_, value) => pool.run<number>('echo', { value }))
      const error = await pool.run(job, { tries }, { deadlineMs: 300 }).catch((thrown: WorkerError) => thrown)
      expect(error).toMatchObject({ name: 'WorkerError', code: 'crashed' })
      expect((error as WorkerError).message).toContain(why)
      expect(tries[0]).toBe(2)
      expect(numberOf('worker_restarts_total')).toBe(2)
      expect(await Promise.all(others)).toEqual(Array.from({ length: 20 }, (_, value) => value))
      expect(await Promise.all([1, 2, 3].map((value) => pool.run<number>('echo', { value })))).toEqual([
        1, 2, 3,
      ])
    },
  )

  test.each(crashes)('%s once: the second try succeeds', async (job) => {
    const pool = makePool(2)
    const answer = await pool.run<string>(`${job}Once`, { tries: word() }, { deadlineMs: 300 })
    expect(answer).toBe('second try')
    expect(numberOf('worker_restarts_total')).toBe(1)
  })

  test('a script that does not exist fails its jobs and is not restarted in a busy loop', async () => {
    const pool = poolOf({ size: 2, worker: new URL('./missing.worker.ts', import.meta.url) })
    expect(await codeOf(pool.run('echo', {}, { waitMs: 200 }))).toBeOneOf(['late', 'crashed'])
    expect(numberOf('worker_restarts_total')).toBeLessThan(12)
  })

  test('pieces already delivered do not come again in the second try', async () => {
    const pieces: unknown[] = []
    const pool = makePool(2)
    const onChunk = (data: unknown) => pieces.push(data)
    expect(await pool.run<number>('pieces', { tries: word() }, { deadlineMs: 300, onChunk })).toBe(5)
    expect(pieces).toEqual([0, 1, 2, 3, 4])
  })
})

test('streams go on in another worker when theirs is lost, with the same answers', async () => {
  const pool = makePool(2)
  const stream = pool.stream<{ add: number; crash?: Int32Array }, number>('sums', 0, { deadlineMs: 300 })
  const bystander = pool.stream<{ add: number }, number>('sums', 1_000)
  expect(await stream.push({ add: 1 })).toBe(1)
  expect(await bystander.push({ add: 1 })).toBe(1_001)
  expect(await stream.push({ add: 2, crash: word() })).toBe(3)
  expect(await bystander.push({ add: 1 })).toBe(1_002)
  expect(await stream.end()).toBe(3)
  expect(numberOf('worker_restarts_total')).toBe(1)
})
