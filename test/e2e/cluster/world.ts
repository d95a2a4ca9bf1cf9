// What the cases share: ways to start bots on fixed ports and an HAProxy before them. A real Asterisk with its
// technicians, and a Redis, are started for the first case that asks for them.

import { createSecrets } from '../../../src/cluster/secrets.ts'
import { askAdmin } from '../../support/lab/admin.ts'
import { RedisServer } from '../../support/redis/server.ts'
import { freeTcpPort } from '../asterisk/lab.ts'
import { Bot } from '../bot.ts'
import type { Cleanup } from '../case.ts'
import { type Callee, World } from '../world.ts'
import { type Fronts, HaProxy, type Place, shippedConfig } from './haproxy.ts'
import { until } from './until.ts'

export type Settings = Record<string, string>

/** Three bots with so many places that a few dozen callers fill them. Each has a queue of its own, to be known by. */
export const usual: readonly Settings[] = [1, 2, 3].map((n) => ({
  MAX_CALLS: '20',
  TRANSFER_QUEUE: `queue${n}`,
}))

/** A bot that a busy machine holds up is not frozen: how soon HAProxy notices one is the subject of a few cases only. */
export const patient = (config: string): string =>
  config.replaceAll('timeout server 2s', 'timeout server 10s').replace('timeout check 1s', 'timeout check 5s')

/** Of bots that share a Redis. */
const clusterKey = '0123456789abcdef'.repeat(4)
const secrets = createSecrets(clusterKey)

/** Where Redis has something of a call. */
export const keyOf = (kind: 'next' | 'checkpoint', callId: string): string =>
  `vb1:${secrets.site}:${kind}:{${secrets.hash(callId)}}`

/** One figure of a bot's `/metrics`, without its prefix; undefined when the page lacks it. */
export async function figureOf({ http }: Pick<Bot, 'http'>, name: string): Promise<number | undefined> {
  const page = await (await askAdmin(http, '/metrics')).text()
  const found = new RegExp(`^voicebot_${name} (\\S+)$`, 'm').exec(page)
  return found ? Number(found[1]) : undefined
}

/** A bot that can be started again on its ports. */
export class Machine {
  private constructor(
    readonly place: Place,
    private readonly settings: Settings,
    public bot: Bot,
  ) {}

  static async start(settings: Settings = {}): Promise<Machine> {
    const place: Place = {
      audio: freeTcpPort(),
      admin: freeTcpPort(),
      agent: freeTcpPort(),
      maxCalls: Number(settings.MAX_CALLS ?? 100),
    }
    const all: Settings = {
      AUDIOSOCKET_PORT: String(place.audio),
      ADMIN_PORT: String(place.admin),
      AGENT_PORT: String(place.agent),
      PROXY_FROM: '127.0.0.1',
      TRANSFER_QUEUE: 'nobody',
      // Overload is not the subject: on a busy machine it would refuse callers that a case counts.
      OVERLOAD: 'ignore',
      ...settings,
    }
    return new Machine(place, all, await Bot.start(all))
  }

  /** Kills what is left of the bot, and starts it on the same ports. */
  async startAgain(): Promise<void> {
    await this.bot.stop()
    this.bot = await Bot.start(this.settings)
  }

  /** Starts a bot that has died on the same ports, with what is left on its disk. */
  async comeBack(): Promise<void> {
    await this.bot.kill()
    this.bot = await Bot.start(this.settings, this.bot.recordings)
  }

  /** Starts the bot again when an earlier case has killed, frozen or drained it. */
  async heal(): Promise<void> {
    const isReady = await fetch(`${this.bot.http}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (!isReady) await this.startAgain()
  }
}

export class Cluster {
  constructor(
    readonly machines: readonly Machine[],
    readonly fronts: Fronts,
    readonly haproxy: HaProxy,
  ) {}

  get bots(): Bot[] {
    return this.machines.map(({ bot }) => bot)
  }

  /** Base URL of all bots, through HAProxy. */
  get http(): string {
    return `http://127.0.0.1:${this.fronts.http}`
  }

  /** Where the dialplan sends a caller. */
  get callee(): Callee {
    return { audioSocket: `127.0.0.1:${this.fronts.audio}`, http: this.http }
  }

  /** Settles with the machine, among these, on which a call has begun. */
  async ownerOf(callId: string, among = this.machines): Promise<Machine> {
    const began = ({ bot }: Machine) => bot.logOf(callId).some(({ event }) => event === 'call started')
    await until('a bot has the call', () => among.some(began))
    return among.find(began)!
  }

  /** Calls in progress at each bot, as HAProxy counts them. */
  async liveAtBots(): Promise<number[]> {
    const servers = await this.haproxy.servers()
    return this.machines.map((_, i) => servers[`bots/b${i + 1}`]?.live ?? -1)
  }

  /** What the dialplan is told about a call. */
  async nextOf(callId: string): Promise<string> {
    const answer = await fetch(`${this.http}/asterisk/calls/${callId}/next`)
    return (await answer.text()).split('\n')[0] ?? ''
  }
}

export class ClusterWorld {
  private lab: Promise<World> | undefined
  private readonly redises = new Map<string, Promise<RedisServer>>()
  private readonly machines = new Map<string, Machine>()
  /** The bots of one case start after those of another: more at once are not ready in time on two busy cores. */
  private started: Promise<unknown> = Promise.resolve()

  /**
   * Bots with these settings, and the shipped HAProxy before them. Cases that ask for the same settings share the bots,
   * which are healed between two cases.
   *
   * @param settings of each bot; so many bots there are
   * @param change what the case changes in the shipped configuration
   */
  async cluster(
    cleanup: Cleanup,
    settings: readonly Settings[] = usual,
    change: (config: string) => string = (config) => config,
  ): Promise<Cluster> {
    const started = this.started.then(() =>
      Promise.allSettled(settings.map((each, i) => this.machine(`${i} ${JSON.stringify(each)}`, each))),
    )
    this.started = started
    const machines = (await started).map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason
      return outcome.value
    })
    return this.before(machines, cleanup, change)
  }

  /** Three bots that share a Redis and see each other. @param change of HAProxy's shipped configuration */
  async sharing(
    cleanup: Cleanup,
    redis: RedisServer,
    settings: Settings = {},
    change = patient,
  ): Promise<Cluster> {
    const shared = { REDIS_URL: redis.url, CLUSTER_KEY: clusterKey, ...settings }
    const cluster = await this.cluster(cleanup, [shared, shared, shared], change)
    await cluster.haproxy.hasUp('b1', 'b2', 'b3')
    await until('the bots see each other', async () =>
      (await Promise.all(cluster.bots.map((bot) => figureOf(bot, 'cluster_members')))).every(
        (is) => is === 3,
      ),
    )
    return cluster
  }

  /** The Redis of this name, with nothing in it. An earlier try of the case may have killed it. */
  async redis(name: string): Promise<RedisServer> {
    const starting = this.redises.get(name) ?? RedisServer.start()
    this.redises.set(name, starting)
    const redis = await starting
    if ((await redis.cli('flushall')) !== 'OK') await redis.restart()
    return redis
  }

  /** Starts one more HAProxy before bots that run. */
  async before(
    machines: readonly Machine[],
    cleanup: Cleanup,
    change: (config: string) => string = (config) => config,
  ): Promise<Cluster> {
    const fronts = { audio: freeTcpPort(), http: freeTcpPort(), figures: freeTcpPort() }
    const places = machines.map(({ place }) => place)
    const haproxy = await HaProxy.start(change(await shippedConfig(places, fronts)), fronts.figures)
    cleanup(() => haproxy.stop())
    return new Cluster(machines, fronts, haproxy)
  }

  private async machine(key: string, settings: Settings): Promise<Machine> {
    const known = this.machines.get(key)
    if (known) await known.heal()
    const machine = known ?? (await Machine.start(settings))
    this.machines.set(key, machine)
    return machine
  }

  /** A real Asterisk with SIP phones. */
  asterisk(): Promise<World> {
    this.lab ??= World.open()
    return this.lab
  }

  async close(): Promise<void> {
    for (const { bot } of this.machines.values()) await bot.stop()
    await this.lab?.then((world) => world.close())
    for (const redis of this.redises.values()) await (await redis).kill()
  }
}
