// A restart during calls, in both ways: in place, where new callers go to the queue until the new bot is up, and beside
// the old bot, where callers notice nothing.

import { askAdmin } from '../../support/lab/admin.ts'
import { freeTcpPort } from '../asterisk/lab.ts'
import type { Bot } from '../bot.ts'
import { type Case, type Cleanup, check } from '../case.ts'
import { hears } from '../listen.ts'
import type { Dialled, World } from '../world.ts'
import { welcome } from './callers.ts'

const callers = 10
const drainS = 20
/** One more caller this often, all through the restart. */
const newcomerEveryMs = 700
/** A caller notices a hole of this length as one. */
const holeMs = 200

const inPlace: Case<World> = {
  title: `a restart in place cuts none of ${callers} calls, and new callers reach the queue or the new bot`,
  limitMs: 90_000,
  async run(world, cleanup) {
    const settings = {
      AUDIOSOCKET_PORT: String(freeTcpPort()),
      ADMIN_PORT: String(freeTcpPort()),
      DRAIN_TIMEOUT_S: String(drainS),
      TRANSFER_QUEUE: 'nobody',
    }
    const old = await world.ownBot(cleanup, settings)
    const live = await dialMany(world, old, cleanup)
    const termMs = performance.now()
    old.signal('SIGTERM')
    const newcomers: Promise<Dialled>[] = []
    let lastMs = Number.NEGATIVE_INFINITY
    const meanwhile = setInterval(() => {
      if (performance.now() - lastMs < newcomerEveryMs) return
      lastMs = performance.now()
      newcomers.push(world.dial(old, cleanup, { fallbackQueue: 'nobody' }))
    }, 20)
    cleanup(() => clearInterval(meanwhile))
    const half = live.slice(0, callers / 2)
    const rest = live.slice(callers / 2)
    // Calls that are there go on as conversations: a key is answered.
    for (const { phone } of half) phone.media.press('1')
    await Promise.all(half.map(({ phone }) => hears(phone, 'ask_phone_keys', termMs)))
    for (const { phone } of half) phone.hangUp()
    // Those that are still there when time is up hear a goodbye, and the dialplan obeys the bot's last word.
    const goodbyes = await Promise.all(rest.map(({ phone }) => hears(phone, 'goodbye', termMs)))
    await Promise.all(rest.map(({ phone }) => phone.over))
    const saidMs = Math.min(...goodbyes.map(({ startMs }) => startMs)) - termMs
    check(saidMs > drainS * 1_000 - 500, `a goodbye after ${saidMs.toFixed(0)} ms of ${drainS} s`)
    for (const { phone, callId } of rest) {
      check(phone.peerHungUpAtMs > 0, 'a caller of the old bot hung up')
      check(
        !world.lab.steps(callId).some((step) => step.startsWith('Queue(')),
        'a goodbye ended in the queue',
      )
    }
    check((await old.exited) === 0, 'the old bot did not end with 0')
    const downMs = performance.now()
    const fresh = await world.ownBot(cleanup, settings)
    const gapMs = performance.now() - downMs
    const first = await world.dial(fresh, cleanup)
    await hears(first.phone, welcome, first.phone.answeredAtMs)
    clearInterval(meanwhile)
    const came = await Promise.all(newcomers)
    let queued = 0
    for (const { callId, phone } of came) {
      const steps = world.lab.steps(callId)
      if (steps.some((step) => step.startsWith('Queue(nobody'))) queued++
      else check((await answered(fresh, callId)) === 200, `a newcomer is nowhere: ${steps.at(-1)}`)
      check(phone.isUp, 'a newcomer was hung up on')
    }
    const hole = Math.max(...live.map(({ phone }) => Math.max(0, ...phone.media.heard.gaps(termMs))))
    check(hole < holeMs, `a caller of the old bot heard nothing for ${hole.toFixed(0)} ms`)
    return `${came.length} newcomers, ${queued} to the queue; no bot listened for ${gapMs.toFixed(0)} ms; longest hole ${hole.toFixed(0)} ms`
  },
}

const beside: Case<World> = {
  title: `a new bot beside the old one takes over: ${callers} calls end with the old one, no caller goes to the queue`,
  limitMs: 90_000,
  async run(world, cleanup) {
    const settings = { DRAIN_TIMEOUT_S: String(drainS), TRANSFER_QUEUE: 'nobody' }
    const old = await world.ownBot(cleanup, settings)
    await pointAt(world, old)
    const live = await dialMany(world, undefined, cleanup)
    const fresh = await world.ownBot(cleanup, settings)
    await pointAt(world, fresh)
    const termMs = performance.now()
    old.signal('SIGTERM')
    const late = await dialMany(world, undefined, cleanup)
    await Promise.all(live.map(({ phone }) => hears(phone, 'goodbye', termMs)))
    await Promise.all(live.map(({ phone }) => phone.over))
    // The next step is asked of the bot that had the call, wherever the globals point by then.
    for (const { callId } of live)
      check(
        !world.lab.steps(callId).some((step) => step.startsWith('Queue(')),
        'a goodbye ended in the queue',
      )
    check((await old.exited) === 0, 'the old bot did not end with 0')
    for (const { callId, phone } of late) {
      check((await answered(fresh, callId)) === 200, 'a new caller is not at the new bot')
      check(phone.isUp, 'a new caller was hung up on')
    }
    const hole = Math.max(
      ...[...live, ...late].map(({ phone }) => Math.max(0, ...phone.media.heard.gaps(termMs))),
    )
    check(hole < holeMs, `a caller heard nothing for ${hole.toFixed(0)} ms`)
    return `longest hole ${hole.toFixed(0)} ms`
  },
}

export const restartCases: Case<World>[] = [inPlace, beside]

/** Settles when all of them hear the bot. */
async function dialMany(world: World, bot: Bot | undefined, cleanup: Cleanup): Promise<Dialled[]> {
  const calls = await Promise.all(Array.from({ length: callers }, () => world.dial(bot, cleanup)))
  for (const { phone } of calls)
    while (phone.isUp && phone.media.heard.packets.length < 50) await Bun.sleep(50)
  check(
    calls.every(({ phone }) => phone.isUp),
    'a call ended before anything was heard',
  )
  return calls
}

async function pointAt(world: World, bot: Bot): Promise<void> {
  await world.lab.setGlobal('BOT', bot.audioSocket)
  await world.lab.setGlobal('BOTHTTP', bot.http)
}

const answered = async (bot: Bot, callId: string) => (await askAdmin(bot.http, `/api/calls/${callId}`)).status
