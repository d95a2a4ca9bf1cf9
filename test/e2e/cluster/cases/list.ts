// The calls of all machines as the operator has them: one list and one table, actions on any machine, and what is left
// of a machine that dies or freezes.

import type { RowBatch } from '../../../../src/calls/rows.ts'
import type { CallInfo } from '../../../../src/calls/views.ts'
import { askAdmin } from '../../../support/lab/admin.ts'
import type { Bot } from '../../bot.ts'
import { type Case, type Cleanup, check } from '../../case.ts'
import { type AudioCaller, Callers, fates } from '../callers.ts'
import { wordings } from '../conversation.ts'
import { Metronome } from '../metronome.ts'
import { until } from '../until.ts'
import type { Cluster, ClusterWorld, Machine } from '../world.ts'
import { hearing } from './rescue.ts'

const callers = 30
/** So many of them are not hung up on, and not transferred. */
const staying = 12
const actsWithinMs = 50
/** On a busy machine an action takes long at the bot that has the call too. */
const slowerThanOwn = 10
const goneWithinMs = 6_000
/** The bot that is asked, the two that it asks, and this process. */
const processes = 4

type Call = { callId: string; owner: Machine; other: Machine }

const list: Case<ClusterWorld> = {
  title: `${callers} calls of three bots are one list, are led from any bot at once, and leave it when their bot dies or freezes`,
  limitMs: 180_000,
  async run(world, cleanup) {
    const [sip, redis] = await Promise.all([world.asterisk(), world.redis('rescue')])
    const cluster = await world.sharing(cleanup, redis, await hearing(sip))
    const { machines, fronts } = cluster
    const crowd = await new Callers(cleanup).dialMany(fronts.audio, callers, 20)
    await until('every caller hears a bot', () => crowd.every(({ frames, isUp }) => frames > 10 || !isUp))
    check(fates(crowd).up === callers, JSON.stringify(fates(crowd)))
    const calls = await Promise.all(crowd.map((caller) => placed(caller, cluster)))
    for (const { bot } of machines) await lists(bot, calls)

    const metronome = await Metronome.start(cleanup)
    const { own, others } = await actOnAll(calls)
    const [p99, ownP99] = [at(others, 0.99), at(own, 0.99)]
    const figures =
      `${others.length} actions on another bot: p50 ${at(others, 0.5).toFixed(1)}, p99 ${p99.toFixed(1)} ms; ` +
      `on the bot itself p99 ${ownP99.toFixed(1)} ms`
    check(p99 < metronome.allows(actsWithinMs, processes) + slowerThanOwn * ownP99, figures)

    const [dying, freezing, living] = machines as [Machine, Machine, Machine]
    const stay = calls.slice(0, staying)
    const ofOthers = stay.filter(({ owner }) => owner !== dying)
    const table = await Table.open(living.bot, cleanup)
    for (const { bot } of machines) await lists(bot, stay)
    await until('the table has the calls', () => table.has(stay))
    const killedMs = performance.now()
    dying.bot.signal('SIGKILL')
    for (const { bot } of [freezing, living]) await lists(bot, ofOthers)
    await until('the table has none of the dead', () => table.has(ofOthers))
    const deadMs = performance.now() - killedMs
    const ofLiving = stay.filter(({ owner }) => owner === living)
    const frozenMs = performance.now()
    freezing.bot.signal('SIGSTOP')
    await lists(living.bot, ofLiving)
    await until('the table has none of the frozen', () => table.has(ofLiving))
    const stoppedMs = performance.now() - frozenMs
    const mayMs = metronome.allows(goneWithinMs, processes)
    const gone = `gone after ${deadMs.toFixed(0)} ms of a dead bot, ${stoppedMs.toFixed(0)} ms of a frozen one`
    check(deadMs < mayMs && stoppedMs < mayMs, gone)
    return `${figures}; ${gone}`
  },
}

export const listCases: Case<ClusterWorld>[] = [list]

async function placed({ callId }: AudioCaller, cluster: Cluster): Promise<Call> {
  const { machines } = cluster
  const owner = await cluster.ownerOf(callId)
  return { callId, owner, other: machines[(machines.indexOf(owner) + 1) % machines.length]! }
}

/** Settles when these calls are live on a bot's list, and no other. */
async function lists({ http }: Bot, calls: readonly Call[]): Promise<void> {
  const wanted = new Set(calls.map(({ callId }) => callId))
  let live: string[] = []
  const isSo = async () => {
    const { calls: found } = (await (await askAdmin(http, '/api/calls')).json()) as { calls: CallInfo[] }
    live = found.filter(({ outcome }) => outcome === null).map(({ id }) => id)
    return live.length === wanted.size && live.every((id) => wanted.has(id))
  }
  await until('the list has the live calls', isSo).catch((cause: unknown) => {
    const right = live.filter((id) => wanted.has(id)).length
    throw new Error(`of ${wanted.size} calls ${right} are on the list, with ${live.length - right} others`, {
      cause,
    })
  })
}

/** Says sentences in every call, and hangs up or transfers those that do not stay. @returns times */
async function actOnAll(calls: readonly Call[]): Promise<{ own: number[]; others: number[] }> {
  const own: number[] = []
  const others: number[] = []
  const act = async ({ bot: { http } }: Machine, { callId }: Call, action: string, tookMs: number[]) => {
    const body = JSON.stringify({ text })
    const headers = { 'content-type': 'application/json' }
    const startMs = performance.now()
    // A bot that is too busy to answer another one within 300 ms counts as gone, and the operator asks again.
    await until(`the bots take the ${action}`, async () => {
      const init = { method: 'POST', ...(action === 'say' && { headers, body }) }
      const { status } = await askAdmin(http, `/api/calls/${callId}/${action}`, init)
      return status === 200 || status === 409
    })
    tookMs.push(performance.now() - startMs)
  }
  // A sentence that every bot has a recording of.
  const [text] = wordings('still_there')
  for (const call of calls) {
    for (let round = 0; round < 3; round++) await act(call.other, call, 'say', others)
    await act(call.owner, call, 'say', own)
  }
  for (const [i, call] of calls.entries())
    if (i >= staying) await act(call.other, call, i % 2 === 0 ? 'hangup' : 'transfer', others)
  return { own, others }
}

/** The time within which so large a share was done. */
const at = (tookMs: readonly number[], share: number): number =>
  tookMs.toSorted((a, b) => a - b)[Math.floor(share * tookMs.length)]!

/** The table of live calls on the page of a bot. */
class Table {
  readonly rows = new Set<string>()

  static async open({ http }: Bot, cleanup: Cleanup): Promise<Table> {
    const table = new Table()
    const controller = new AbortController()
    cleanup(() => controller.abort())
    const answer = await askAdmin(http, '/api/live', { signal: controller.signal })
    check(answer.ok && answer.body !== null, `the table answers ${answer.status}`)
    table.read(answer.body).catch(() => {})
    return table
  }

  has(calls: readonly Call[]): boolean {
    return this.rows.size === calls.length && calls.every(({ callId }) => this.rows.has(callId))
  }

  private async read(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = ''
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines)
        if (line.startsWith('data: ')) this.take(JSON.parse(line.slice(6)) as RowBatch)
    }
  }

  private take({ rows, ended, isWhole }: RowBatch): void {
    if (isWhole) this.rows.clear()
    for (const { id } of rows) this.rows.add(id)
    for (const { id } of ended) this.rows.delete(id)
  }
}
