// What Chromium makes of calls by WebRTC: how fast they connect, whether samples are concealed, and how long the sound
// takes each way.

import type { Page } from 'playwright-core'
import { silentLog } from '../../src/base/log.ts'
import { readConfig } from '../../src/config.ts'
import { serve } from '../../src/server/serve.ts'
import { testToken } from '../support/lab/admin.ts'
import { round, spread } from './crowd.ts'
import { type Inbound, Parts } from './webrtc-parts.ts'

/** A page's own client. Its microphone is a tone of 0.1 s in each second, made and noted by a worklet. */
const client = `window.heard = []
window.made = []
window.open = async () => {
  const source = \`
    registerProcessor('beep', class extends AudioWorkletProcessor {
      process(_, [[out]]) {
        for (let i = 0; i < out.length; i++) {
          const at = (currentFrame + i) % sampleRate
          if (at === 0) this.port.postMessage(Date.now() + i * 1000 / sampleRate)
          out[i] = at < sampleRate / 10 ? 0.5 * Math.sin(at * 2 * Math.PI * 600 / sampleRate) : 0
        }
        return true
      }
    })
    registerProcessor('onset', class extends AudioWorkletProcessor {
      quiet = 0
      process([[sound]]) {
        if (!sound) return true
        const at = sound.findIndex((value) => Math.abs(value) > 0.03)
        if (at < 0) this.quiet += sound.length
        else {
          if (this.quiet > sampleRate * 0.15) this.port.postMessage(Date.now() + at * 1000 / sampleRate)
          this.quiet = 0
        }
        return true
      }
    })\`
  window.context = new AudioContext({ latencyHint: 'interactive' })
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })))
  const beep = new AudioWorkletNode(context, 'beep', { numberOfInputs: 0 })
  beep.port.onmessage = ({ data }) => made.push(data)
  const out = context.createMediaStreamDestination()
  beep.connect(out)
  window.mic = out.stream
}
window.connect = async () => {
  const startMs = performance.now()
  const pc = new RTCPeerConnection()
  const channel = pc.createDataChannel('call')
  // A call in which nobody answers ends; so the caller asks to hear it again.
  const asking = setInterval(() => channel.readyState === 'open' && channel.send('{"type":"key","key":"*"}'), 6000)
  pc.addTransceiver(mic.getTracks()[0], { direction: 'sendrecv', streams: [mic] })
  pc.ontrack = ({ track }) => {
    const stream = new MediaStream([track])
    const player = new Audio()
    player.srcObject = stream
    player.play()
    const onset = new AudioWorkletNode(context, 'onset', { numberOfOutputs: 0 })
    onset.port.onmessage = ({ data }) => heard.push(data)
    context.createMediaStreamSource(stream).connect(onset)
  }
  await pc.setLocalDescription(await pc.createOffer())
  const headers = { 'Content-Type': 'application/sdp', Authorization: 'Bearer ${testToken}' }
  const response = await fetch('/webrtc', { method: 'POST', headers, body: pc.localDescription.sdp })
  const place = response.headers.get('location')
  await pc.setRemoteDescription({ type: 'answer', sdp: await response.text() })
  while (pc.connectionState !== 'connected') {
    if (performance.now() - startMs > 8000) return null
    await new Promise((done) => setTimeout(done, 2))
  }
  window.pc = pc
  window.end = async () => {
    clearInterval(asking)
    await fetch(place, { method: 'DELETE', headers })
    pc.close()
  }
  return performance.now() - startMs
}
window.inbound = async () => {
  for (const one of (await pc.getStats()).values()) if (one.type === 'inbound-rtp') return one
}`

const loud = 1_000
/** An onset follows at least so much silence. */
const quietFrames = 8
/** An onset that comes later than this belongs to another one. */
const longestMs = 600

/** Notes when the call's two directions begin to sound after a silence, in ms of `Date.now()`. */
function onsets() {
  const found = { caller: [] as number[], agent: [] as number[] }
  const quiet = { caller: 0, agent: 0 }
  return {
    found,
    note(who: 'caller' | 'agent', frame: Int16Array | null) {
      const at = frame?.findIndex((sample) => Math.abs(sample) > loud) ?? -1
      if (at >= 0 && quiet[who] >= quietFrames) found[who].push(Date.now() + (who === 'agent' ? at / 8 : 0))
      quiet[who] = at >= 0 ? 0 : quiet[who] + 1
    },
  }
}

/** @returns how long after each `from` the first `to` came */
const ways = (from: readonly number[], to: readonly number[]) =>
  from.flatMap((ms) => {
    const arrived = to.find((one) => one >= ms)
    return arrived !== undefined && arrived - ms < longestMs ? [arrived - ms] : []
  })

/** Thirty connects, then one call: its concealed samples after its first five seconds, and its ways. */
export async function measureBrowser(seconds: number, dataDir: string) {
  const { chromium } = await import('playwright-core')
  const server = await serve(
    readConfig({
      ...{
        AUDIOSOCKET_PORT: '0',
        ADMIN_PORT: '0',
        ADMIN_TOKEN: testToken,
        CONFIG_FILE: '',
        DATA_DIR: dataDir,
      },
      ...{ WEBRTC_PORT: String(20_000 + Math.floor(Math.random() * 10_000)), WEBRTC_HOST: '127.0.0.1' },
      ...{ RECORDINGS_DIR: '', STT: 'embedded', LLM: 'scripted', TTS: 'embedded', TECHNICIANS: 'always' },
      ...{ OVERLOAD: 'ignore', MAX_CALL_S: '3600' },
    }),
    silentLog,
  )
  const chrome = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--autoplay-policy=no-user-gesture-required',
      '--allow-loopback-in-peer-connection',
    ],
  })
  try {
    const page: Page = await (await chrome.newContext({ bypassCSP: true })).newPage()
    await page.goto(server.adminUrl)
    await page.evaluate(client)
    await page.evaluate('open()')
    const parts = new Parts()
    const times: number[] = []
    for (let n = 0; n < 30; n++) {
      const ms = (await page.evaluate('connect()')) as number | null
      if (ms === null) continue
      times.push(ms)
      await page.evaluate('end()')
    }
    await page.evaluate('connect()')
    const { id } = server.registry.list().find(({ outcome }) => outcome === null) ?? { id: '' }
    const { found, note } = onsets()
    server.registry.listen(id, (caller, agent) => {
      note('caller', caller)
      note('agent', agent)
    })
    await Bun.sleep(5_000)
    parts.begin()
    const first = (await page.evaluate('inbound()')) as Inbound
    await Bun.sleep(seconds * 1_000)
    const last = (await page.evaluate('inbound()')) as Inbound
    const { made, heard } = (await page.evaluate('({ made, heard })')) as Record<'made' | 'heard', number[]>
    return {
      connectMs: {
        ...spread(times),
        p95: round(times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0),
      },
      connected: `${times.length} of 30`,
      oneWayUpMs: spread(ways(made, found.caller)),
      oneWayDownMs: spread(ways(found.agent, heard)),
      ...parts.end(first, last),
      seconds,
      isStillOn: server.registry.get(id)?.outcome === null,
    }
  } finally {
    await chrome.close()
    await server.stop()
  }
}
