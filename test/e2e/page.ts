// Headless Chromium on the page of the real server: talks to the bot with a microphone fed from a WAV, sees what was
// heard and said, hears the answer, reloads phrases and plays the record of the call. Meanwhile a supervisor
// takes the call of a telephone over (takeover.ts).
// `bun run e2e:page` ends with `N passed, N failed`; needs Debian's chromium.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { readWav, writeWav } from '../../src/audio/wav.ts'
import { commandLine } from '../../src/base/command-line.ts'
import { silentLog } from '../../src/base/log.ts'
import { readConfig } from '../../src/config.ts'
import { serve } from '../../src/server/serve.ts'
import { startFakes } from '../support/clouds/server.ts'
import { dial, takeOver } from './takeover.ts'

const usage = `usage: bun run e2e:page [folder]

  headless Chromium talks to the bot from the operator's page; screenshots go to the folder`
const folder = commandLine(usage, { allowPositionals: true }).positionals[0]
// After the arguments: loading it takes longer than printing the usage.
const { chromium } = await import('playwright-core')
const words = 'ma box ne marche plus'
const recordings = await mkdtemp(join(tmpdir(), 'page-'))
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
    await Bun.sleep(50)
  }
  return true
}

/** Fourteen seconds for the welcome and the notice of the recording, one sentence, and silence until the file begins again. */
async function microphone(): Promise<string> {
  const { samples } = readWav(
    await Bun.file(new URL('../fixtures/audio/utterance-internet.wav', import.meta.url)).bytes(),
  )
  const whole = new Int16Array(8_000 * 48)
  whole.set(samples, 8_000 * 14)
  const path = join(recordings, 'microphone.wav')
  await Bun.write(path, writeWav(whole, { rateHz: 8_000, channels: 1 }))
  return path
}

const fakes = startFakes({ port: 0, heard: [words], heardPer: 'call' })
const config = readConfig({
  AUDIOSOCKET_PORT: '0',
  ADMIN_PORT: '0',
  RECORDINGS_DIR: recordings,
  DATA_DIR: join(recordings, '.data'),
  TECHNICIANS: 'always',
  STT: 'deepgram,embedded',
  LLM: 'scripted',
  TTS: 'embedded',
  DEEPGRAM_API_KEY: 'key',
  DEEPGRAM_BASE_URL: `ws://127.0.0.1:${fakes.port}`,
})
const server = await serve(config, silentLog)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${await microphone()}`,
    '--autoplay-policy=no-user-gesture-required',
  ],
})

const shot = async (page: Page, name: string) => {
  if (folder) await page.screenshot({ path: join(folder, `live-${name}.png`), fullPage: true })
}

/** Talks to the bot from the page. @param otherId a call that is not the page's */
async function talk(page: Page, otherId: string): Promise<void> {
  await page.click('#talk-button')
  const isNew = ({ id }: { id: string }) => id !== otherId
  check('the page calls the bot', await until(() => server.registry.list().some(isNew)))
  const callId = server.registry.list().find(isNew)!.id
  const agentFrames = { audible: 0 }
  server.registry.listen(callId, (_caller, agent) => {
    if (agent?.some((sample) => Math.abs(sample) > 500)) agentFrames.audible++
  })
  check('the bot answers audibly', await until(() => agentFrames.audible > 50))
  check(
    'what the microphone says is heard and shown',
    await until(async () => (await page.textContent('body'))?.includes(words) ?? false),
  )
  check(
    'the bot’s answer to it is shown',
    await until(() => {
      const transcript = server.registry.get(callId)?.transcript ?? []
      const at = transcript.findIndex(({ who }) => who === 'caller')
      return at >= 0 && transcript.slice(at).some(({ who }) => who === 'agent')
    }),
  )
  await shot(page, 'talking')
  await page.click('[data-key="0"]')
  check(
    'a key of the page is a key of the telephone: nobody can take over its call, and a call back is offered',
    await until(() => server.registry.get(callId)?.state === 'goodbye'),
  )
  await page.click('#talk-button')
  check('the caller hangs up', await until(() => server.registry.get(callId)?.outcome === 'hangup'))
  check('its record is written', await until(() => !server.registry.isBeingWritten(callId)))
}

try {
  const context = await browser.newContext({
    permissions: ['microphone'],
    viewport: { width: 1_280, height: 900 },
  })
  const page = await context.newPage()
  // Silent until a supervisor speaks.
  const caller = await dial(server)
  // The link of a first start logs in.
  await page.goto(server.pageLink!.replace('/#', '/?lang=fr#'))
  check('the code is gone from the address', await until(() => !page.url().includes('code=')))
  const tokenOf = () => page.evaluate("sessionStorage.getItem('voicebot-token')")
  check('the page has a token', await until(async () => (await tokenOf()) !== null))
  const token = String(await tokenOf())
  // Both at once: most of the time of either is spent listening.
  await Promise.all([
    talk(page, caller.callId),
    takeOver({ context, server, caller, token, recordings, heard: words, check, until }),
  ])

  await page.click('#reload')
  const reloaded = async () => /\d/.test((await page.textContent('#message')) ?? '')
  check('phrases are reloaded', await until(reloaded))
  await page.reload()
  await page.click('#recordings button:has-text("▶"), #recordings button[aria-label]')
  const plays = () =>
    page.evaluate('[...document.querySelectorAll("audio")].some((a) => a.currentTime > 0.2)')
  check('the record of the call is played', await until(async () => Boolean(await plays())))
  await shot(page, 'record')
} catch (error) {
  check(`nothing unforeseen happens (${error instanceof Error ? error.message : error})`, false)
} finally {
  await browser.close()
  await server.stop()
  await fakes.stop()
  await rm(recordings, { recursive: true, force: true })
}
console.log(`${tally.passed} passed, ${tally.failed} failed`)
process.exit(tally.failed > 0 || tally.passed === 0 ? 1 : 0)
