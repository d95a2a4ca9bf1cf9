// Two more long tests of `bun run test:soak`, of the same form as those in rows.ts: servers that are killed, and peers
// that flood.

import { join } from 'node:path'
import type { GoodCalls } from '../fuzz/calls.ts'
import { leastShare, longestGapMs } from '../fuzz/run.ts'
import { createRandom } from '../support/lab/random.ts'
import { message, RawPeer, uuidMessage } from '../support/phone/fake-asterisk.ts'
import { startServer, waitedS } from './process.ts'
import type { Row } from './rows.ts'
import { Telephone } from './world.ts'

const frameBytes = 320
/** What a crash may cost, in frames: 200 ms. */
const lostFrames = 10

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

/** Servers that die at any moment: what they had said and heard is on disk, without a hole, up to the last 200 ms. */
async function killed(short: boolean) {
  const random = createRandom(7)
  const welcome = framesWithSound(
    await Bun.file(join(import.meta.dir, '../../assets/cache/fr.welcome.raw')).bytes(),
  )
  let worstFrames = 0
  let tracks = 0
  for (let round = 0; round < (short ? 2 : 12); round++) {
    const server = await startServer()
    await server.rests()
    // Not all at once: calls of a burst begin one after another, and the silence until then is on no track.
    const phones: Telephone[] = []
    for (let i = 0; i < 20; i++) {
      const phone = await Telephone.dial(server.port)
      await phone.hears(3)
      phones.push(phone)
    }
    await phones[0].hears(50)
    await Bun.sleep(random.below(3_000))
    server.signal('SIGKILL')
    const ends = await Promise.all(phones.map(({ ended }) => ended))
    await server.stop('keep')
    for (const [i, { callId, frameMs }] of phones.entries()) {
      check(ends[i].end.startsWith('agent '), `a caller's end was ${ends[i].end}`)
      for (const side of ['caller', 'agent']) {
        const [file] = await Array.fromAsync(new Bun.Glob(`*/${callId}.${side}.raw`).scan(server.dir))
        const bytes = await Bun.file(join(server.dir, file)).bytes()
        const lost = frameMs.length - bytes.length / frameBytes
        worstFrames = Math.max(worstFrames, lost)
        check(bytes.length % frameBytes === 0, `round ${round}: a track of ${bytes.length} bytes`)
        check(lost <= lostFrames, `round ${round}: ${lost} frames of the ${side} are lost`)
        // After the welcome the first callers hear more.
        if (side === 'agent')
          for (const [n, frame] of framesWithSound(bytes).slice(0, welcome.length).entries())
            check(frame === welcome[n], `round ${round}: the agent's frame ${n} is not what was said`)
        tracks++
      }
    }
    // The folder of a killed server is the next one's to clear.
    const next = await startServer({ dir: server.dir })
    check((await next.next(phones[0].callId)) === 'queue|support\n', 'the next server knows a dead call')
    await next.stop()
  }
  return { tracks, worstLostMs: worstFrames * 20 }
}

/** As text, so that two are compared at once. */
function framesWithSound(bytes: Uint8Array): string[] {
  const frames: string[] = []
  for (let at = 0; at < bytes.length; at += frameBytes) {
    const frame = bytes.subarray(at, at + frameBytes)
    if (frame.some((byte) => byte !== 0)) frames.push(Buffer.from(frame).toString('latin1'))
  }
  return frames
}

/** How a peer floods, 20 ms after 20 ms; the seconds are its own. */
type Flood = { name: string; peers: number; begin: (peer: RawPeer) => void; goOn?: (peer: RawPeer) => void }

const call = (peer: RawPeer) => peer.write(uuidMessage(crypto.randomUUID()))
const repeated = (one: Uint8Array, times: number) => Buffer.concat(Array.from({ length: times }, () => one))
const wide = repeated(message(0x18, new Uint8Array(7_680)), 3)
const empty = repeated(message(0x10, new Uint8Array(0)), 90)
const keys = repeated(message(0x03, Uint8Array.of(0x2a)), 10)
const floods: Flood[] = [
  { name: '192 kHz at three times real time', peers: 40, begin: call, goOn: (peer) => peer.write(wide) },
  { name: 'empty messages', peers: 40, begin: call, goOn: (peer) => peer.write(empty) },
  { name: 'keys', peers: 40, begin: call, goOn: (peer) => peer.write(keys) },
  { name: 'a byte at a time', peers: 40, begin: call, goOn: (peer) => peer.write(Uint8Array.of(0x10)) },
  { name: 'nothing, without a uuid', peers: 400, begin: () => {} },
]

type Visits = Record<'without a uuid' | 'with one', number>

/** Peers that come and go, 20 at a time. */
async function comeAndGo(port: number, seconds: number, visits: Visits): Promise<void> {
  for (const kind of ['without a uuid', 'with one'] as const) {
    const endMs = performance.now() + seconds * 1_000
    const visitor = async () => {
      for (; performance.now() < endMs; visits[kind]++) {
        const peer = await RawPeer.connect(port)
        if (kind === 'with one') call(peer)
        await Bun.sleep(5)
        peer.reset()
      }
    }
    await Promise.all(Array.from({ length: 20 }, visitor))
  }
}

/** Peers that bring all they may, and peers that come and go: ten good calls beside them do not notice. */
async function flooded(short: boolean) {
  const server = await startServer({
    environment: { MAX_CALLS: '60', LOG_LEVEL: 'warn', RECORDINGS_DIR: '' },
  })
  await server.rests()
  const beside = Bun.spawn(
    [process.execPath, join(import.meta.dir, '../fuzz/calls.ts'), String(server.port), '10'],
    { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' },
  )
  try {
    await server.reaches('calls_live', 10)
    const seconds = short ? 1 : 5
    const visits = { 'without a uuid': 0, 'with one': 0 }
    // The first visitors fill pools and caches, and make the compiler work: what grows after them is the floods'.
    await comeAndGo(server.port, seconds, visits)
    await server.settles(10)
    const rssMb = await server.rssMb()
    const inLineS = async () => (await server.waitedS()) + (await waitedS(beside.pid))
    const before = { ms: performance.now(), cpuS: await server.cpuS(), inLineS: await inLineS() }
    for (const { peers, begin, goOn } of floods) {
      const all = await Promise.all(Array.from({ length: peers }, () => RawPeer.connect(server.port)))
      for (const peer of all) begin(peer)
      const endMs = performance.now() + seconds * 1_000
      while (performance.now() < endMs) {
        if (goOn) for (const peer of all) if (!peer.closed) goOn(peer)
        await Bun.sleep(20)
      }
      for (const peer of all) peer.reset()
      await server.settles(10)
    }
    await comeAndGo(server.port, seconds, visits)
    const live = await server.settles(10)
    const tookS = (performance.now() - before.ms) / 1_000
    const starved = ((await inLineS()) - before.inLineS) / tookS
    const cores = ((await server.cpuS()) - before.cpuS) / tookS
    const grewMb = (await server.rssMb()) - rssMb
    const failures = await server.metric('audiosocket_failures_total')
    await beside.stdin.end()
    const good = JSON.parse(
      (await new Response(beside.stdout).text()).trim().split('\n').at(-1)!,
    ) as GoodCalls
    const lines = server.output.split('\n').length
    check(good.badEnds.length === 0, `good calls ended by ${good.badEnds}`)
    check(
      good.share >= leastShare(starved),
      `good calls got ${good.share} of their frames, starved ${starved}`,
    )
    check(good.longestGapMs <= longestGapMs(starved), `a good call heard nothing for ${good.longestGapMs} ms`)
    check(live === 10, `${live} calls live after it`)
    check(failures === 0, `${failures} exceptions`)
    check(grewMb < 60, `memory grew by ${Math.round(grewMb)} MB`)
    check(lines < 200, `${lines} lines of log`)
    return {
      seconds: Math.round(tookS),
      visits,
      share: good.share,
      longestGapMs: Math.round(good.longestGapMs),
      starved: Math.round(starved * 1_000) / 1_000,
      cores: Math.round(cores * 100) / 100,
      grewMb: Math.round(grewMb),
      lines,
    }
  } finally {
    beside.kill()
    await server.stop()
  }
}

export const processRows: Row[] = [
  { title: 'servers that are killed leave tracks that are whole up to the last 200 ms', run: killed },
  { title: 'floods of all kinds are bounded, and ten good calls do not notice them', run: flooded },
]
