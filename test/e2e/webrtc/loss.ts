// A call of `bun run e2e:webrtc` through a relay that loses a fixed pattern of packets, 5 %, in both directions. Counted
// are exactly the packets that the relay lost: those of a late machine are only late.

import type { Page } from 'playwright-core'
import { frameSamples, levelDb, rateHz } from '../../../src/audio/pcm.ts'
import { readWav, writeWav } from '../../../src/audio/wav.ts'
import { sentCopies } from '../../../src/webrtc/red.ts'
import { fivePercent, lossPattern } from '../../support/webrtc/loss.ts'
import { startRelay } from '../../support/webrtc/relay.ts'

export type LossWorld = {
  webrtcPort: number
  /** A page with the client of webrtc.ts. */
  newPage(): Promise<Page>
  check(what: string, isTrue: boolean): void
  until(condition: () => boolean | Promise<boolean>, limitMs?: number): Promise<boolean>
  /** A counter of the server. */
  metric(name: string, what?: string): number
}

/** The pattern begins two seconds into the call, and ends in it: both ends of the sound arrive. */
const passFirst = 100
const lastFrames = 50
const limitMs = 90_000

/** What Chromium counts of the sound that it gets. */
type Inbound = { packetsReceived: number; packetsDiscarded: number; concealedSamples: number }
const inbound = `(async () => {
  for (const one of (await pc.getStats()).values())
    if (one.type === 'inbound-rtp' && one.kind === 'audio') return one
})()`

/** Speech without its pauses: an encoder writes no FEC for silence. @returns a WAV file as base64 */
async function speech(): Promise<string> {
  const url = new URL('../../fixtures/audio/caller-slow.wav', import.meta.url)
  const { samples } = readWav(await Bun.file(url).bytes())
  const frames = Array.from({ length: Math.floor(samples.length / frameSamples) }, (_, n) =>
    samples.subarray(n * frameSamples, (n + 1) * frameSamples),
  )
  const spoken = frames.filter((frame) => levelDb(frame) > -40).flatMap((frame) => [...frame])
  return Buffer.from(writeWav(Int16Array.from(spoken), { rateHz, channels: 1 })).toString('base64')
}

/** The page's microphone from now on. */
const speaks = (wav: string) => `(async () => {
  const context = new AudioContext()
  const bytes = Uint8Array.from(atob('${wav}'), (letter) => letter.charCodeAt(0))
  const source = context.createBufferSource()
  source.buffer = await context.decodeAudioData(bytes.buffer)
  source.loop = true
  const out = context.createMediaStreamDestination()
  source.connect(out)
  source.start()
  window.mic = out.stream
})()`

export async function lossyCall({ webrtcPort, newPage, check, until, metric }: LossWorld): Promise<void> {
  const lost = [...lossPattern(fivePercent, 3), ...Array<boolean>(lastFrames).fill(false)]
  const relay = await startRelay({ target: webrtcPort, passFirst, lost })
  const page = await newPage()
  await page.evaluate(speaks(await speech()))
  const frames = (what: string) => metric('webrtc_frames_total', what)
  const before = { recovered: frames('recovered'), restored: frames('restored') }
  await page.evaluate(`connect(${relay.port})`)
  await until(() => relay.hasBegun, limitMs)
  const first = (await page.evaluate(inbound)) as Inbound
  check('the relay has lost its pattern', await until(() => relay.isDone, limitMs))
  const last = (await page.evaluate(inbound)) as Inbound
  await page.evaluate('hangUp()')
  await until(() => metric('webrtc_peers') === 0)
  relay.close()
  await page.context().close()

  const recovered = frames('recovered') - before.recovered
  const restored = frames('restored') - before.restored
  const { up, down } = relay.dropped
  console.log(`      to the server: ${up} lost, ${recovered} back by redundancy, ${restored} by FEC`)
  check('of the frames lost on the way to the server 95 % are restored', (recovered + restored) / up >= 0.95)
  // Chromium discards each copy whose frame is there already, and counts it; those that it does not discard it plays.
  const copies = sentCopies * (last.packetsReceived - first.packetsReceived)
  const used = copies - (last.packetsDiscarded - first.packetsDiscarded)
  const concealedMs = (last.concealedSamples - first.concealedSamples) / 48
  console.log(
    `      to the browser: ${down} lost, ${used} back by redundancy, ${concealedMs.toFixed(0)} ms concealed`,
  )
  check('of the frames lost on the way to the browser 95 % are restored', used / down >= 0.95)
}
