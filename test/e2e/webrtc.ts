// Headless Chromium calls the real server by WebRTC: hears the answer, types a turn, presses a key, loses its peer and
// goes on in the same call; then through a relay of ours that loses 5 % of the packets; then as callers of the page /call.
// `bun run e2e:webrtc` ends with `N passed, N failed`; needs Debian's chromium.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { readWav, writeWav } from '../../src/audio/wav.ts'
import { commandLine } from '../../src/base/command-line.ts'
import { silentLog } from '../../src/base/log.ts'
import { readConfig } from '../../src/config.ts'
import { serve } from '../../src/server/serve.ts'
import { callPage } from './webrtc/call-page.ts'
import { clientScript } from './webrtc/client.ts'
import { g711Calls } from './webrtc/g711.ts'
import { lossyCall } from './webrtc/loss.ts'

const usage = `usage: bun run e2e:webrtc

  headless Chromium calls the bot by WebRTC, moves the call to another peer, and loses packets`
commandLine(usage, {})
const { chromium } = await import('playwright-core')
const token = 'e2e-webrtc-0123456789-ABCDEFGHIJ'
const folder = await mkdtemp(join(tmpdir(), 'webrtc-'))
const tally = { passed: 0, failed: 0 }

function check(what: string, isTrue: boolean): void {
  console.log(`${isTrue ? 'pass' : 'FAIL'}  ${what}`)
  if (isTrue) tally.passed++
  else tally.failed++
}

async function until(condition: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<boolean> {
  const endMs = performance.now() + limitMs
  while (!(await condition())) {
    if (performance.now() > endMs) return false
    await Bun.sleep(20)
  }
  return true
}

/** A caller who speaks all the time. */
async function microphone(): Promise<string> {
  const { samples } = readWav(
    await Bun.file(new URL('../fixtures/audio/caller-slow.wav', import.meta.url)).bytes(),
  )
  const path = join(folder, 'microphone.wav')
  await Bun.write(path, writeWav(samples, { rateHz: 8_000, channels: 1 }))
  return path
}

const webrtcPort = 20_000 + Math.floor(Math.random() * 10_000)
/** Of the server whose page /call is used: calls of the page and counts of lost packets do not disturb each other. */
const pagePort = webrtcPort + 1
const started = (name: string, settings: Record<string, string>) =>
  serve(
    readConfig({
      AUDIOSOCKET_PORT: '0',
      ADMIN_PORT: '0',
      ADMIN_TOKEN: token,
      PUBLIC_HOSTS: 'bot.example',
      RECORDINGS_DIR: '',
      DATA_DIR: join(folder, name),
      TECHNICIANS: 'always',
      // Overload is not this test's subject: it shares its cores with the browser.
      MAX_CALLS: '50',
      STT: 'embedded',
      LLM: 'scripted',
      TTS: 'embedded',
      ...settings,
    }),
    silentLog,
  )
const server = await started('data', { WEBRTC_PORT: String(webrtcPort) })
const pages = await started('pages', { WEBRTC_PORT: String(pagePort) })
const plain = await started('plain', {})
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const quiet = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const deaf = await chromium.launch({
  executablePath,
  args: [...quiet, '--allow-loopback-in-peer-connection', '--host-resolver-rules=MAP bot.example 127.0.0.1'],
})
const browser = await chromium.launch({
  executablePath,
  args: [
    ...quiet,
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${await microphone()}`,
    '--autoplay-policy=no-user-gesture-required',
    '--allow-loopback-in-peer-connection',
  ],
})

const metric = (name: string, what?: string) => {
  const sample = server.metrics
    .snapshot()
    .find((one) => one.name === name && (what === undefined || one.labels.what === what))
  return sample !== undefined && 'value' in sample ? sample.value : 0
}
const callIdOf = async (page: Page) =>
  (await page.evaluate('messages.findLast(({ type }) => type === "call")?.callId')) as string | undefined
const heardIn = async (page: Page) => (await page.evaluate('loudness()')) as number

async function newPage(): Promise<Page> {
  const context = await browser.newContext({ permissions: ['microphone'] })
  const page = await context.newPage()
  await page.goto(server.adminUrl)
  await page.evaluate(clientScript(token))
  return page
}

/** One whole call: heard, typed, moved, a key. */
async function wholeCall(): Promise<void> {
  const page = await newPage()
  const ms = (await page.evaluate('connect()')) as number
  console.log(`      connected in ${ms.toFixed(0)} ms`)
  check('the call is live', await until(() => server.registry.liveCalls === 1))
  check('the channel tells the call', await until(async () => (await callIdOf(page)) !== undefined))
  const callId = (await callIdOf(page))!
  check('the browser hears the agent', await until(async () => (await heardIn(page)) > 0.02))
  const frames = { caller: 0, lastMs: 0, holeMs: 0 }
  server.registry.listen(callId, (caller) => {
    if (caller === null) return
    const now = performance.now()
    if (frames.lastMs > 0) frames.holeMs = Math.max(frames.holeMs, now - frames.lastMs)
    frames.lastMs = now
    if (caller.some((sample) => Math.abs(sample) > 300)) frames.caller++
  })
  check('the agent hears the microphone', await until(() => frames.caller > 20))

  const before = frames.holeMs
  frames.holeMs = 0
  await page.evaluate('window.lost = pc; lost.close()')
  const movedMs = (await page.evaluate('connect()')) as number
  check('the call goes on when its peer is killed', await until(() => metric('webrtc_moves_total') === 1))
  const heard = frames.caller
  check('the agent hears the new peer', await until(() => frames.caller > heard + 20))
  console.log(
    `      moved in ${movedMs.toFixed(0)} ms; hole ${frames.holeMs.toFixed(0)} ms, before ${before.toFixed(0)} ms`,
  )
  check('it is the same call', server.registry.liveCalls === 1 && (await callIdOf(page)) === callId)
  // This microphone talks all the time, and the agent lets itself be interrupted.
  await page.evaluate('mic.getTracks()[0].enabled = false')
  check('the browser hears the agent again', await until(async () => (await heardIn(page)) > 0.02))

  await page.evaluate(
    `channel.send(JSON.stringify({ type: 'text', text: "ma box internet ne marche plus" }))`,
  )
  const said = () => server.registry.get(callId)?.transcript ?? []
  check(
    'a typed turn is the caller’s turn',
    await until(() => said().some(({ who, text }) => who === 'caller' && text.includes('ma box'))),
  )
  check(
    'and is answered',
    await until(() => {
      const at = said().findIndex(({ text }) => text.includes('ma box'))
      return said()
        .slice(at + 1)
        .some(({ who }) => who === 'agent')
    }),
  )
  // While a number is asked 0 is a digit, and 0 # is a human. Keys answer a question that was heard.
  const asked = () => said().some(({ who, text }) => who === 'agent' && text.startsWith('Tapez'))
  check('the agent asks for the number', await until(asked))
  for (const key of ['0', '#'])
    await page.evaluate(`channel.send(JSON.stringify({ type: 'key', key: '${key}' }))`)
  const words = (part: string) => said().some(({ who, text }) => who === 'agent' && text.includes(part))
  check('a key is a key, and nobody can take over a browser’s call', await until(() => words('Par Internet')))
  check('so a call back is offered', await until(() => words('Pour être rappelé')))
  await page.evaluate(`channel.send(JSON.stringify({ type: 'key', key: '2' }))`)
  check(
    'the call ends as the desk decided',
    await until(() => server.registry.get(callId)?.outcome === 'goodbye'),
  )
  check(
    'the browser is told',
    await until(async () => Boolean(await page.evaluate('messages.some(({ type }) => type === "ended")'))),
  )
  check('and its peer is closed', await until(() => metric('webrtc_peers') === 0))
  await page.context().close()
}

try {
  await wholeCall()
  await Promise.all([
    callPage({ server: pages, webrtcPort: pagePort, plain, token, browser, deaf, check, until }),
    g711Calls({ server, newPage, check, until }).then(() =>
      lossyCall({ webrtcPort, newPage, check, until, metric }),
    ),
  ])
} catch (error) {
  check(`nothing unforeseen happens (${error instanceof Error ? error.message : error})`, false)
} finally {
  await browser.close()
  await deaf.close()
  await server.stop()
  await pages.stop()
  await plain.stop()
  await rm(folder, { recursive: true, force: true })
}
console.log(`${tally.passed} passed, ${tally.failed} failed`)
process.exit(tally.failed > 0 || tally.passed === 0 ? 1 : 0)
