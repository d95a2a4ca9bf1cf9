// A machine that is alone does not load the client of Redis, whatever else it loads.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clusterKey } from './machines.ts'

setDefaultTimeout(60_000)

/** Starts a whole server in a process of its own. @returns whether the package ioredis was loaded there */
async function loadsIoredis(settings: Record<string, string>): Promise<boolean> {
  const dir = await mkdtemp(join(tmpdir(), 'alone-'))
  const root = join(import.meta.dir, '..', '..')
  const script = `
    import { readConfig } from '${root}/src/config.ts'
    import { silentLog } from '${root}/src/base/log.ts'
    import { serve } from '${root}/src/server/serve.ts'
    const server = await serve(readConfig(process.env), silentLog)
    const isLoaded = Object.keys(require.cache).some((path) => path.includes('/ioredis/'))
    await server.stop()
    process.stdout.write(String(isLoaded))
    process.exit(0)`
  const child = Bun.spawn([process.execPath, '-e', script], {
    env: {
      ...process.env,
      ...{ CONFIG_FILE: '', TECHNICIANS: 'always', ADMIN_TOKEN: clusterKey, AUDIO_WORKERS: '1' },
      ...{ AUDIOSOCKET_PORT: '0', ADMIN_PORT: '0', DATA_DIR: dir, RECORDINGS_DIR: '' },
      ...settings,
    },
    stderr: 'inherit',
  })
  const printed = await new Response(child.stdout).text()
  await rm(dir, { recursive: true, force: true })
  expect(await child.exited).toBe(0)
  return printed === 'true'
}

test('without REDIS_URL ioredis is never loaded; with it, it is, and the server starts without any Redis', async () => {
  expect(await loadsIoredis({ REDIS_URL: '', CLUSTER_KEY: '' })).toBe(false)
  expect(await loadsIoredis({ REDIS_URL: 'redis://127.0.0.1:1', CLUSTER_KEY: clusterKey })).toBe(true)
})
