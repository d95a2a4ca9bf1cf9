// `bun run bench:sip`: many SIP phones at once, through a real Asterisk 22 and the project's dialplan, to the bot. All
// hear the welcome; then half of them hang up, and the bot, told to stop, says goodbye to the others. It shows what the
// benches without Asterisk cannot: calls set up, timed by another program's clock, and ended on both sides.

import { commandLine, refuse } from '../../src/base/command-line.ts'
import { Bot } from '../e2e/bot.ts'
import { check } from '../e2e/case.ts'
import { hearsOneOf, phraseVariants } from '../e2e/listen.ts'
import { type Dialled, World } from '../e2e/world.ts'
import { gapStatistics } from '../support/phone/heard.ts'
import { round } from './crowd.ts'
import { cpuSOf } from './program.ts'

const usage = `usage: bun run bench:sip [--calls 40] [--seconds 20]

  lets SIP phones call the bot at once through a real Asterisk 22, downloaded once to VOICEBOT_CACHE (or ~/.cache);
  prints one JSON line, and fails when a caller does not hear the welcome or a call does not end properly
  --calls    phones
  --seconds  how long the time between two packets is measured at each phone`

const { values } = commandLine(usage, {
  options: { calls: { type: 'string', default: '40' }, seconds: { type: 'string', default: '20' } },
})
const calls = Number(values.calls)
const seconds = Number(values.seconds)
if (!(Number.isInteger(calls) && calls > 1 && seconds > 0))
  refuse(usage, '--calls is a whole number above 1, --seconds a number above 0')

/** After it, those who are still there hear the goodbye. */
const drainS = 1
/** A desk that is left alone says goodbye; `*` has it say its last words again. */
const repeatEveryMs = 9_000
/** A machine that others use too may need several times what is usual. */
const patienceMs = 60_000

const world = await World.open()
const cleanups: (() => unknown)[] = []
const cleanup = (end: () => unknown) => cleanups.push(end)
let failed = ''
try {
  const figures = await run()
  process.stdout.write(`${JSON.stringify({ bench: 'sip', ...figures, at: new Date().toISOString() })}\n`)
} catch (error) {
  failed = error instanceof Error ? error.message : String(error)
} finally {
  for (const end of cleanups.reverse()) await end()
  await world.close()
}
if (failed !== '') process.stderr.write(`${failed}\n`)
process.exit(failed === '' ? 0 : 1)

async function run(): Promise<Record<string, unknown>> {
  // As in the other benches: what calls cost is measured on a machine that is full of other work, too.
  const bot = await Bot.start({
    ...{ OVERLOAD: 'ignore', TRANSFER_QUEUE: 'nobody' },
    DRAIN_TIMEOUT_S: String(drainS),
  })
  cleanup(() => bot.stop())
  const welcome = await phraseVariants('welcome')
  const goodbye = await phraseVariants('goodbye')
  const longestMs = Math.max(...welcome.map(({ length }) => length)) / 8

  const dialledMs = performance.now()
  const dialled = await Promise.all(Array.from({ length: calls }, () => world.dial(bot, cleanup)))
  const setUpMs = performance.now() - dialledMs
  await until('hear as much as the welcome is long', () =>
    dialled.every(
      ({ phone }) => !phone.isUp || phone.media.heard.lastAtMs() > phone.answeredAtMs + longestMs,
    ),
  )
  const repeat = setInterval(() => {
    for (const { phone } of dialled) phone.media.press('*')
  }, repeatEveryMs)
  cleanup(() => clearInterval(repeat))
  const fromMs = performance.now()
  const before = await cpuSOf(bot.pid)
  await Bun.sleep(seconds * 1_000)
  const toMs = performance.now()
  const after = await cpuSOf(bot.pid)
  clearInterval(repeat)
  check(
    dialled.every(({ phone }) => phone.isUp),
    `${dialled.filter(({ phone }) => !phone.isUp).length} calls ended by themselves`,
  )

  const queued = () =>
    dialled.filter(({ callId }) => world.lab.steps(callId).some((step) => step.startsWith('Queue('))).length
  check(queued() === 0, `${queued()} callers are in the queue, the bot has not taken them`)
  const leaving = dialled.slice(0, calls / 2)
  const staying = dialled.slice(leaving.length)
  for (const { phone } of leaving) phone.hangUp()
  const termMs = performance.now()
  bot.signal('SIGTERM')
  await within('be hung up on', Promise.all(staying.map(({ phone }) => phone.over)))
  const code = await within('see the bot end', bot.exited)
  await until('leave Asterisk', async () => (await channels()) === 0)

  // Only now: comparing sounds takes the time in which packets arrive.
  const heardWelcome = await heardBy(dialled, welcome, ({ phone }) => phone.answeredAtMs)
  const heardGoodbye = await heardBy(staying, goodbye, () => termMs)
  const hungUp = staying.filter(({ phone }) => phone.peerHungUpAtMs > 0).length
  const gaps = dialled.map(({ phone }) => phone.media.heard.gaps(fromMs, toMs))
  const { packets: _, ...all } = gapStatistics(gaps.flat())
  check(heardWelcome === calls, `${heardWelcome} of ${calls} callers heard the welcome`)
  check(heardGoodbye === staying.length, `${heardGoodbye} of ${staying.length} callers heard the goodbye`)
  check(hungUp === staying.length, `${staying.length - hungUp} callers were not hung up on`)
  check(queued() === 0, `${queued()} callers ended in the queue`)
  check(code === 0, `the bot ended with ${code}`)
  const measuredS = (toMs - fromMs) / 1_000
  const cores = (used: 'all' | 'main') => round((after[used] - before[used]) / measuredS)
  return {
    calls,
    seconds: round(measuredS),
    setUpMs: round(setUpMs),
    heardWelcome,
    heardGoodbye,
    gapMs: Object.fromEntries(Object.entries(all).map(([name, ms]) => [name, round(ms)])),
    worstCallersP99Ms: round(Math.max(...gaps.map((each) => gapStatistics(each).p99Ms))),
    fewestPackets: Math.min(...gaps.map(({ length }) => length)),
    expectedPackets: Math.round(measuredS * 50),
    cores: { bot: cores('all'), botMainThread: cores('main') },
  }
}

/** How many of the callers heard one of the variants whole. */
async function heardBy(
  some: readonly Dialled[],
  variants: Int16Array[],
  since: (one: Dialled) => number,
): Promise<number> {
  let count = 0
  for (const one of some) {
    const listening = { heard: one.phone.media.heard, isUp: false }
    const heard = await hearsOneOf(listening, variants, { name: 'it', fromMs: since(one) }).catch(
      () => undefined,
    )
    if (heard !== undefined) count++
  }
  return count
}

/** Calls that Asterisk still has. */
async function channels(): Promise<number> {
  const answer = await world.lab.ami.command('core show channels count')
  return Number(/(\d+) active channel/.exec(answer)?.[1] ?? Number.NaN)
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + patienceMs
  while (!(await isSo())) {
    check(performance.now() < endMs, `the callers did not ${what} within ${patienceMs / 1_000} s`)
    await Bun.sleep(50)
  }
}

async function within<T>(what: string, promise: Promise<T>): Promise<T> {
  const late = Bun.sleep(patienceMs).then(() => {
    throw new Error(`the callers did not ${what} within ${patienceMs / 1_000} s`)
  })
  return await Promise.race([promise, late])
}
