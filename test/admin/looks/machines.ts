// The part of the page about the machines of a cluster: three that live, of which one is set differently and drains, and
// one that is off, and the call-backs that they share. Wide and on a phone, in both languages.

import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { ListedCallBack } from '../../../src/admin/call-back-schemas.ts'
import type { Machine } from '../../../src/admin/schemas.ts'
import { startAdmin } from '../../../src/admin/server.ts'
import { fakeCluster } from '../fake-cluster.ts'
import { fakeProgram, fakeToken } from '../fakes.ts'
import { axeFinds } from './axe.ts'
import { lookAtFailedLooks } from './failed-looks.ts'

const looks = [
  ['light-wide', 'light', 1_280, 'en'],
  ['dark-narrow', 'dark', 390, 'fr'],
] as const

const machine = (id: string, change: Partial<Machine> = {}): Machine => ({
  ...{ id, url: `http://${id}.site.example:8080`, isAsked: false, version: '0.9.0', live: 12, max: 100 },
  ...{ draining: false, fingerprint: '5f3a9c01', voice: 'openai/gpt-4o-mini-tts/coral', phrases: 17 },
  ...{ startedWallMs: 0, ...change },
})

/** Shown where the machines do not agree, by language. */
const disagreement = {
  en: 'The machines do not agree: Settings, Phrases (generation)',
  fr: 'Les machines ne sont pas d’accord : Réglages, Phrases (génération)',
}

export async function lookAtMachines({
  browser,
  folder,
  check,
}: {
  browser: Browser
  /** Where screenshots go; undefined takes none. */
  folder: string | undefined
  check: (what: string, isTrue: boolean) => void
}): Promise<void> {
  const promises: ListedCallBack[] = [
    { ...promise('1-1'), phone: '0639981247', name: 'Zoé Martin', topic: 'internet', symptom: 'wifi' },
    promise('2-1'),
  ]
  const cluster = fakeCluster({
    callBacks: {
      open: async () => [...promises],
      take: async () => null,
      async done(id) {
        const at = promises.findIndex((one) => one.id === id)
        return promises.splice(at, 1).length === 1
      },
    },
    machines: () => [
      machine('bot1', { isAsked: true }),
      machine('bot2', { live: 3, draining: true, fingerprint: '11d07e44', phrases: 16 }),
      machine('bot3', { live: 100 }),
    ],
    away: () => [{ url: 'http://bot4.site.example:8080', lastSeenWallMs: Date.UTC(2026, 10, 27, 9, 30) }],
  })
  const server = startAdmin({ host: '127.0.0.1', port: 0, app: fakeProgram({ cluster }).app })
  try {
    for (const [name, colorScheme, width, language] of looks) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } })
      await page.addInitScript(`sessionStorage.setItem('voicebot-token', '${fakeToken}')`)
      await page.clock.install()
      await page.goto(`${server.url}?lang=${language}`)
      await page.waitForSelector('.machines li:nth-child(4)')
      const marked = await page.$$eval('.machines .differs', (all) =>
        all.map((one) => one.closest('li')?.querySelector('h3')?.textContent),
      )
      check(`${name}: the machine that differs is marked`, marked.join() === `${hosts[1]},${hosts[1]}`)
      const said = await page.textContent('#machines-differ')
      check(`${name}: the page says in what they differ (${said})`, said === disagreement[language])
      const heads = await page.$$eval('.machines h3', (all) => all.map(({ textContent }) => textContent))
      check(`${name}: each machine is there, also the one that is off`, heads.join() === hosts.join())
      const found = await axeFinds(page)
      check(`${name}: axe finds nothing in the machines${found && `, but ${found}`}`, found === '')
      await lookAtCallBacks(page, name, check, () => promises.push(promise('3-1')))
      promises.splice(0, Infinity, { ...promise('1-1'), name: 'Zoé Martin' }, promise('2-1'))
      const wide = Number(await page.evaluate('document.documentElement.scrollWidth'))
      check(`${name}: the machines are not wider than the screen`, wide <= width)
      await lookAtFailedLooks(page, name, check)
      if (folder) await page.locator('#machines').screenshot({ path: join(folder, `machines-${name}.png`) })
      await page.close()
    }
  } finally {
    await server.stop()
  }
}

/** One is taken off the list with the keyboard. */
async function lookAtCallBacks(
  page: Page,
  name: string,
  check: (what: string, isTrue: boolean) => void,
  promiseOne: () => void,
): Promise<void> {
  const rows = () => page.$$('#call-backs tbody tr')
  await page.waitForSelector('#call-backs tbody tr')
  check(`${name}: the promised call-backs are listed`, (await rows()).length === 2)
  await page.focus('#call-backs tbody button')
  const askedAgain = async () => {
    const asked = page.waitForResponse((response) => response.url().endsWith('/api/call-backs'))
    await page.clock.fastForward(61_000)
    await (await asked).finished()
  }
  const focused = () => page.evaluate('document.activeElement?.closest("#call-backs tr")?.rowIndex')
  await askedAgain()
  check(`${name}: a list without news leaves the focus where it is`, (await focused()) === 1)
  promiseOne()
  await askedAgain()
  await page.waitForSelector('#call-backs tbody tr:nth-child(3)')
  check(`${name}: and so does one with a new call-back`, (await focused()) === 1)
  await page.keyboard.press('Enter')
  await page.waitForSelector('#call-backs tbody tr:nth-child(3)', { state: 'detached' })
  check(`${name}: one that was made leaves the list`, (await rows()).length === 2)
  const focus = await page.evaluate('document.activeElement?.id')
  check(`${name}: and the focus stays at the list`, focus === 'call-backs-title')
}

const promise = (id: string): ListedCallBack => ({
  ...{ id, callId: '0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a01', phone: null, name: null, topic: null },
  ...{ symptom: null, language: 'fr', promisedWallMs: Date.UTC(2026, 10, 27, 9, 30) },
})

const hosts = [1, 2, 3, 4].map((n) => `bot${n}.site.example:8080`)
