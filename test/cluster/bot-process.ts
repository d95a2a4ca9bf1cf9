// Starts bot.ts: a machine of the cluster that can die.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testToken } from '../support/lab/admin.ts'
import type { RedisServer } from '../support/redis/server.ts'
import { clusterSettings } from './machines.ts'

export type BotProcess = {
  port: number
  adminUrl: string
  process: Bun.Subprocess
  /** Ends it, and removes its folders. */
  end(): Promise<void>
}

export async function startBot(
  redis: RedisServer,
  environment: Record<string, string> = {},
): Promise<BotProcess> {
  const dir = await mkdtemp(join(tmpdir(), 'bot-'))
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'bot.ts')], {
    env: {
      PATH: process.env.PATH,
      ...{ CONFIG_FILE: '', TECHNICIANS: 'always', ADMIN_TOKEN: testToken, AUDIO_WORKERS: '1' },
      ...{
        AUDIOSOCKET_PORT: '0',
        ADMIN_PORT: '0',
        DATA_DIR: `${dir}/data`,
        RECORDINGS_DIR: `${dir}/recordings`,
      },
      ...{ ...clusterSettings(redis), RECORDINGS_MIN_FREE_MB: '0' },
      ...environment,
    },
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const reader = child.stdout.getReader()
  const { value } = await reader.read()
  if (value === undefined) throw new Error('the bot did not start')
  const { port, adminUrl } = JSON.parse(new TextDecoder().decode(value))
  return {
    ...{ port, adminUrl, process: child },
    async end() {
      child.kill('SIGCONT')
      child.kill('SIGKILL')
      await child.exited
      await rm(dir, { recursive: true, force: true })
    },
  }
}
