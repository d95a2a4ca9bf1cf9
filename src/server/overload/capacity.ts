// How many calls this machine carries, and how many may be in progress: MAX_CALLS, or what was measured. The measuring
// runs in the background while no call is live, once per machine and version, and is kept in DATA_DIR.

import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { version } from '../../../package.json'
import type { Timer } from '../../base/clock.ts'
import { errorText } from '../../base/errors.ts'
import { replaceFile } from '../../base/replace-file.ts'
import type { Config } from '../../config.ts'
import type { ServerContext } from '../context.ts'
import { type Measured, startMeter } from './meter.ts'

/** `MAX_CALLS=auto` before the first measurement, as the default of MAX_CALLS is. */
const callsBefore = 100
/** For the ramp only: what a machine of two cores carries. */
const carriedBefore = 300
/**
 * On the machine where `bun run bench density` found that 300 calls with recogniser, record, judge and live replies are
 * good and 500 are not, a frame of the measuring thread takes so long. Ratios hold from machine to machine.
 */
const reference = { calls: 300, usPerFrame: 25 }
/** Memory is prepared for so many calls at most. */
const mostCalls = 2_000

/** As many calls as the server prepares for: at most so many may ever be in progress. */
export const preparedCalls = ({ MAX_CALLS }: Pick<Config, 'MAX_CALLS'>): number =>
  MAX_CALLS === 'auto' ? mostCalls : MAX_CALLS

/** The start is over by then, and vendors are warmed up. */
const firstTryMs = 5_000
/** A server that has calls all day measures at night. */
const nextTryMs = 60_000
const longestRunMs = 60_000

/** What the figure depends on. */
export type Fingerprint = { cpu: string; cores: number; memoryGb: number; bun: string; version: string }

export const thisMachine = (): Fingerprint => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 2 ** 30),
  bun: Bun.version,
  version,
})

/** Calls that a machine carries. With one core the call thread shares it with all other threads. @returns a ten */
export function callsCarried(usPerFrame: number, cores: number): number {
  const calls = (reference.calls * reference.usPerFrame) / usPerFrame / (cores > 1 ? 1 : 2)
  return Math.min(mostCalls, Math.max(10, Math.floor(calls / 10) * 10))
}

export type CapacityOptions = { liveCalls: () => number; machine: Fingerprint; startMeter: typeof startMeter }

export class Capacity {
  private readonly options: CapacityOptions
  private readonly path: string
  private readonly gauges
  private measured: number | undefined
  private timer: Timer | undefined
  private stopMeter: (() => void) | undefined

  /** Reads what was kept, or measures later. Never throws. */
  constructor(
    private readonly context: Pick<ServerContext, 'clock' | 'config' | 'log' | 'metrics'>,
    options: Pick<CapacityOptions, 'liveCalls'> & Partial<CapacityOptions>,
  ) {
    const { config, metrics } = context
    this.options = { machine: thisMachine(), startMeter, ...options }
    this.path = join(config.DATA_DIR, 'capacity.json')
    this.gauges = {
      limit: metrics.gauge('calls_max', 'Calls that may be in progress at once'),
      carried: metrics.gauge(
        'calls_carried',
        'Calls that this machine carries, measured in the background; 0 until then',
      ),
    }
    this.measured = readKept(this.path, this.options.machine)
    this.show()
    if (this.measured === undefined) this.tryAfter(firstTryMs)
  }

  /** Calls that may be in progress at once. */
  get limit(): number {
    const { MAX_CALLS } = this.context.config
    return MAX_CALLS === 'auto' ? (this.measured ?? callsBefore) : MAX_CALLS
  }

  /** What the machine carries, measured, or supposed until then. */
  get carried(): number {
    return this.measured ?? carriedBefore
  }

  /** A call has begun: a run stops at once, and another is tried later. */
  callBegan(): void {
    if (this.stopMeter) this.stopRun()
  }

  stop(): void {
    this.timer?.cancel()
    this.stopMeter?.()
  }

  private tryAfter(ms: number): void {
    const { clock } = this.context
    this.timer = clock.at(clock.now() + ms, () => this.run())
  }

  private run(): void {
    if (this.options.liveCalls() > 0) {
      this.tryAfter(nextTryMs)
      return
    }
    const { clock } = this.context
    this.stopMeter = this.options.startMeter((found) => this.ended(found))
    this.timer = clock.at(clock.now() + longestRunMs, () => this.stopRun())
  }

  private stopRun(): void {
    this.timer?.cancel()
    this.stopMeter?.()
    this.stopMeter = undefined
    this.tryAfter(nextTryMs)
  }

  private ended(found: Measured): void {
    const { log } = this.context
    this.timer?.cancel()
    this.stopMeter = undefined
    if (found.kind === 'failed') {
      log.warn('what this machine carries could not be measured', { reason: found.reason })
      return
    }
    const { machine } = this.options
    this.measured = callsCarried(found.usPerFrame, machine.cores)
    this.show()
    const usPerFrame = Math.round(found.usPerFrame * 100) / 100
    const kept = JSON.stringify({ ...machine, usPerFrame, calls: this.measured })
    replaceFile(this.path, `${kept}\n`, 0o640).catch((error: unknown) =>
      log.warn('what this machine carries cannot be kept in DATA_DIR', { error: errorText(error) }),
    )
  }

  private show(): void {
    const { log, config } = this.context
    const { measured, limit } = this
    this.gauges.limit.value = limit
    this.gauges.carried.value = measured ?? 0
    if (measured === undefined) return
    log.info('calls that this machine carries', {
      carried: measured,
      maxCalls: limit,
      set: `${config.MAX_CALLS}`,
    })
    if (measured < limit)
      log.warn('MAX_CALLS exceeds what this machine carries: new calls go to the queue while it is late', {
        maxCalls: limit,
        carried: measured,
      })
  }
}

/** @returns undefined when nothing usable was kept for this machine and version */
function readKept(path: string, machine: Fingerprint): number | undefined {
  try {
    const {
      calls,
      usPerFrame: _,
      ...kept
    } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    const isSame = Bun.deepEquals(kept, machine)
    return isSame && typeof calls === 'number' && calls >= 10 && calls <= mostCalls ? calls : undefined
  } catch {
    // No file, or a damaged one: it is measured again.
    return undefined
  }
}
