// `bun run fuzz --webrtc`: hostile datagrams at the UDP port and hostile offers, beside good calls. The datagrams are
// damaged copies of those that a peer of this run sent: STUN, DTLS, RTP and RTCP.

import { createSocket } from 'node:dgram'
import { join } from 'node:path'
import { startServer, waitedS as waitedSOf } from '../faults/process.ts'
import { testToken } from '../support/lab/admin.ts'
import { createRandom, type Random } from '../support/lab/random.ts'
import { capturedOffers } from '../support/webrtc/captures.ts'
import { mutatedBytes, mutatedText } from '../support/webrtc/mutate.ts'
import type { PeersResult } from '../support/webrtc/peers.ts'
import { leastShare } from './run.ts'

export type WebrtcFuzz = { seed: number; datagrams: number; offers: number; goodCalls: number }
export const webrtcFuzzDefaults = { seed: 1, datagrams: 200_000, offers: 5_000, goodCalls: 3 } as const

export type WebrtcReport = {
  seed: number
  captured: Record<string, number>
  datagrams: number
  /** Answers to offers by status. */
  offers: Record<string, number>
  good: PeersResult
  rssMb: { before: number; after: number }
  errorLines: string[]
  /** Part of the attack's time in which server or good calls stood in line behind other programs of this machine. */
  starved: number
  liveCalls: number
  exitCode: number | null
}

const goodPeers = (url: string, count: number) =>
  Bun.spawn(
    [
      process.execPath,
      join(import.meta.dir, '../support/webrtc/peers.ts'),
      url,
      testToken,
      String(count),
      'opus',
    ],
    { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' },
  )

/** RFC 7983. */
function kindOf([first]: Uint8Array): string {
  if (first < 4) return 'stun'
  if (first >= 20 && first < 64) return 'dtls'
  return first >= 128 && first < 192 ? 'rtp' : 'other'
}

/** A relay before the server's admin port that puts its own UDP port into the answers, and keeps what peers send. */
async function capture(adminUrl: string, udpPort: number): Promise<Uint8Array[]> {
  const kept: Uint8Array[] = []
  const front = createSocket('udp4')
  const back = createSocket('udp4')
  let peerPort = 0
  front.on('message', (bytes, { port }) => {
    peerPort = port
    if (kept.filter((one) => kindOf(one) === kindOf(bytes)).length < 12) kept.push(Uint8Array.from(bytes))
    back.send(bytes, udpPort, '127.0.0.1')
  })
  back.on('message', (bytes) => front.send(bytes, peerPort, '127.0.0.1'))
  for (const socket of [front, back]) socket.on('error', () => {})
  await new Promise<void>((done) => front.bind(0, '127.0.0.1', done))
  const proxy = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const response = await fetch(new URL(new URL(request.url).pathname, adminUrl), {
        method: request.method,
        headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${testToken}` },
        body: await request.text(),
      })
      const sdp = await response.text()
      return new Response(sdp.replaceAll(` 127.0.0.1 ${udpPort} `, ` 127.0.0.1 ${front.address().port} `), {
        status: response.status,
      })
    },
  })
  const peers = goodPeers(proxy.url.href, 1)
  await firstLine(peers.stdout)
  await Bun.sleep(3_000)
  peers.kill()
  proxy.stop(true)
  front.close()
  back.close()
  return kept
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.getReader()
  await reader.read()
  reader.releaseLock()
}

async function sendDatagrams(random: Random, captured: readonly Uint8Array[], port: number, count: number) {
  const sockets = Array.from({ length: 8 }, () => createSocket('udp4').on('error', () => {}))
  for (let n = 0; n < count; n++) {
    const bytes = mutatedBytes(random, captured[random.below(captured.length)]).subarray(0, 1_400)
    sockets[random.below(sockets.length)].send(bytes, port, '127.0.0.1')
    // The kernel would drop what comes faster, and then nothing is tested.
    if (n % 50 === 49) await Bun.sleep(5)
  }
  for (const socket of sockets) socket.close()
}

async function sendOffers(random: Random, adminUrl: string, count: number): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {}
  for (let n = 0; n < count; n++) {
    const response = await fetch(new URL('/webrtc', adminUrl), {
      method: 'POST',
      headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${testToken}` },
      body: mutatedText(random, capturedOffers[n % capturedOffers.length]).slice(0, 30_000),
    })
    await response.arrayBuffer()
    statuses[response.status] = (statuses[response.status] ?? 0) + 1
    const place = response.headers.get('location')
    // Most peers are ended, the others are given up by the server; of those one address may have eight.
    if (place !== null && n % 50 > 0)
      await fetch(new URL(place, adminUrl), {
        method: 'DELETE',
        headers: { Authorization: `Bearer ${testToken}` },
      })
  }
  return statuses
}

export async function fuzzWebrtc(given: Partial<WebrtcFuzz> = {}): Promise<WebrtcReport> {
  const options = { ...webrtcFuzzDefaults, ...given }
  const random = createRandom(options.seed)
  const udpPort = 20_000 + Math.floor(Math.random() * 10_000)
  const server = await startServer({
    environment: {
      ...{ WEBRTC_PORT: String(udpPort), WEBRTC_HOST: '127.0.0.1', LOG_LEVEL: 'error', RECORDINGS_DIR: '' },
      ...{ DRAIN_TIMEOUT_S: '0', MAX_CALLS: '200' },
    },
  })
  try {
    const captured = await capture(server.adminUrl, udpPort)
    const beside = goodPeers(server.adminUrl, options.goodCalls)
    const reader = beside.stdout.getReader()
    await reader.read()
    const waitedS = async () => (await server.waitedS()) + (await waitedSOf(beside.pid))
    const attack = async (share: number) => {
      const [, statuses] = await Promise.all([
        sendDatagrams(random, captured, udpPort, Math.ceil(options.datagrams * share)),
        sendOffers(random, server.adminUrl, Math.ceil(options.offers * share)),
      ])
      // Peers that never connect are given up after 10 s.
      await Bun.sleep(12_000)
      await server.settles(options.goodCalls)
      return statuses
    }
    await attack(0.3)
    const before = await server.rssMb()
    const [startMs, waitedBeforeS] = [performance.now(), await waitedS()]
    const offers = await attack(1)
    const starved = ((await waitedS()) - waitedBeforeS) / ((performance.now() - startMs) / 1_000)
    const after = await server.rssMb()
    await beside.stdin.end()
    let text = ''
    for (let part = await reader.read(); !part.done; part = await reader.read())
      text += new TextDecoder().decode(part.value)
    // Until ICE gives up a peer that is gone, half a minute may pass; then its call waits 10 s for another one.
    let liveCalls = options.goodCalls
    for (let turn = 0; turn < 6 && liveCalls > 0; turn++) liveCalls = await server.settles(0)
    server.signal('SIGTERM')
    const kinds = captured.map(kindOf)
    return {
      seed: options.seed,
      captured: Object.fromEntries(
        [...new Set(kinds)].map((kind) => [kind, kinds.filter((one) => one === kind).length]),
      ),
      datagrams: options.datagrams,
      offers,
      good: JSON.parse(text.trim().split('\n').at(-1) ?? '{}') as PeersResult,
      rssMb: { before: Math.round(before), after: Math.round(after) },
      errorLines: server.output
        .split('\n')
        .filter((line) => line.includes('"level":"error"'))
        .slice(0, 20),
      starved: Math.round(starved * 1_000) / 1_000,
      liveCalls,
      exitCode: await server.exited,
    }
  } finally {
    await server.stop()
  }
}

/**
 * As `leastShare` of the AudioSocket fuzzer, and lower: libdatachannel's threads stand in line as well, and a peer that is
 * late itself hears late. 0.906 was seen at a load of 18 on two cores.
 */
const leastPeersShare = (starved: number): number => Math.max(0.8, leastShare(starved) - starved / 5)

/** What is wrong with a run, one sentence each. */
export function webrtcFindings(report: WebrtcReport): string[] {
  const { good, rssMb, captured } = report
  const found: string[] = []
  const say = (isWrong: boolean, what: string) => {
    if (isWrong) found.push(what)
  }
  for (const kind of ['stun', 'dtls', 'rtp']) say(!captured[kind], `no ${kind} was captured`)
  say(!report.offers['201'], 'no offer was answered')
  say(report.errorLines.length > 0, `errors: ${report.errorLines[0]}`)
  say(
    good.connected < good.asked || good.endedEarly > 0,
    `good calls: ${good.connected} connected, ${good.endedEarly} ended`,
  )
  say(
    good.share < leastPeersShare(report.starved),
    `good calls got ${(good.share * 100).toFixed(1)} % of their frames, starved for ${report.starved}`,
  )
  say(report.liveCalls > 0, `${report.liveCalls} calls live after the attack`)
  say(rssMb.after > rssMb.before + 10, `memory: ${rssMb.before} MB before, ${rssMb.after} MB after`)
  say(report.exitCode !== 0, `the server ended with ${report.exitCode}`)
  return found
}
