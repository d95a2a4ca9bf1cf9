// Bots that are restarted, frozen or killed, and an HAProxy that is reloaded or killed, while calls go on.

import { type Case, check } from '../../case.ts'
import { type AudioCaller, Callers, fates } from '../callers.ts'
import { Metronome } from '../metronome.ts'
import { until } from '../until.ts'
import { type ClusterWorld, patient } from '../world.ts'

const callEveryMs = 125
const callMs = 3_000
/** The longest hole in a call on a machine at rest. */
const holeMs = 100
/** Bot, HAProxy and this process pass the audio on. */
const processes = 3

/** New callers all the time, each of whom stays for a while. @returns stops it, when the last one has left */
function arrivals(crowd: Callers, port: number) {
  const timer = setInterval(() => {
    const caller = crowd.dial(port)
    setTimeout(() => caller.leave(), callMs)
  }, callEveryMs)
  return async () => {
    clearInterval(timer)
    await until('the last caller has left', () => crowd.all.every(({ isUp }) => !isUp))
  }
}

const rolling: Case<ClusterWorld> = {
  title:
    'three bots restarted one after the other under 8 calls a second: no caller is refused, cut or hears a hole',
  limitMs: 120_000,
  async run(world, cleanup) {
    const { machines, fronts, haproxy } = await world.cluster(cleanup, undefined, longChecks)
    await haproxy.hasUp('b1', 'b2', 'b3')
    const metronome = await Metronome.start(cleanup)
    const crowd = new Callers(cleanup)
    const stop = arrivals(crowd, fronts.audio)
    for (const machine of machines) {
      machine.bot.signal('SIGTERM')
      check((await machine.bot.exited) === 0, 'a bot did not end with 0')
      await machine.startAgain()
      await haproxy.hasUp('b1', 'b2', 'b3')
    }
    await stop()
    const all = fates(crowd.all)
    check(all.left === crowd.all.length, JSON.stringify([all, await haproxy.endings()]))
    const mute = crowd.all.filter(({ frames }) => frames < 50).length
    check(mute === 0, `${mute} callers heard nothing`)
    const longestMs = Math.max(...crowd.all.map(({ longestGapMs }) => longestGapMs))
    const mayMs = metronome.allows(holeMs, processes)
    check(longestMs < mayMs, `a caller heard a hole of ${longestMs.toFixed(0)} ms (${mayMs.toFixed(0)})`)
    const ticksMs = metronome.longestMs.toFixed(0)
    return `${crowd.all.length} calls; longest gap ${longestMs.toFixed(0)} ms, of a process that only ticks ${ticksMs} ms`
  },
}

const frozen: Case<ClusterWorld> = {
  title: 'the callers of a frozen bot are free after two seconds, and newcomers meet the other bots',
  limitMs: 60_000,
  async run(world, cleanup) {
    const cluster = await world.cluster(cleanup)
    const { bots, fronts, haproxy } = cluster
    await haproxy.hasUp('b1', 'b2', 'b3')
    const crowd = new Callers(cleanup)
    const callers = await crowd.dialMany(fronts.audio, 9, 20)
    await hear(callers)
    const [, hit] = await cluster.liveAtBots()
    const frozenMs = performance.now()
    bots[1]!.signal('SIGSTOP')
    cleanup(() => bots[1]!.signal('SIGKILL'))
    await until('a caller of the frozen bot is free', () => callers.some(({ isUp }) => !isUp))
    await haproxy.hasUp('b1', 'b3')
    const newcomers = await crowd.dialMany(fronts.audio, 6, 20)
    await hear(newcomers)
    check(fates(newcomers).up === 6, `newcomers: ${JSON.stringify(fates(newcomers))}`)
    const freed = callers.filter(({ isUp }) => !isUp)
    check(freed.length === hit && hit > 0, JSON.stringify([hit, fates(callers), await haproxy.endings()]))
    const lastMs = Math.max(...freed.map(({ endedAtMs }) => endedAtMs)) - frozenMs
    check(lastMs < 3_000, `the last one was free after ${lastMs.toFixed(0)} ms`)
    return `free after ${lastMs.toFixed(0)} ms`
  },
}

const killed: Case<ClusterWorld> = {
  title: 'the callers of a killed bot are free at once, no newcomer is lost, and the other calls go on',
  limitMs: 60_000,
  async run(world, cleanup) {
    const cluster = await world.cluster(cleanup, undefined, patient)
    const { bots, fronts, haproxy } = cluster
    await haproxy.hasUp('b1', 'b2', 'b3')
    const crowd = new Callers(cleanup)
    const callers = await crowd.dialMany(fronts.audio, 9, 20)
    await hear(callers)
    const [hit] = await cluster.liveAtBots()
    const killedMs = performance.now()
    bots[0]!.signal('SIGKILL')
    // Until the process is gone, the kernel accepts connections in its name, and their callers are cut like the others.
    await bots[0]!.exited
    const newcomers = await crowd.dialMany(fronts.audio, 12, 20)
    await hear(newcomers)
    const freed = callers.filter(({ isUp }) => !isUp)
    check(freed.length === hit && hit > 0, JSON.stringify([hit, fates(callers), await haproxy.endings()]))
    check(
      fates(newcomers).up === 12,
      `newcomers: ${JSON.stringify([fates(newcomers), await haproxy.endings()])}`,
    )
    const lastMs = Math.max(...freed.map(({ endedAtMs }) => endedAtMs)) - killedMs
    check(lastMs < 500, `the last one was free after ${lastMs.toFixed(0)} ms`)
    return `free after ${lastMs.toFixed(0)} ms`
  },
}

const reloaded: Case<ClusterWorld> = {
  title: 'HAProxy reloaded cuts no call; HAProxy killed frees every caller at once',
  limitMs: 60_000,
  async run(world, cleanup) {
    const { fronts, haproxy } = await world.cluster(cleanup, undefined, patient)
    await haproxy.hasUp('b1', 'b2', 'b3')
    const crowd = new Callers(cleanup)
    const callers = await crowd.dialMany(fronts.audio, 9, 20)
    await hear(callers)
    for (const caller of callers) caller.forgetGaps()
    await haproxy.reload()
    const newcomers = await crowd.dialMany(fronts.audio, 6, 20)
    await hear(newcomers)
    check(fates([...callers, ...newcomers]).up === 15, JSON.stringify(fates(crowd.all)))
    const gapMs = Math.max(...callers.map(({ longestGapMs }) => longestGapMs))
    const killedMs = performance.now()
    await haproxy.kill()
    await until('every caller is free', () => crowd.all.every(({ isUp }) => !isUp))
    const lastMs = Math.max(...crowd.all.map(({ endedAtMs }) => endedAtMs)) - killedMs
    check(lastMs < 500, `the last one was free after ${lastMs.toFixed(0)} ms`)
    return `longest gap in the reload ${gapMs.toFixed(0)} ms; free after ${lastMs.toFixed(0)} ms`
  },
}

export const restartCases: Case<ClusterWorld>[] = [rolling, frozen, killed, reloaded]

/** HAProxy's own default: three failed checks, every two seconds. Only the agent is quick enough then. */
const longChecks = (config: string) =>
  patient(config).replace('inter 500ms fall 1 rise 1', 'inter 2s fall 3 rise 1')

async function hear(callers: readonly AudioCaller[]): Promise<void> {
  await until('every caller hears a bot', () => callers.every(({ frames, isUp }) => frames > 10 || !isUp))
}
