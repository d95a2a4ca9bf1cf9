// The operator's page with 500 live calls: what it costs the browser, how large it is, and whether the table can be
// sorted, filtered and used with the keyboard.

import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { startAdmin } from '../../../src/admin/server.ts'
import { systemClock } from '../../../src/base/clock.ts'
import type { CallRow } from '../../../src/calls/rows.ts'
import type { CallInfo, PublicCallEvent } from '../../../src/calls/views.ts'
import { fakeCall, fakeProgram, fakeRow, fakeToken } from '../fakes.ts'

const calls = 500
const measuredMs = 6_000
const states = ['identification', 'diagnostic', 'solution', 'verification']
const topics = ['internet', 'mobile', null]
const outcomes = ['goodbye', 'transfer', 'hangup']

type Deps = { browser: Browser; folder: string | undefined; check: (what: string, isTrue: boolean) => void }

const idOf = (i: number): string => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`

/** A desk on which people talk: each call changes speaker every 2 s, hears words, and ends after some minutes. */
function busyDesk(count: number) {
  const live = new Map<string, CallInfo>()
  const rows = new Map<string, CallRow>()
  let next = 0
  const begin = () => {
    const i = next++
    const id = idOf(i)
    const startedWallMs = Date.now() - (i % 300) * 1_000
    live.set(id, fakeCall(id, { startedWallMs }))
    rows.set(
      id,
      fakeRow(id, {
        startedWallMs,
        name: i % 3 === 0 ? `Martin ${i}` : null,
        phone: `06${String(10_000_000 + i * 7_919).slice(-8)}`,
        dialled: `09${String(70_000_000 + (i % 5)).slice(-8)}`,
        topic: topics[i % topics.length] ?? null,
        state: states[i % states.length]!,
        replyMs: 400 + (i % 9) * 50,
      }),
    )
    return id
  }
  const program = fakeProgram({ clock: systemClock, live })
  live.clear()
  program.deps.calls.rows = () => [...rows.values()]
  program.deps.calls.row = (id) => rows.get(id)
  for (let i = 0; i < count; i++) begin()
  let tick = 0
  const change = (id: string, part: Partial<CallRow>, event: PublicCallEvent) => {
    rows.set(id, { ...rows.get(id)!, ...part })
    program.emit(event)
  }
  /** Every 100 ms each twentieth call does something. */
  const step = () => {
    tick++
    for (const [i, id] of [...rows.keys()].entries()) {
      if ((i + tick) % 20 !== 0) continue
      const atMs = tick * 100
      const speaking = tick % 3 === 0 ? 'nobody' : tick % 3 === 1 ? 'caller' : 'agent'
      const quietSinceWallMs = speaking === 'nobody' ? Date.now() : null
      change(
        id,
        { speaking, quietSinceWallMs },
        { callId: id, atMs, kind: 'phase', phase: 'listening', turn: 3, speaking },
      )
      const said = { callId: id, atMs, kind: 'transcript', who: 'caller', text: 'Oui, je vois.' } as const
      program.emit({ ...said, isFinal: false })
      program.emit({ ...said, isFinal: true })
      if (i % 7 === 0) {
        const state = states[(tick + i) % states.length]!
        change(id, { state }, { callId: id, atMs, kind: 'state', from: 'diagnostic', to: state })
      }
    }
    if (tick % 5 !== 0) return
    const [oldest] = rows.keys()
    rows.delete(oldest!)
    live.delete(oldest!)
    program.emit({ callId: oldest!, atMs: 1, kind: 'ended', outcome: outcomes[tick % 3]! })
    program.emit({ callId: begin(), atMs: 0, kind: 'started' })
  }
  return { program, rows, step, change, begin }
}

/** Milliseconds of the page's main thread per second, by the thread's own clock: other programs do not count. */
async function mainThreadMs(page: Page, forMs: number): Promise<number> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const read = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')!.value
  }
  const before = await read()
  const beganMs = performance.now()
  await Bun.sleep(forMs)
  const ms = ((await read()) - before) * 1_000
  await cdp.detach()
  return ms / ((performance.now() - beganMs) / 1_000)
}

const nodes = (page: Page): Promise<number> =>
  page.evaluate('document.querySelectorAll("#live *").length') as Promise<number>
const firstRow = (page: Page): Promise<string | null> => page.getAttribute('#live [data-call]', 'data-call')
const focusedCall = (page: Page): Promise<string | undefined> =>
  page.evaluate('document.activeElement.closest("[data-call]")?.dataset.call') as Promise<string | undefined>

/** Playwright's own waitForFunction evaluates in the page, which the page's policy forbids. */
async function isTrue(page: Page, expression: string): Promise<void> {
  while (!(await page.evaluate(expression))) await Bun.sleep(50)
}

export async function lookAtBusyDesk({ browser, folder, check }: Deps): Promise<void> {
  const desk = busyDesk(calls)
  const server = startAdmin({ host: '127.0.0.1', port: 0, app: desk.program.app })
  const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } })
  page.on('pageerror', (error) => check(`no error on the busy page: ${error.message}`, false))
  await page.addInitScript(`sessionStorage.setItem('voicebot-token', '${fakeToken}')`)
  await page.goto(`${server.url}?lang=fr`)
  await page.waitForSelector('#live [data-call]')
  await page.evaluate('document.querySelector("#live-rows").scrollTop = 5000')
  await isTrue(page, 'document.querySelector("#live [data-call]").ariaRowIndex > 100')
  const rowCount = await page.getAttribute('#live', 'aria-rowcount')
  check(`the table has ${calls} rows (${rowCount} with its head)`, rowCount === String(calls + 1))
  const size = await nodes(page)
  check(`and few of them are in the document (${size} elements)`, size < 700)
  await page.evaluate('document.querySelector("#live-rows").scrollTop = 0')
  const feed = setInterval(desk.step, 100)
  try {
    const table = await mainThreadMs(page, measuredMs)
    check(`the table costs ${table.toFixed(1)} ms of main thread a second, 50 at most`, table <= 50)
  } finally {
    clearInterval(feed)
  }
  await useTable(page, desk, check)
  if (folder) await page.screenshot({ path: join(folder, 'busy-wide.png') })
  await page.setViewportSize({ width: 390, height: 844 })
  const wide = await page.evaluate('document.documentElement.scrollWidth')
  check(`500 calls are not wider than a phone (${wide})`, Number(wide) <= 390)
  if (folder) await page.screenshot({ path: join(folder, 'busy-narrow.png') })
  await page.close()
  await server.stop()
}

async function useTable(page: Page, desk: ReturnType<typeof busyDesk>, check: Deps['check']): Promise<void> {
  const ids = [...desk.rows.keys()]
  const angry = ids[250]!
  const troubles = { notUnderstood: 3, silences: 0, complaints: 1, stuck: 2 }
  const at = { callId: angry, atMs: 9_000 }
  desk.change(angry, { troubles }, { ...at, kind: 'state', from: 'diagnostic', to: 'solution' })
  await page.waitForSelector(`#live [data-call="${angry}"].needs`)
  check('the call that needs help is first', (await firstRow(page)) === angry)
  await page.check('#only-help')
  await isTrue(page, 'document.querySelectorAll("#live [data-call]").length === 1')
  await page.uncheck('#only-help')
  await page.fill('#find-call', 'martin internet')
  const found = await page.locator('#live [data-call] .topic').allTextContents()
  check('the filter finds words of several columns', found.length > 0 && new Set(found).size === 1)
  await page.fill('#find-call', '')
  await page.click('#live th.who button')
  check('a column sorts', (await page.getAttribute('#live th.who', 'aria-sort')) === 'ascending')
  await page.click('#live th.help button')
  await page.focus('#live [data-call] button[tabindex="0"]')
  const began = await focusedCall(page)
  await page.keyboard.press('End')
  const last = await focusedCall(page)
  await page.keyboard.press('Home')
  check('End and Home reach the ends of the table', last !== began && (await focusedCall(page)) === angry)
  await page.keyboard.press('ArrowDown')
  const second = await focusedCall(page)
  await page.keyboard.press('Enter')
  await page.waitForSelector(`.card[data-open="${second}"]`)
  check('Enter opens the call', second !== angry)
  const isInCard = () => page.evaluate('document.activeElement.closest(".card") !== null')
  check('and the keyboard is there', Boolean(await isInCard()))
  await page.click('.card .close')
  check('closing it goes back to its row', (await focusedCall(page)) === second)
}
