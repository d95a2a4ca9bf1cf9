// `bun run bench:turn`: the program's own share of a turn, with clouds that answer at once.
// Three processes: the fake clouds, the bot, and the callers here. Measured from the last `Results` with words leaving
// the fake recogniser to the first frame that is not silence at the caller, both on this machine's clock, so the
// sockets in between count as the program's. Every reply is one that was never spoken before, and every caller speaks
// over the agent: from the interim `Results` that cuts to the agent's last frame is the barge-in.

import { randomUUID } from 'node:crypto'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { readWav } from '../../src/audio/wav.ts'
import { systemClock, waitMs } from '../../src/base/clock.ts'
import { commandLine } from '../../src/base/command-line.ts'
import { SimulatedAsterisk } from '../../src/caller/asterisk.ts'
import { startBot } from './bot.ts'
import { round } from './crowd.ts'

const usage = `usage: bun run bench:turn [--turns 30] [--calls 50]

  measures the program's own share of a turn and of an interruption, with fake clouds that answer at once
  --turns  turns of each call
  --calls  calls at once in the second row; the first has one`

const { values } = commandLine(usage, {
  options: { turns: { type: 'string', default: '30' }, calls: { type: 'string', default: '50' } },
})
const root = join(import.meta.dir, '..', '..')
/** Turns of a new process that are not counted: code and connections are cold. */
const coldTurns = 3
/** The caller speaks over the agent after this long. */
const patienceMs = 800
const audiblePeak = 300
/** A wait that puts the model's words in, stays in its state, and can be said for ever. */
const says = "attendez un instant s'il vous plaît"
const head = '{"answer":"unknown","topic":"unknown","intent":"wait","name":null,"symptom":null}\n'
const reply = `${head}Bien, {n}. Prenez tout votre temps, je reste en ligne avec vous, {n}.`

const speech = readWav(await Bun.file(join(root, 'test/fixtures/audio/utterance-no.wav')).bytes()).samples
const nowMs = () => performance.timeOrigin + performance.now()

type Sent = { callId: string; sent: { atMs: number; isFinal: boolean; speechFinal: boolean }[] }
type Heard = { callId: string; audibleAtMs: number[] }

async function startFakes() {
  const turns = Number(values.turns) * 40
  const child = Bun.spawn(
    [
      'bun',
      'test/support/clouds/main.ts',
      '--heard',
      new Array(turns).fill(says).join('|'),
      '--reply',
      reply,
    ],
    { cwd: root, stdout: 'pipe', stderr: 'inherit' },
  )
  const reader = child.stdout.getReader()
  const { value } = await reader.read()
  const urls = JSON.parse(new TextDecoder().decode(value)) as Record<string, string>
  return {
    urls,
    sent: async () => (await (await fetch(`${urls.GROQ_BASE_URL}/fakes/sent`)).json()) as Sent[],
    async stop() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

/** One call of `turns` turns. */
async function talk(port: number, turns: number, beginAfterMs: number): Promise<Heard> {
  await waitMs(systemClock, beginAfterMs)
  const callId = randomUUID()
  const audibleAtMs: number[] = []
  let begins = 0
  const phone = await SimulatedAsterisk.call({
    host: '127.0.0.1',
    port,
    callId,
    clock: systemClock,
    maxMs: 600_000,
    onFrame(frame) {
      if (!frame.some((sample) => Math.abs(sample) > audiblePeak)) return
      const now = nowMs()
      const last = audibleAtMs.at(-1) ?? 0
      audibleAtMs.push(now)
      // Once per reply: after its first frame, whatever breath its sentences take.
      if (now - last < 600) return
      if (++begins > turns) phone.hangUp()
      else void systemClock.at(performance.now() + patienceMs, () => phone.say(speech))
    },
  })
  await phone.ended
  return { callId, audibleAtMs }
}

/** What the calls show: milliseconds of every turn, and of every barge-in. */
function measure(heard: readonly Heard[], sent: readonly Sent[]) {
  let notSilent = 0
  const ownMs: number[] = []
  const bargeInMs: number[] = []
  for (const { callId, audibleAtMs } of heard) {
    const results = sent.filter((socket) => socket.callId === callId).flatMap((socket) => socket.sent)
    const ends = results.filter(({ isFinal, speechFinal }) => isFinal && speechFinal)
    for (const { atMs } of ends) {
      // Only a reply that begins in silence has a beginning.
      if (audibleAtMs.some((at) => at > atMs - 200 && at <= atMs)) notSilent++
      const first = audibleAtMs.find((at) => at > atMs)
      if (first !== undefined) ownMs.push(first - atMs)
    }
    for (const [i, { atMs, isFinal }] of results.entries()) {
      // The first words of each utterance cut.
      if (isFinal || (i > 0 && !results[i - 1].isFinal)) continue
      if (!audibleAtMs.some((at) => at > atMs - 60 && at <= atMs)) continue
      const rest = audibleAtMs.filter((at) => at > atMs && at < atMs + 500)
      bargeInMs.push(rest.length === 0 ? 0 : (rest.at(-1) as number) - atMs)
    }
  }
  return { ownMs: shares(ownMs), bargeInMs: shares(bargeInMs), notSilent }
}

function shares(list: readonly number[]) {
  const sorted = [...list].sort((a, b) => a - b)
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))])
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}

async function run(calls: number, turns: number) {
  const fakes = await startFakes()
  const bot = await startBot({
    ...fakes.urls,
    DEEPGRAM_API_KEY: 'bench',
    GROQ_API_KEY: 'bench',
    OPENAI_API_KEY: 'bench',
    REVOICE: 'off',
    RECORDINGS_DIR: '',
  })
  try {
    // The SDKs are loaded once the bot listens; the first call of a real one comes later than that too.
    await talk(bot.port, coldTurns, 1_000)
    const callers = Array.from({ length: calls }, (_, i) => talk(bot.port, turns, (i * 2_000) / calls))
    const heard = await Promise.all(callers)
    return measure(heard, await fakes.sent())
  } finally {
    await bot.stop()
    await fakes.stop()
  }
}

const turns = Number(values.turns)
const calls = Number(values.calls)
const oneCall = await run(1, turns)
const manyCalls = await run(calls, Math.max(4, Math.ceil((turns * 4) / calls)))
const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  bun: Bun.version,
}
process.stdout.write(`${JSON.stringify({ bench: 'turn', oneCall, [`calls${calls}`]: manyCalls, machine })}\n`)
