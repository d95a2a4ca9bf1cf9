// The two connections to Redis: one for commands, one that subscribes. Says whether Redis is of use. A command that is
// not answered in time, or refused because Redis takes no values (full, read-only, wrong password), takes it out of
// use: from then on only a probe is sent, so that nothing piles up, and a probe that is taken brings it back.

import type { Redis, RedisOptions } from 'ioredis'
import type { Clock, Timer } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import type { RedisAddress } from './redis-url.ts'
import { putScript, type Script } from './scripts.ts'
import { answerMs } from './store.ts'

export type LinkOptions = {
  /** Begins the key of the probe. */
  prefix: string
  clock: Clock
  log: Log
  metrics: Metrics
  /** Called with why Redis is of no use now, and with undefined when it is again. */
  onFault: (fault: string | undefined) => void
}

const probeEveryMs = 500
/** A connection whose probes get no answer for this long may be half open: it is made anew. */
const halfOpenMs = 2_000
const pingEveryMs = 1_000
/** How long a connection waits before the next try. */
const reconnectMs = (tries: number) => Math.min(50 * tries, 500)
const secondsBounds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]
/** How Redis's refusals begin that have nothing to do with the one command. */
const unusable =
  /^(READONLY|OOM|MISCONF|LOADING|NOAUTH|WRONGPASS|NOPERM|MASTERDOWN|CLUSTERDOWN|NOREPLICAS|BUSY)\b/

/** Connects in the background. */
export async function openRedisLink(address: RedisAddress, options: LinkOptions): Promise<RedisLink> {
  const { Redis: Client } = await import('ioredis')
  const connection = connectionOptions(address)
  const commands = new Client({
    ...connection,
    commandTimeout: answerMs,
    enableOfflineQueue: false,
    // Otherwise commands whose callers gave up long ago would run when Redis is back.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })
  const subscriber = new Client({ ...connection, maxRetriesPerRequest: null })
  return new RedisLink(options, commands, subscriber)
}

function connectionOptions(address: RedisAddress): RedisOptions {
  const { hosts, username, password, db, isTls, sentinelName } = address
  return {
    ...(sentinelName === undefined
      ? { host: hosts[0]!.host, port: hosts[0]!.port }
      : {
          sentinels: [...hosts],
          name: sentinelName,
          sentinelRetryStrategy: reconnectMs,
          ...(isTls && { enableTLSForSentinelMode: true }),
        }),
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
    ...(isTls && { tls: {} }),
    db,
    connectTimeout: 1_000,
    keepAlive: 5_000,
    retryStrategy: reconnectMs,
    connectionName: 'voicebot',
  }
}

export class RedisLink {
  isUp = false
  private fault: string | undefined
  private readonly listeners = new Map<string, Set<(message: string) => void>>()
  private readonly upTasks = new Set<() => void>()
  private readonly refusals = new Set<string>()
  private readonly seconds
  private readonly upGauge
  private lastAnswerMs: number
  private probing = false
  private probeTimer: Timer | undefined
  private pingTimer: Timer | undefined
  private closed = false

  constructor(
    private readonly options: LinkOptions,
    readonly commands: Redis,
    private readonly subscriber: Redis,
  ) {
    const { clock, metrics } = options
    this.lastAnswerMs = clock.now()
    this.upGauge = metrics.gauge('cluster_redis_up', 'Whether Redis answers and takes values')
    this.seconds = metrics.histogram('cluster_redis_seconds', 'Time of Redis’s answers', secondsBounds)
    commands.on('ready', () => void this.probe())
    commands.on('close', () => this.down('the connection is closed'))
    commands.on('error', (error) => this.down(reasonOf(error)))
    // ioredis reports here what `commands` reports as well, and reconnects.
    subscriber.on('error', () => {})
    subscriber.on('message', (channel: string, message: string) => {
      for (const listener of this.listeners.get(channel) ?? []) listener(message)
    })
    this.down('not connected yet')
    this.ping()
  }

  /** Called whenever Redis comes into use, and now if it is. @returns unsubscribe */
  onUp(task: () => void): () => void {
    this.upTasks.add(task)
    if (this.isUp) task()
    return () => void this.upTasks.delete(task)
  }

  subscribe(channel: string, listener: (message: string) => void): () => void {
    const set = this.listeners.get(channel) ?? new Set()
    if (!this.listeners.has(channel)) {
      this.listeners.set(channel, set)
      // Waits for a connection; fails only when it was closed for good.
      this.subscriber.subscribe(channel).catch(() => {})
    }
    set.add(listener)
    return () => void set.delete(listener)
  }

  close(): void {
    this.closed = true
    this.isUp = false
    this.probeTimer?.cancel()
    this.pingTimer?.cancel()
    this.commands.disconnect()
    this.subscriber.disconnect()
  }

  /** Runs a script, by its digest where Redis has it. */
  async run(script: Script, keys: readonly string[], given: readonly (string | number)[]) {
    const rest = [keys.length, ...keys, ...given] as const
    return this.ask(async () => {
      try {
        return await this.commands.evalsha(script.sha, ...(rest as [number]))
      } catch (error) {
        // Redis was restarted, or its scripts were flushed.
        if (!reasonOf(error).startsWith('NOSCRIPT')) throw error
        return await this.commands.eval(script.lua, ...(rest as [number]))
      }
    })
  }

  /** @returns undefined when Redis is down, refused the command, or did not answer in time */
  async ask<T>(command: () => Promise<T>, isProbe = false): Promise<T | undefined> {
    if (!this.isUp && !isProbe) return undefined
    const { clock } = this.options
    const beganMs = clock.now()
    try {
      const answer = await command()
      this.lastAnswerMs = clock.now()
      this.seconds.observe((this.lastAnswerMs - beganMs) / 1_000)
      return answer
    } catch (error) {
      const reason = reasonOf(error)
      if (isReply(error)) this.lastAnswerMs = clock.now()
      if (!isReply(error) || unusable.test(reason)) this.down(reason)
      else this.refused(reason)
      return undefined
    }
  }

  /** Once for each kind: the same command would be refused in every call. */
  private refused(reason: string): void {
    const kind = reason.split(' ')[0] ?? ''
    if (this.refusals.has(kind)) return
    this.refusals.add(kind)
    this.options.log.warn('Redis refuses a command', { error: reason })
  }

  // ---- up and down

  private down(reason: string): void {
    if (this.closed) return
    const wasUp = this.isUp
    this.isUp = false
    this.upGauge.value = 0
    if (this.fault !== reason) {
      this.fault = reason
      this.options.onFault(reason)
    }
    if (wasUp) void this.probe()
    else this.probeLater()
  }

  private probeLater(): void {
    if (this.probeTimer !== undefined) return
    const { clock } = this.options
    this.probeTimer = clock.at(clock.now() + probeEveryMs, () => {
      this.probeTimer = undefined
      void this.probe()
    })
  }

  /** A write by a script: a Redis that takes it takes everything else. */
  private async probe(): Promise<void> {
    if (this.closed || this.isUp || this.probing) return
    if (this.commands.status !== 'ready') {
      this.probeLater()
      return
    }
    this.probing = true
    const { clock, prefix } = this.options
    const text = [`${prefix}probe`, 0, '1', 5_000] as const
    const taken = await this.ask(() => this.commands.eval(putScript.lua, 1, ...text), true)
    this.probing = false
    if (this.closed) return
    if (taken !== undefined) {
      this.up()
      return
    }
    if (clock.now() - this.lastAnswerMs > halfOpenMs && this.commands.status === 'ready') {
      this.lastAnswerMs = clock.now()
      this.commands.disconnect(true)
    }
    this.probeLater()
  }

  private up(): void {
    this.isUp = true
    this.upGauge.value = 1
    this.fault = undefined
    this.options.onFault(undefined)
    for (const task of this.upTasks) task()
  }

  /** A subscription that hears nothing looks like a connection that is half open, so it is asked. */
  private ping(): void {
    const { clock } = this.options
    const repeat = () => {
      if (!this.closed) this.pingTimer = clock.at(clock.now() + pingEveryMs, () => this.ping())
    }
    if (this.subscriber.status !== 'ready') {
      repeat()
      return
    }
    let isAnswered = false
    const answered = () => {
      isAnswered = true
    }
    this.subscriber.ping().then(answered, answered)
    this.pingTimer = clock.at(clock.now() + halfOpenMs, () => {
      if (!isAnswered && !this.closed) this.subscriber.disconnect(true)
      repeat()
    })
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : errorText(error))

const isReply = (error: unknown): boolean => error instanceof Error && error.name === 'ReplyError'
