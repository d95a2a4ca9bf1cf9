// The long fault tests of `bun run test:soak`: each returns what it measured, and throws when something is wrong.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readWav } from '../../src/audio/wav.ts'
import { callRecordSchema } from '../../src/recording/files.ts'
import { findings, fuzz } from '../fuzz/run.ts'
import { apis, type Fault } from '../support/clouds/faults.ts'
import { startFakes } from '../support/clouds/server.ts'
import { until } from '../support/clouds/until.ts'
import { createRandom } from '../support/lab/random.ts'
import { message, RawPeer, uuidMessage } from '../support/phone/fake-asterisk.ts'
import { startServer } from './process.ts'
import { storm } from './storm.ts'
import { longestGapMs, Telephone } from './world.ts'

export type Row = { title: string; run: (short: boolean) => Promise<Record<string, unknown>> }

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

const dialMany = (port: number, calls: number) =>
  Promise.all(Array.from({ length: calls }, () => Telephone.dial(port)))

export const rows: Row[] = [
  {
    title: 'byte streams of hostile peers do a live server and ten good calls no harm',
    async run(short) {
      const report = await fuzz(short ? { streams: 4_000, seconds: 15, seed: 11 } : { seed: 12 })
      const found = findings(report, 10)
      check(found.length === 0, found.join('; '))
      const { attack, good, rssMb, seconds, cores, starved } = report
      return {
        streams: attack.sent,
        seconds,
        rssMb,
        cores,
        starved,
        share: good.share,
        longestGapMs: Math.round(good.longestGapMs),
      }
    },
  },
  {
    title: 'in storms over all clouds every call ends properly',
    async run(short) {
      let minutes = 0
      const outcomes: Record<string, number> = {}
      for (let seed = 100; seed < (short ? 103 : 160); seed++) {
        const report = await storm({ seed, calls: 200, faultPercent: [2, 5, 10, 30][seed % 4] })
        check(
          report.endless === 0 && report.left === 0,
          `seed ${seed}: ${report.endless} calls without an end`,
        )
        check(report.errors.length === 0, `seed ${seed}: ${report.errors[0]}`)
        check(report.wrongFrames === 0, `seed ${seed}: ${report.wrongFrames} frames too few or too many`)
        check(!('lost' in report.outcomes), `seed ${seed}: calls were lost`)
        minutes += report.minutes
        for (const [name, n] of Object.entries(report.outcomes)) outcomes[name] = (outcomes[name] ?? 0) + n
      }
      return { minutes, outcomes }
    },
  },
  {
    title: 'clouds that fail at random, behind the real SDKs and in real time, lose no call',
    run: realStorm,
  },
  {
    title: 'a loop that stands still for half a second ends no call and is followed by no burst',
    async run(short) {
      const server = await startServer()
      const phones = await dialMany(server.port, 10)
      let mostAtOnce = 0
      let mostInWindow = 0
      for (let round = 0; round < (short ? 2 : 20); round++) {
        await Promise.all(phones.map((phone) => phone.hears(25)))
        server.signal('SIGSTOP')
        await Bun.sleep(500)
        const from = phones.map(({ frameMs }) => frameMs.length)
        server.signal('SIGCONT')
        await Promise.all(phones.map((phone) => phone.hears(8)))
        for (const [i, { frameMs }] of phones.entries()) {
          const [first] = frameMs.slice(from[i])
          const within = (ms: number) => frameMs.slice(from[i]).filter((atMs) => atMs < first + ms).length
          mostAtOnce = Math.max(mostAtOnce, within(10))
          mostInWindow = Math.max(mostInWindow, within(100))
        }
      }
      const live = await server.metric('calls_live')
      const skipped = await server.metric('frames_skipped_total')
      for (const phone of phones) phone.hangUp()
      await server.stop()
      check(live === 10, `${live} of 10 calls live`)
      // Three to catch up and five in their own time; one on its way when the process was stopped, and one that these
      // telephones, which wait for a processor too, take late. All that was due would be thirty.
      check(mostInWindow <= 10, `${mostInWindow} frames in 100 ms`)
      return { mostAtOnce, mostInWindow, skipped }
    },
  },
  {
    title: 'a restart under load cuts no call',
    async run(short) {
      const calls = short ? 20 : 100
      const old = await startServer({ environment: { DRAIN_TIMEOUT_S: '60' } })
      const phones = await dialMany(old.port, calls)
      old.signal('SIGTERM')
      await until('it drains', () => old.output.includes('"draining"'))
      const fresh = await startServer()
      const late = await dialMany(old.port, 5)
      const next = await dialMany(fresh.port, calls)
      const ends = await Promise.all(late.map(({ ended }) => ended))
      check(
        ends.every(({ end, tryStatus }) => end === 'agent hung up' && tryStatus === 'SUCCESS'),
        `new callers of the old server: ${ends.map(({ end, violation }) => violation ?? end)}`,
      )
      await Promise.all([...phones, ...next].map((phone) => phone.hears(25)))
      for (const phone of phones) phone.hangUp()
      const over = await Promise.all(phones.map(({ ended }) => ended))
      check(
        over.every(({ end }) => end === 'caller hung up'),
        'calls of the old server were cut',
      )
      check((await old.exited) === 0, 'the old server did not end with 0')
      check((await fresh.metric('calls_live')) === calls, 'the new server lost calls')
      const gapMs = Math.max(...[...phones, ...next].map(({ frameMs }) => longestGapMs(frameMs)))
      for (const phone of next) phone.hangUp()
      await Promise.all([old.stop(), fresh.stop()])
      return { calls, longestGapMs: Math.round(gapMs) }
    },
  },
  { title: 'a disk that is really full costs the recording and not the call', run: fullDisk },
  { title: 'a hostile connection holds less than a megabyte', run: hostileMemory },
]

/** Twenty to two hundred callers who speak, while each request has a fault with one chance in four. */
async function realStorm(short: boolean) {
  const fakes = startFakes({
    heard: ['ma box ne marche plus', 'oui', 'je voudrais parler à un conseiller'],
    heardPer: 'call',
  })
  const random = createRandom(5)
  const kinds: Fault[] = [
    { kind: 'latency', ms: 1_000 },
    { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
    { kind: 'status', status: 500 },
    { kind: 'hang', at: 'headers' },
    { kind: 'hang', at: 'body', afterChunks: 2 },
    { kind: 'cut', afterChunks: 2 },
    { kind: 'truncate', afterChunks: 1 },
    { kind: 'malformed', afterChunks: 1 },
    { kind: 'wsDrop', afterAudioMs: 3_000 },
    { kind: 'wsMute', afterAudioMs: 3_000 },
    { kind: 'wsGarbage', afterAudioMs: 2_000 },
  ]
  for (const api of apis)
    for (let i = 0; i < 4_000; i++)
      if (random.below(4) === 0) fakes.fault(api, kinds[random.below(kinds.length)])
      else fakes.faults.pass(api)
  const key = 'k-of-the-test'
  const server = await startServer({
    environment: {
      ...{
        DEEPGRAM_API_KEY: key,
        GROQ_API_KEY: key,
        OPENAI_API_KEY: key,
        REVOICE: 'off',
        MAX_CALLS: '250',
        MAX_CALL_S: '45',
      },
      ...{ DEEPGRAM_BASE_URL: fakes.ws, GROQ_BASE_URL: fakes.url, OPENAI_BASE_URL: `${fakes.url}/v1` },
    },
  })
  const words = readWav(
    await Bun.file(join(import.meta.dir, '../fixtures/audio/utterance-internet.wav')).bytes(),
  ).samples
  const calls = short ? 20 : 200
  const phones: Telephone[] = []
  for (let i = 0; i < calls; i++) {
    const phone = await Telephone.dial(server.port)
    phones.push(phone)
    const speak = setInterval(() => phone.asterisk.say(words), 6_000)
    phone.ended.finally(() => clearInterval(speak)).catch(() => undefined)
  }
  // The fifth part leaves in mid-call; the rest stays until the agent ends it, or their longest time is over.
  if (short) await Bun.sleep(10_000)
  for (const phone of phones.filter((_, i) => short || i % 5 === 0)) phone.hangUp()
  const ends = await Promise.all(phones.map(({ ended }) => ended))
  const bad = ends.filter(
    ({ end, violation }) => violation || (end !== 'agent hung up' && end !== 'caller hung up'),
  )
  await server.settles(0)
  const left = await server.metric('calls_live')
  const errors = server.output.split('\n').filter((line) => line.includes('"level":"error"'))
  const gapMs = Math.max(...phones.map(({ frameMs }) => longestGapMs(frameMs)))
  const outcomes: Record<string, number> = {}
  const verbs: Record<string, number> = {}
  let heardWords = 0
  for (const [i, { callId, audibleMs }] of phones.entries()) {
    const { outcome, transcript } = await closedRecord(server.dir, callId)
    outcomes[outcome ?? 'none'] = (outcomes[outcome ?? 'none'] ?? 0) + 1
    const verb = (await server.next(callId)).split('|')[0]
    verbs[verb] = (verbs[verb] ?? 0) + 1
    if (transcript.some(({ who }) => who === 'caller')) heardWords++
    const stayed = ends[i].end === 'agent hung up'
    check(!stayed || audibleMs.length > 250, `a caller heard words for ${audibleMs.length / 50} s in 45`)
  }
  await server.stop()
  await fakes.stop()
  const isProper = (outcome: string) => ['goodbye', 'transfer', 'hangup', 'error'].includes(outcome)
  check(Object.keys(outcomes).every(isProper), `outcomes: ${JSON.stringify(outcomes)}`)
  check(!('' in verbs) && !('dial' in verbs), `next steps: ${JSON.stringify(verbs)}`)
  check(bad.length === 0, `${bad.length} calls ended by ${bad[0]?.violation ?? bad[0]?.end}`)
  check(left === 0, `${left} calls are left`)
  check(
    errors.every((line) => !line.includes('defect')),
    `a defect: ${errors[0]}`,
  )
  return {
    calls,
    requests: fakes.requests.length,
    outcomes,
    verbs,
    heardWords,
    longestGapMs: Math.round(gapMs),
    errorLines: errors.length,
  }
}

/** The record of a call that is over: it is on disk some milliseconds later. */
async function closedRecord(dir: string, callId: string) {
  for (const endMs = performance.now() + 5_000; ; await Bun.sleep(20)) {
    const [file] = await Array.fromAsync(new Bun.Glob(`*/${callId}.json`).scan(dir))
    // While a record is written anew it has its other name for a moment.
    const record =
      file === undefined ? undefined : callRecordSchema.parse(await Bun.file(join(dir, file)).json())
    if (record !== undefined && record.endedAt !== null) return record
    check(performance.now() < endMs, 'the record of a call that is over was not closed')
  }
}

/** A file system of 64 kB, which is 2 s of a call. Where nothing may be mounted, the row says so and holds. */
async function fullDisk() {
  const dir = await mkdtemp(join(tmpdir(), 'full-'))
  const mounted = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir])
  if (mounted.exitCode !== 0) {
    await rm(dir, { recursive: true })
    return { skipped: 'nothing may be mounted here; disk.live.ts has the row with a disk of its own' }
  }
  const server = await startServer({ dir })
  try {
    const phone = await Telephone.dial(server.port)
    await phone.hears(300, 20_000)
    check((await server.metric('recording_stopped_total')) === 1, 'the recording did not stop')
    check((await server.metric('calls_live')) === 1, 'the call ended')
    const gapMs = Math.round(longestGapMs(phone.frameMs))
    phone.hangUp()
    await server.settles(0)
    const next = await Telephone.dial(server.port)
    await next.hears(25)
    next.hangUp()
    return { longestGapMs: gapMs, warnings: server.output.split('"level":"warn"').length - 1 }
  } finally {
    await server.stop('keep')
    Bun.spawnSync(['umount', dir])
    await rm(dir, { recursive: true })
  }
}

/** Each sends the longest message of every rate, and the beginning of one more, and then holds still. */
async function hostileMemory(short: boolean) {
  const server = await startServer({
    environment: { MAX_CALLS: '500', OVERLOAD: 'ignore', RECORDINGS_DIR: '' },
  })
  const peers: RawPeer[] = []
  const open = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const peer = await RawPeer.connect(server.port)
      peers.push(peer)
      peer.write(uuidMessage(crypto.randomUUID()))
      for (let kind = 0x10; kind <= 0x18; kind++) peer.write(message(kind, new Uint8Array(65_534)))
      peer.write(message(0x10, new Uint8Array(65_534)).subarray(0, 60_000))
    }
    await server.reaches('calls_live', peers.length)
    await Bun.sleep(1_000)
    return await server.rssMb()
  }
  // What the start leaves for later would count as a connection's.
  await server.rests()
  const first = await open(20)
  const more = short ? 60 : 300
  const then = await open(more)
  for (const peer of peers) peer.reset()
  const left = await server.settles(0)
  await server.stop()
  const perConnectionKb = Math.round(((then - first) * 1_024) / more)
  check(left === 0, `${left} calls are left`)
  check(perConnectionKb < 1_000, `${perConnectionKb} kB a connection`)
  return { perConnectionKb, rssMb: { before: Math.round(first), after: Math.round(then) } }
}
