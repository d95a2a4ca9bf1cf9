// Calls of `bun run e2e:webrtc` in G.711, by a browser that offers nothing else, which move: the caller's sound is away
// for 400 ms at most.

import type { Page } from 'playwright-core'
import type { Server } from '../../../src/server/serve.ts'

export type G711World = {
  server: Server
  /** A page with the client of webrtc.ts. */
  newPage(): Promise<Page>
  check(what: string, isTrue: boolean): void
  until(condition: () => boolean | Promise<boolean>, limitMs?: number): Promise<boolean>
}

const longestHoleMs = 400
const mostMoves = 10

/** From now on the page's peers offer this codec alone. */
const only = (name: string) => `
RTCPeerConnection.prototype.plain ??= RTCPeerConnection.prototype.addTransceiver
RTCPeerConnection.prototype.addTransceiver = function (...args) {
  const one = this.plain(...args)
  const { codecs } = RTCRtpReceiver.getCapabilities('audio')
  one.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType === 'audio/${name}'))
  return one
}`
const codecInUse = `(async () => {
  for (const one of (await pc.getStats()).values()) if (one.type === 'codec') return one.mimeType
})()`

export async function g711Calls({ server, newPage, check, until }: G711World): Promise<void> {
  for (const name of ['PCMU', 'PCMA']) {
    const page = await newPage()
    await page.evaluate(only(name))
    await page.evaluate('connect()')
    check(`${name}: the call is live`, await until(() => server.registry.liveCalls === 1))
    const [{ id }] = server.registry.list()
    const heard = { frames: 0, lastMs: 0, holeMs: 0 }
    const stop = server.registry.listen(id, (caller) => {
      if (caller === null) return
      const now = performance.now()
      if (heard.lastMs > 0) heard.holeMs = Math.max(heard.holeMs, now - heard.lastMs)
      heard.lastMs = now
      if (caller.some((sample) => Math.abs(sample) > 300)) heard.frames++
    })
    check(`${name}: the agent hears the caller`, await until(() => heard.frames > 20))
    check(
      `${name}: the caller hears the agent`,
      await until(async () => ((await page.evaluate('loudness()')) as number) > 0.02),
    )
    check(`${name} is what is spoken`, (await page.evaluate(codecInUse)) === `audio/${name}`)
    const holes: number[] = []
    // A busy machine makes some of them longer; the bot itself needs the same for each.
    const isShort = () => Math.min(...holes) <= longestHoleMs
    while (holes.length < 3 || (holes.length < mostMoves && !isShort())) {
      heard.holeMs = 0
      const before = heard.frames
      await page.evaluate('window.lost = pc; lost.close()')
      await page.evaluate('connect()')
      await until(() => heard.frames > before + 20)
      holes.push(Math.round(heard.holeMs))
    }
    console.log(`      ${name}: holes of ${holes.join(', ')} ms`)
    check(`${name}: a move leaves a hole of ${longestHoleMs} ms at most`, isShort())
    await page.evaluate('hangUp()')
    await until(() => server.registry.liveCalls === 0)
    stop?.()
    await page.context().close()
  }
}
