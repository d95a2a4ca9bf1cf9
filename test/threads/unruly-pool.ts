// Pools over the unruly worker, for the tests of the pool.

import { type Clock, systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { createPool, type Pool } from '../../src/threads/pool.ts'
import type { WorkerError } from '../../src/threads/protocol.ts'

let metrics = new Metrics()
const pools: Pool[] = []

type Given = { size: number; startsLater?: boolean; clock?: Clock; worker?: URL | (() => Worker) }

/** A pool with metrics of its own; {@link closePools} closes it. */
export function poolOf({
  size,
  startsLater = false,
  clock = systemClock,
  worker = new URL('./unruly.worker.ts', import.meta.url),
}: Given): Pool {
  metrics = new Metrics()
  const pool = createPool({ name: 'test', worker, size, startsLater, clock, log: silentLog, metrics })
  pools.push(pool)
  return pool
}

export const makePool = (size: number): Pool => poolOf({ size })

/** For `afterEach`. */
export function closePools(): void {
  for (const pool of pools.splice(0)) pool.close()
}

/** A counter that a test shares with its workers. */
export const word = () => new Int32Array(new SharedArrayBuffer(4))

export const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: WorkerError) => error.code,
  )

/** A metric of the newest pool, all labels together. */
export function numberOf(name: string): number {
  return metrics.snapshot().reduce((sum, sample) => {
    return sample.name === name && 'value' in sample ? sum + sample.value : sum
  }, 0)
}
