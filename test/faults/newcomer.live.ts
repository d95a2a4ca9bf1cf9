// A newcomer's first start: from another folder, with mistakes in the settings. The output says what to do.

import { expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCall } from '../../src/caller/main.ts'
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

test.concurrent('a call to a server that is not there says how to start one', async () => {
  const told: string[] = []
  expect(await runCall(['--port', '1'], (line) => void told.push(line))).toBe(1)
  expect(told.at(-1)).toContain('bun run start')
})
