// Parts of the page that look again and again, while the server refuses: each says so in its own place, and the message
// line stays free for what the operator does.

import type { Page } from 'playwright-core'

const parts = ['spending', 'machines', 'call-backs'] as const

/** @param page with a clock of its own, which nobody else runs */
export async function lookAtFailedLooks(
  page: Page,
  name: string,
  check: (what: string, isTrue: boolean) => void,
): Promise<void> {
  const refused = { type: 'about:blank', title: 'x', status: 503, detail: 'not now', code: 'not_now' }
  const path = new RegExp(`/api/(?:${parts.join('|')})$`)
  await page.route(path, (route) => route.fulfill({ status: 503, json: refused }))
  await page.clock.fastForward(61_000)
  for (const part of parts) {
    await page.waitForSelector(`#${part}-fault:not(:empty)`)
    const text = (await page.textContent(`#${part}-fault`)) ?? ''
    check(`${name}: a failed look at ${part} is said in its place (${text})`, text.endsWith('not now'))
  }
  const message = await page.textContent('#message')
  check(`${name}: and not in the message line`, message === '')
  await page.unroute(path)
  await page.clock.fastForward(61_000)
  for (const part of parts) await page.waitForSelector(`#${part}-fault:empty`, { state: 'attached' })
  check(`${name}: the next look that succeeds takes it away`, true)
}
