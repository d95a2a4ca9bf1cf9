// The page /call in light and dark, on a phone, in a small frame and on a desk: before, during and after a call. Each
// state is read by axe, and its buttons are large enough for a finger.

import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { Connection } from '../../../src/call/connection.ts'
import type { PublicCallEvent } from '../../../src/calls/views.ts'
import { fakeToken } from '../fakes.ts'
import { axeFinds } from './axe.ts'

export type CallLooks = {
  browser: Browser
  url: string
  /** Where screenshots go; undefined takes none. */
  folder: string | undefined
  /** The connection of the call that the page has begun. */
  connection: () => Connection | undefined
  emit: (event: PublicCallEvent) => void
  check: (what: string, isTrue: boolean) => void
}

const looks = [
  ['phone-light', 'light', 390, 844, 'fr', true],
  ['phone-dark', 'dark', 390, 844, 'en', false],
  ['small-light', 'light', 320, 568, 'de', false],
  ['desk-light', 'light', 1_280, 800, 'es', true],
  ['desk-dark', 'dark', 1_280, 800, 'fr', true],
] as const

const noMicrophone = `navigator.mediaDevices.getUserMedia = async () => {
  throw new DOMException('Requested device not found', 'NotFoundError')
}`

/** Smallest side of what a finger touches, in CSS pixels (WCAG 2.5.5). */
const targetPx = 44

const said = [
  [
    'agent',
    'Bonjour, ici l’assistant automatique du service après-vente de Wouippleul. Comment puis-je vous aider ?',
  ],
  ['caller', 'Ma box clignote en rouge depuis ce matin, et je n’ai plus Internet.'],
  ['agent', 'D’accord. Débranchez la box, attendez dix secondes, puis rebranchez-la.'],
  ['caller', 'C’est fait.'],
] as const

async function read(page: Page, what: string, check: CallLooks['check']): Promise<void> {
  const found = await axeFinds(page)
  check(`${what}: axe finds nothing${found && `, but ${found}`}`, found === '')
  const small = (await page.$$eval(
    'button, input, select',
    (all, least) =>
      all
        .map((one) => ({ name: one.outerHTML.slice(0, 60), box: one.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.width < least || box.height < least))
        .map(({ name }) => name),
    targetPx,
  )) as string[]
  check(`${what}: a finger hits every button${small.length > 0 ? `, but ${small}` : ''}`, small.length === 0)
  const [wide, inner] = (await page.evaluate(
    '[document.documentElement.scrollWidth, innerWidth]',
  )) as number[]
  check(`${what}: nothing is wider than the screen`, wide <= inner)
}

/** What happens in a call, as the server tells it. */
function talkIn({ emit }: CallLooks, callId: string): void {
  const at = { callId, atMs: 1 }
  for (const [who, text] of said) emit({ ...at, kind: 'transcript', who, text, isFinal: true })
  emit({ ...at, kind: 'transcript', who: 'agent', text: 'Est-ce que le voyant est…', isFinal: false })
  emit({ ...at, kind: 'phase', phase: 'speaking', turn: 3, speaking: 'agent' })
}

export async function lookAtCallPage(world: CallLooks): Promise<void> {
  const { browser, url, folder, connection, emit, check } = world
  for (const [name, colorScheme, width, height, locale, hasMicrophone] of looks) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height }, locale })
    page.on('pageerror', (error) => check(`no error on the page: ${error.message}`, false))
    await page.addInitScript(`sessionStorage.setItem('voicebot-token', '${fakeToken}')`)
    if (!hasMicrophone) await page.addInitScript(noMicrophone)
    const shot = async (state: string) => {
      if (folder) await page.screenshot({ path: join(folder, `call-${name}-${state}.png`) })
    }
    await page.goto(`${url}call`)
    await page.waitForSelector('#call:not([disabled])')
    await read(page, `call ${name} idle`, check)
    await shot('idle')
    await page.click('#call')
    await page.waitForSelector('[data-state="live"]')
    const { callId } = connection()!
    talkIn(world, callId)
    for (const key of ['0', '6']) await page.click(`[data-key="${key}"]`)
    await page.waitForSelector('.keys >> text=06')
    await read(page, `call ${name} live`, check)
    await shot('live')
    emit({ callId, atMs: 2, kind: 'ended', outcome: 'transfer' })
    connection()!.hangUp()
    await page.waitForSelector('[data-state="ended"]')
    await read(page, `call ${name} ended`, check)
    await shot('ended')
    await page.close()
  }
}
