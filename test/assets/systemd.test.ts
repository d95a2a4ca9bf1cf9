// The units that an operator copies: systemd's own tool accepts them, they are hardened, and a stop leaves a drain the
// time that it takes.

import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { settings } from '../../src/config.ts'

setDefaultTimeout(60_000)

const folder = join(import.meta.dir, '../../assets/systemd')
const one = await Bun.file(join(folder, 'voicebot.service')).text()
const several = await Bun.file(join(folder, 'voicebot@.service')).text()

const directives = (unit: string) => unit.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
const setTo = (name: string) => {
  const found = directives(one).find((line) => line.startsWith(`${name}=`))
  return found?.slice(name.length + 1)
}

/** `systemd-analyze` of Debian's package `systemd`; it runs without systemd as process 1. */
const isThere = Bun.which('systemd-analyze') !== null

async function analyze(...args: string[]): Promise<{ code: number; said: string }> {
  const child = Bun.spawn(['systemd-analyze', ...args], { stdout: 'pipe', stderr: 'pipe' })
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, said: `${out}${err}`.trim() }
}

describe.skipIf(!isThere && process.env.CI !== 'true')('systemd’s own tool', () => {
  /** Units whose program exists, and whose instance has a name: `verify` looks at both. */
  let dir = ''
  const units = ['voicebot.service', 'voicebot@01.service']
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'units-'))
    const program = join(dir, 'voicebot')
    await Bun.write(program, '#!/bin/sh\n')
    await chmod(program, 0o755)
    for (const [i, text] of [one, several].entries())
      await Bun.write(join(dir, units[i]!), text.replaceAll('/opt/voicebot/voicebot', program))
    return () => rm(dir, { recursive: true })
  })

  test.each(units)('accepts %s without a word', async (unit) => {
    expect(await analyze('verify', '--man=no', join(dir, unit))).toEqual({ code: 0, said: '' })
  })

  test.each(units)('finds %s exposed by 1.5 of 10 at most', async (unit) => {
    const { code, said } = await analyze('security', '--offline=true', '--threshold=15', join(dir, unit))
    expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' })
  })
})

test('a stop leaves a drain its time: 3 s announced, DRAIN_TIMEOUT_S, 15 s for the goodbye, 3 s for the dialplan', () => {
  const drainS = 3 + Number(settings.DRAIN_TIMEOUT_S.default) + 15 + 3
  expect(Number(setTo('TimeoutStopSec'))).toBeGreaterThan(drainS)
  expect([setTo('KillSignal'), setTo('KillMode')]).toEqual(['SIGTERM', 'mixed'])
})

test('the program is started itself, not by npx or bun run, which keep signals', () => {
  expect(setTo('ExecStart')).toBe('/opt/voicebot/voicebot')
})

test('the unit of several differs by name, recordings, settings and ports alone', () => {
  const [mine, theirs] = [directives(one), directives(several)]
  expect(mine.filter((line) => !theirs.includes(line))).toEqual([
    'Description=Wouippleul voicebot (AudioSocket server for Asterisk)',
    'Environment=DATA_DIR=/var/lib/voicebot RECORDINGS_DIR=/var/lib/voicebot/recordings',
    'ExecStart=/opt/voicebot/voicebot',
  ])
  expect(theirs.filter((line) => !mine.includes(line))).toEqual([
    'Description=Wouippleul voicebot %i (AudioSocket server for Asterisk)',
    'Environment=DATA_DIR=/var/lib/voicebot RECORDINGS_DIR=/var/lib/voicebot/recordings-%i',
    'EnvironmentFile=-/etc/voicebot/%i.env',
    'ExecStart=/usr/bin/env AUDIOSOCKET_PORT=91%i ADMIN_PORT=81%i AGENT_PORT=71%i /opt/voicebot/voicebot',
  ])
})
