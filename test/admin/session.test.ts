// Login by a link's code: what a right one gives, and what wrong ones cost.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { createPageLogin } from '../../src/access/page-login.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { fakeProgram } from './fakes.ts'

setDefaultTimeout(30_000)

function program() {
  const pageLogin = createPageLogin(new FakeClock(), 'the-token-of-the-page')
  const { ask, clock, audited } = fakeProgram({ pageLogin })
  const trade = (code: string, address = '127.0.0.1') =>
    ask(
      '/api/session',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) },
      { address },
    )
  return { pageLogin, trade, clock, audited }
}

test('a right code gives the page its token, and leaves a line in the audit trail', async () => {
  const { pageLogin, trade, audited } = program()
  const response = await trade(pageLogin.create())
  expect(await response.json()).toEqual({ token: 'the-token-of-the-page' })
  expect(audited).toEqual([{ who: 'page', address: '127.0.0.1', action: 'page.login' }])
})

test('wrong codes cost what wrong tokens cost, and a right one must wait as well', async () => {
  const { pageLogin, trade, clock, audited } = program()
  const statuses: number[] = []
  for (let n = 0; n < 5; n++) statuses.push((await trade(`guess ${n}`)).status)
  expect(statuses).toEqual([403, 403, 403, 403, 429])
  const code = pageLogin.create()
  expect((await trade(code)).headers.get('Retry-After')).toBe('1')
  // Another address does not wait.
  expect((await trade('guess', '192.0.2.1')).status).toBe(403)
  clock.advance(1_000)
  expect((await trade(code)).status).toBe(200)
  expect(audited).toHaveLength(1)
})
