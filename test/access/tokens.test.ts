// Tokens: what is strong enough, what the files hold, who holds what, and what wrong ones cost.

import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandToken } from '../../src/access/command-token.ts'
import { codeLifeMs, createOneTimeCodes } from '../../src/access/one-time-code.ts'
import { createPageLogin, pageLink } from '../../src/access/page-login.ts'
import { freshToken, tokenBits, tokenFault } from '../../src/access/strength.ts'
import { TokenFailures } from '../../src/access/token-failures.ts'
import { addToken, localToken, readTokens, revokeToken } from '../../src/access/token-files.ts'
import { openTokens } from '../../src/access/tokens.ts'
import { silentLog } from '../../src/base/log.ts'
import { readConfig } from '../../src/config.ts'
import { tokensMain } from '../../src/tools/tokens.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tokens-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const modeOf = async (name: string) => (await stat(join(dir, name))).mode & 0o777

describe('the strength of a token', () => {
  test.each([
    'a',
    'secret',
    'a'.repeat(64),
    'abababababababababababababababababab',
    '0123456789abcdef',
    'Passw0rd!',
  ])('%p is refused, and a fresh token is offered', (token) => {
    const fault = tokenFault(token)
    expect(fault).toContain('128 are needed')
    const fresh = fault?.split(' ').at(-1) ?? ''
    expect(tokenFault(fresh)).toBeUndefined()
    expect(fault).not.toContain(token.length > 3 ? token : '\0')
  })

  test('what generators print is accepted', () => {
    for (const token of [
      '5f0c7e1ab29d4c83b6d7e8f90a1b2c3d',
      'q83vEjRWeJCrze8SNFZ4kA',
      freshToken(),
      crypto.randomUUID(),
    ])
      expect(tokenFault(token)).toBeUndefined()
    expect(tokenBits(freshToken())).toBeGreaterThan(250)
  })

  test('a start refuses a short ADMIN_TOKEN by name, without showing it', () => {
    const start = () => readConfig({ ADMIN_TOKEN: 'hunter-2-hunter' })
    expect(start).toThrow(/ADMIN_TOKEN can be guessed: .*128 are needed/)
    expect(start).not.toThrow(/hunter/)
  })
})

describe('the file of tokens', () => {
  test('holds digests only, for its owner only', async () => {
    const token = addToken(dir, 'prometheus', ['read'], 0)
    expect(await Bun.file(join(dir, 'tokens.json')).text()).not.toContain(token)
    expect(await modeOf('tokens.json')).toBe(0o600)
    expect(readTokens(dir).map(({ name, scopes }) => [name, scopes])).toEqual([['prometheus', ['read']]])
  })

  test.each([
    ['admin', ['read']],
    ['page', ['read']],
    ['a b', ['read']],
    ['', ['read']],
    ['x', []],
    ['x', ['root']],
  ])('refuses %p with %j', (name, scopes) => {
    expect(() => addToken(dir, name, scopes, 0)).toThrow()
    expect(readTokens(dir)).toEqual([])
  })

  test('a running server knows a new token within a second, and forgets a revoked one', () => {
    const clock = new FakeClock()
    const { tokens } = openTokens({
      clock,
      log: silentLog,
      dir,
      adminToken: freshToken(),
      announceSecret: '',
    })
    expect(tokens.holderOf('x')).toBeUndefined()
    const token = addToken(dir, 'marie', ['read', 'act'], 0)
    clock.advance(1_000)
    expect(tokens.holderOf(token)).toEqual({ name: 'marie', scopes: ['read', 'act'] })
    revokeToken(dir, 'marie')
    clock.advance(1_000)
    expect(tokens.holderOf(token)).toBeUndefined()
  })

  test('a broken file lets nobody in', async () => {
    const token = addToken(dir, 'marie', ['read'], 0)
    await Bun.write(join(dir, 'tokens.json'), '[{"name":')
    const { tokens } = openTokens({
      ...{ clock: new FakeClock(), log: silentLog, dir },
      ...{ adminToken: freshToken(), announceSecret: '' },
    })
    expect(tokens.holderOf(token)).toBeUndefined()
  })

  test('the command adds, lists and revokes', async () => {
    let printed = ''
    const out = {
      write(text: string) {
        printed += text
      },
    }
    const run = (...args: string[]) => tokensMain(args, out, { DATA_DIR: dir })
    expect(await run('add', 'marie', '--scopes', 'read, act')).toBe(0)
    expect(tokenFault(printed.trim())).toBeUndefined()
    expect(await run('add', 'marie', '--scopes', 'read')).toBe(1)
    printed = ''
    expect(await run('list')).toBe(0)
    expect(printed).toMatch(/^marie +read,act +since \d{4}-\d\d-\d\d\n$/)
    expect(await run('revoke', 'marie')).toBe(0)
    expect(await run('revoke', 'marie')).toBe(1)
    const lines = (await Bun.file(join(dir, 'audit.jsonl')).text()).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line)).map(({ action, id }) => `${action} ${id}`)).toEqual([
      'token.add marie',
      'token.revoke marie',
    ])
    for (const wrong of [[], ['add'], ['list', 'x'], ['drop', 'x'], ['revoke', 'a', 'b'], ['--all']])
      expect(await run(...wrong)).toBe(2)
  })
})

describe('a first start', () => {
  const first = (clock = new FakeClock()) =>
    openTokens({ clock, log: silentLog, dir, adminToken: '', announceSecret: '' })

  test('makes tokens for this machine, in files for their owner, and a second start reads them', async () => {
    const { tokens, pageToken = '' } = first()
    expect(tokens.holderOf(pageToken)).toMatchObject({ scopes: ['read', 'act', 'edit'], loopbackOnly: true })
    expect([await modeOf('page-token'), await modeOf('commands-token')]).toEqual([0o600, 0o600])
    expect(first().pageToken).toBe(pageToken)
  })

  test('with ADMIN_TOKEN the files count no more', () => {
    const { pageToken = '' } = first()
    const adminToken = freshToken()
    const { tokens } = openTokens({
      clock: new FakeClock(),
      log: silentLog,
      dir,
      adminToken,
      announceSecret: '',
    })
    expect(tokens.holderOf(pageToken)).toBeUndefined()
    expect(tokens.holderOf(adminToken)?.name).toBe('admin')
  })

  test('a file that others could read is closed again', async () => {
    first()
    await chmod(join(dir, 'page-token'), 0o644)
    localToken(dir, 'page-token')
    expect(await modeOf('page-token')).toBe(0o600)
  })

  test('where the folder cannot be written, the tokens last as long as the server', () => {
    const { tokens, pageToken = '' } = openTokens({
      ...{ clock: new FakeClock(), log: silentLog, dir: '/proc/nowhere' },
      ...{ adminToken: '', announceSecret: '' },
    })
    expect(tokens.holderOf(pageToken)?.name).toBe('page')
  })

  test('the code of the link serves once, expires, and is worth nothing elsewhere', () => {
    const clock = new FakeClock()
    const codes = createOneTimeCodes(clock)
    const [used, late] = [codes.create(), codes.create()]
    expect([codes.redeem(used), codes.redeem(used), codes.redeem('x')]).toEqual([true, false, false])
    clock.advance(codeLifeMs)
    expect(codes.redeem(late)).toBe(false)
    const login = createPageLogin(clock, 'the-token')
    const code = login.create()
    expect(login.redeem(code, '203.0.113.5')).toBeUndefined()
    expect(login.redeem(code, '127.0.0.1')).toBe('the-token')
    expect(pageLink('http://127.0.0.1:8080/', 'c')).toBe('http://127.0.0.1:8080/#code=c')
  })

  test('a command finds its token on this machine, and sends it nowhere else', () => {
    first()
    const found = localToken(dir, 'commands-token')
    for (const url of ['http://127.0.0.1:8080', 'http://localhost:1', 'https://[::1]:8080'])
      expect(commandToken({ url, dir, given: '' })).toBe(found)
    for (const url of ['http://192.0.2.1:8080', 'http://127.0.0.1.evil.com', 'nonsense'])
      expect(commandToken({ url, dir, given: undefined })).toBeUndefined()
    expect(commandToken({ url: 'http://192.0.2.1', dir, given: 'mine' })).toBe('mine')
  })
})

describe('wrong tokens', () => {
  function failures() {
    const clock = new FakeClock()
    const lines: unknown[] = []
    const counter = { value: 0, add: () => void counter.value++ }
    const log = { ...silentLog, warn: (text: string, fields = {}) => void lines.push([text, fields]) }
    return { clock, lines, counter, failing: new TokenFailures(clock, log, counter) }
  }

  test('ten of them cost more than 10 s, and a hundred more than 40 minutes', () => {
    const { clock, failing } = failures()
    const start = clock.now()
    const costs: number[] = []
    for (let n = 1; n <= 100; n++) {
      clock.advance(failing.waitMs('192.0.2.1', `guess ${n}`))
      failing.failed('192.0.2.1', `guess ${n}`)
      costs.push(clock.now() - start)
    }
    expect(costs[2]).toBe(0)
    expect(costs[9]).toBeGreaterThan(10_000)
    expect(costs[99]).toBeGreaterThan(40 * 60_000)
  })

  test('they are counted, and logged in one line a second', () => {
    const { clock, lines, counter, failing } = failures()
    for (let n = 0; n < 50; n++) failing.failed('192.0.2.1', `guess ${n}`)
    expect([counter.value, lines.length]).toEqual([50, 1])
    clock.advance(1_000)
    expect(lines).toHaveLength(2)
    expect(JSON.stringify(lines)).not.toContain('guess')
  })

  test('another address does not wait, and a token that was right before goes on', () => {
    const { failing } = failures()
    failing.succeeded('192.0.2.1', 'right')
    for (let n = 0; n < 10; n++) failing.failed('192.0.2.1', `guess ${n}`)
    expect(failing.waitMs('192.0.2.1', 'other')).toBeGreaterThan(0)
    expect(failing.waitMs('192.0.2.1', 'right')).toBe(0)
    expect(failing.waitMs('192.0.2.2', 'other')).toBe(0)
  })

  test('a page that sends one old token many times is one error; a /64 of IPv6 is one address', () => {
    const { failing } = failures()
    for (let n = 0; n < 50; n++) failing.failed('192.0.2.1', 'old')
    expect(failing.waitMs('192.0.2.1', 'new')).toBe(0)
    for (let n = 0; n < 10; n++) failing.failed(`2001:db8:1:2::${n}`, `guess ${n}`)
    expect(failing.waitMs('2001:db8:1:2:3:4:5:6', 'x')).toBeGreaterThan(0)
    expect(failing.waitMs('2001:db8:1:3::1', 'x')).toBe(0)
  })

  test('memory is bounded', () => {
    const { failing } = failures()
    for (let n = 0; n < 5_000; n++) failing.failed(`10.0.${n >> 8}.${n & 255}`, 'x')
    expect(failing.addresses).toBe(1_024)
  })
})
