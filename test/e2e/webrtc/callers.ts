// What the cases of the page /call share: pages with a token or a link, a public site, and what a caller sees and hears.

import type { Browser, Frame, Page } from 'playwright-core'
import type { Server } from '../../../src/server/serve.ts'

export type CallPageWorld = {
  /** With WebRTC. */
  server: Server
  webrtcPort: number
  /** Without WebRTC. */
  plain: Server
  token: string
  /** Has a microphone and gives it. */
  browser: Browser
  /** Has no microphone; knows `bot.example` as this machine. */
  deaf: Browser
  check: (what: string, isTrue: boolean) => void
  until: (condition: () => boolean | Promise<boolean>, limitMs?: number) => Promise<boolean>
}

type Where = Page | Frame

/** Lets a test close the microphone: who types does not talk, and this microphone talks all the time. */
export const holdMicrophone = `window.microphones = []
const openDevice = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices)
if (openDevice) navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await openDevice(wanted)
  microphones.push(stream)
  return stream
}`
const closeMicrophone =
  'for (const one of microphones) for (const track of one.getTracks()) track.enabled = false'

const stateOf = (where: Where) => where.getAttribute('#phone', 'data-state')
export const textOf = async (where: Where, id: string) => (await where.textContent(`#${id}`)) ?? ''
/** Half the height of the highest bar in the agent's lane, in pixels, over 4 s. The wave shows what the page plays. */
const agentWave = (where: Where) =>
  where.evaluate(`(() => {
    const { width, height } = document.querySelector('#wave')
    const pen = document.querySelector('#wave').getContext('2d')
    const { data } = pen.getImageData(0, height / 2, width, height / 2)
    return data.reduce((most, value, i) => {
      const row = Math.floor(i / 4 / width)
      return i % 4 === 3 && value > 0 ? Math.max(most, Math.abs(row - height / 4)) : most
    }, 0)
  })()`) as Promise<number>

export function helpers({ check, until }: CallPageWorld) {
  const isHeard = async (where: Where) => (await agentWave(where)) > 4
  const isIn = (where: Where, state: string) => until(async () => (await stateOf(where)) === state)
  /** Types a turn, and waits until the page shows it and an answer of the agent after it. */
  async function typesAndIsAnswered(where: Where, what: string): Promise<void> {
    const lines = async () =>
      (await where.$$eval('#lines p', (all) =>
        all.map((one) => `${one.className} ${one.textContent}`),
      )) as string[]
    await where.evaluate(closeMicrophone)
    await where.fill('#write input', 'ma box internet ne marche plus')
    await where.press('#write input', 'Enter')
    check(
      `${what}: a typed turn is shown as the caller’s, and answered`,
      await until(async () => {
        const shown = await lines()
        const at = shown.findIndex((line) => line.startsWith('caller') && line.includes('ma box'))
        return at >= 0 && shown.slice(at + 1).some((line) => line.startsWith('agent'))
      }),
    )
  }
  return { isHeard, isIn, typesAndIsAnswered }
}

/** A page with the operator's token. */
export async function pageOf(browser: Browser, token: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'fr-FR' })).newPage()
  await page.addInitScript(holdMicrophone)
  await page.addInitScript(`sessionStorage.setItem('voicebot-token', '${token}')`)
  return page
}

export async function makePage({ server, token }: CallPageWorld, origin: string, calls = 3): Promise<string> {
  const response = await fetch(new URL('/api/webrtc/links', server.adminUrl), {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ origin, calls }),
  })
  const { page } = (await response.json()) as { page: string }
  return new URL(page, server.adminUrl).href
}

/** A public site that has put the page into a frame. */
export function startSite() {
  const state = { frame: '' }
  const site = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () =>
      new Response(
        `<!doctype html><title>Site</title><iframe allow="microphone" width="390" height="760" src="${state.frame}">`,
        {
          headers: { 'Content-Type': 'text/html' },
        },
      ),
  })
  return {
    state,
    origin: `http://localhost:${site.port}`,
    other: `http://127.0.0.1:${site.port}`,
    stop: () => site.stop(true),
  }
}
