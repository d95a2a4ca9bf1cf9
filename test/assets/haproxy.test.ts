// assets/haproxy/haproxy.cfg: HAProxy itself accepts it, and it agrees with the units and with the server. What it does to
// calls is tested by `bun run e2e:cluster`.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { settings } from '../../src/config.ts'
import { announceMs } from '../../src/server/drain-switch.ts'

setDefaultTimeout(60_000)

const assets = join(import.meta.dir, '../../assets')
const path = join(assets, 'haproxy/haproxy.cfg')
const text = await Bun.file(path).text()
const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^ *#/.test(line))

/** Lines of one section: `backend bots`. */
function section(name: string): string[] {
  const from = lines.indexOf(name) + 1
  const rest = lines.slice(from)
  const end = rest.findIndex((line) => !line.startsWith(' '))
  return (end < 0 ? rest : rest.slice(0, end)).map((line) => line.trim())
}
const servers = (backend: string) =>
  section(`backend ${backend}`).filter((line) => line.startsWith('server '))

/** Debian's package puts it where ordinary users have no PATH. */
const haproxy = Bun.which('haproxy', { PATH: `${process.env.PATH}:/usr/sbin` })

test.skipIf(haproxy === null && process.env.CI !== 'true')(
  'HAProxy accepts it without a warning',
  async () => {
    const child = Bun.spawn([haproxy!, '-c', '-q', '-f', path], { stdout: 'pipe', stderr: 'pipe' })
    const said = await new Response(child.stderr).text()
    expect({ code: await child.exited, said: said.replace(/^\[NOTICE\].*\n/gm, '') }).toEqual({
      code: 0,
      said: '',
    })
  },
)

describe('the bots of the configuration', () => {
  test('are the instances of the unit voicebot@, with the ports that it gives them', async () => {
    const unit = await Bun.file(join(assets, 'systemd/voicebot@.service')).text()
    const given = Object.fromEntries(
      [...unit.matchAll(/(\w+_PORT)=(\d+)%i/g)].map(([, name, start]) => [name, start]),
    )
    const calls = settings.MAX_CALLS.default
    expect(servers('bots')).toEqual(
      ['1', '2', '3'].map(
        (n) =>
          `server b${n} 127.0.0.1:${given.AUDIOSOCKET_PORT}0${n} port ${given.ADMIN_PORT}0${n} ` +
          `agent-port ${given.AGENT_PORT}0${n} maxconn ${calls}`,
      ),
    )
  })

  test('are the same in all three backends, which follow the checks of the first', () => {
    const where = (backend: string) => servers(backend).map((line) => line.split(' ').slice(1, 3).join(' '))
    expect(where('busy')).toEqual(where('bots'))
    const admins = where('bots').map((line) => line.replace(':9', ':8'))
    expect(where('admins')).toEqual(admins)
    for (const backend of ['busy', 'admins'])
      for (const line of servers(backend)) expect(`${line} `).toContain(`track bots/${line.split(' ')[1]} `)
  })

  test('have a weight that a percentage can be taken of', () => {
    expect(section('backend bots').join()).toContain('weight 100 agent-check')
  })
})

test('a drain is announced for longer than HAProxy takes to notice it', () => {
  const checks = /inter (\d+)ms fall (\d+)/.exec(section('backend bots').join())!
  const noticedMs = Number(checks[1]) * Number(checks[2])
  expect(announceMs({ DRAIN_ANNOUNCE_S: 'auto', AGENT_PORT: 7101, REDIS_URL: '' })).toBeGreaterThan(
    2 * noticedMs,
  )
})

test('a frozen bot loses its callers after 2 s, and a caller may be silent for an hour', () => {
  for (const backend of ['bots', 'busy'])
    expect(section(`backend ${backend}`)).toContainValues(['timeout server 2s', 'option independent-streams'])
  expect(section('defaults')).toContain('timeout client 1h')
})

test('the dialplan’s defaults are where HAProxy listens', async () => {
  const dialplan = await Bun.file(join(assets, 'asterisk/extensions.conf')).text()
  expect(section('frontend audio')).toContain(`bind ${/Set\(BOT=([\d.:]+)\)/.exec(dialplan)![1]}`)
  expect(section('frontend http')).toContain(`bind ${/Set\(BOTHTTP=http:\/\/([\d.:]+)\)/.exec(dialplan)![1]}`)
})
