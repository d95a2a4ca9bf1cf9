// A newcomer's first start: from another folder, with mistakes in the settings. The output says what to do.

import { expect, test } from 'bun:test'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCall } from '../../src/caller/main.ts'
import { eraseMain } from '../../src/tools/erase.ts'
import { tokensMain } from '../../src/tools/tokens.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { startServer } from './process.ts'
import { Telephone } from './world.ts'

test.concurrent('a server that was started in another folder takes calls, and its page is whole', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'elsewhere-'))
  const server = await startServer({ cwd, environment: { MAX_CALL: '3' } })
  const phone = await Telephone.dial(server.port)
  await phone.hears(20)
  phone.hangUp()
  const page = await (await fetch(server.adminUrl)).text()
  const scripts = [...page.matchAll(/src="([^"]+\.js)"/g)].map(([, path]) => path)
  expect(scripts.length).toBeGreaterThan(0)
  for (const path of scripts) {
    const answer = await fetch(new URL(path, server.adminUrl))
    expect(answer.status).toBe(200)
    expect((await answer.text()).length).toBeGreaterThan(1_000)
  }
  expect(server.output).toContain('MAX_CALL is not a setting: did you mean MAX_CALLS or MAX_CALL_S?')
  await server.stop()
  await rm(cwd, { recursive: true })
}, 30_000)

test.concurrent('without ADMIN_TOKEN the printed link logs in once, and a command finds its own token', async () => {
  const server = await startServer({ environment: { ADMIN_TOKEN: '' } })
  const link = new URL(/open +(http:\S+)/.exec(server.output)?.[1] ?? '')
  expect(link.hash).toMatch(/^#code=[\w-]{43}$/)
  const trade = () =>
    fetch(new URL('/api/session', link), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: link.hash.slice('#code='.length) }),
    })
  const { token } = (await (await trade()).json()) as { token: string }
  expect((await trade()).status).toBe(403)
  const status = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    (await fetch(new URL(path, link), { method, headers })).status
  const bearer = { authorization: `Bearer ${token}` }
  expect(await status('/api/calls')).toBe(401)
  expect(await status('/api/calls', bearer)).toBe(200)
  expect(await status('/api/callers/0612345678', bearer, 'DELETE')).toBe(403)
  expect(server.output).not.toContain(token)

  const environment = { DATA_DIR: `${server.dir}.data`, ADMIN_PORT: link.port }
  let printed = ''
  const out = {
    write(text: string) {
      printed += text
    },
  }
  expect(await eraseMain(['0612345678'], out, environment)).toBe(0)
  expect(printed).toContain('by the running server')
  printed = ''
  expect(await tokensMain(['link'], out, environment)).toBe(0)
  expect(printed.trim()).toMatch(/#code=[\w-]{43}$/)
  expect(printed.trim()).not.toBe(link.href)
  await server.stop()
}, 30_000)

test.concurrent('all that a server writes is closed to other users of the machine', async () => {
  const server = await startServer()
  const phone = await Telephone.dial(server.port)
  await phone.hears(20)
  // Reading the calls leaves a line in the audit trail.
  await askAdmin(server.adminUrl, '/api/calls')
  const written: string[] = []
  const look = async () => {
    for (const folder of [server.dir, `${server.dir}.data`])
      for await (const path of new Bun.Glob('**/*').scan({ cwd: folder, dot: true, onlyFiles: false })) {
        const found = await stat(join(folder, path))
        const tooMuch = found.mode & 0o777 & ~(found.isDirectory() ? 0o750 : 0o640)
        expect([path, tooMuch]).toEqual([path, 0])
        written.push(path)
      }
  }
  // During the call too: the tracks of a caller who hangs up before the notice is over are not kept.
  await look()
  phone.hangUp()
  expect(await server.settles(0)).toBe(0)
  await look()
  expect(written.some((path) => path.endsWith('.raw'))).toBe(true)
  expect(written).toContain('audit.jsonl')
  await server.stop()
}, 30_000)

test.concurrent('a call to a server that is not there says how to start one', async () => {
  const told: string[] = []
  expect(await runCall(['--port', '1'], (line) => void told.push(line))).toBe(1)
  expect(told.at(-1)).toContain('bun run start')
})
