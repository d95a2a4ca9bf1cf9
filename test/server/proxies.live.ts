// The recipes of assets/proxy/, in nginx and Caddy as Debian has them: requests, event streams and WebSockets pass, and
// the client's own address counts.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { $ } from 'bun'
import { freeTcpPort } from '../e2e/asterisk/lab.ts'
import { startWorld, type World } from '../faults/world.ts'
import { until } from '../support/clouds/until.ts'
import { testToken } from '../support/lab/admin.ts'
import { certificate, fetchProxies } from '../support/lab/proxies.ts'

setDefaultTimeout(60_000)

const name = 'bot.example.com'
const recipes = join(import.meta.dir, '../../assets/proxy')
let world: World
let folder: string
let files: { cert: string; key: string }
let programs: { nginx: string; caddy: string }

beforeAll(async () => {
  programs = await fetchProxies()
  folder = await mkdtemp(join(tmpdir(), 'proxies-'))
  files = await certificate(folder, name)
  world = await startWorld({ PROXY_FROM: '127.0.0.1', PUBLIC_HOSTS: name })
})
afterAll(async () => {
  await world.stop()
  await rm(folder, { recursive: true, force: true })
})

/** The recipe with the test's ports and certificate in place of a site's, and the command that runs it. */
async function commandOf(proxy: 'nginx' | 'caddy', port: number): Promise<string[]> {
  const behind = new URL(world.server.adminUrl).host
  if (proxy === 'nginx') {
    const site = (await Bun.file(join(recipes, 'nginx.conf')).text())
      .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
      .replace(/ssl_certificate .*;/, `ssl_certificate ${files.cert};`)
      .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${files.key};`)
      .replace('127.0.0.1:8080', behind)
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `${kind}_temp_path ${folder};`,
    )
    const main = `daemon off; pid ${folder}/pid; error_log ${folder}/log; events {} http { access_log off;`
    await Bun.write(join(folder, 'nginx.conf'), `${main} ${temporary.join(' ')}\n${site}\n}\n`)
    return [programs.nginx, '-e', `${folder}/log`, '-c', join(folder, 'nginx.conf')]
  }
  const site = (await Bun.file(join(recipes, 'Caddyfile')).text())
    .replace(`${name} {`, `https://${name}:${port} {\n\tbind 127.0.0.1\n\ttls ${files.cert} ${files.key}`)
    .replace('127.0.0.1:8080', behind)
  await Bun.write(join(folder, 'Caddyfile'), `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`)
  return [programs.caddy, 'run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]
}

describe.each(['nginx', 'caddy'] as const)('%s', (proxy) => {
  const port = freeTcpPort()
  let child: Bun.Subprocess
  /** As a browser of another machine: from an address that is not the proxy's, under the public name. */
  const curl = async (path: string, ...options: string[]) => {
    const resolve = `${name}:${port}:127.0.0.1`
    const asked =
      await $`curl -s -m 20 --interface 127.0.0.2 --resolve ${resolve} --cacert ${files.cert} ${options} -w ${'\n%{http_code}'} https://${name}:${port}${path}`
        .nothrow()
        .text()
    const lines = asked.split('\n')
    return { status: Number(lines.pop()), body: lines.join('\n') }
  }
  const token = ['-H', `Authorization: Bearer ${testToken}`]

  beforeAll(async () => {
    const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
    child = Bun.spawn(await commandOf(proxy, port), { env, stdout: 'ignore', stderr: 'ignore' })
    let isUp = false
    for (let tries = 0; tries < 100 && !isUp; tries++) {
      isUp = (await curl('/healthz')).status === 200
      if (!isUp) await Bun.sleep(100)
    }
    expect(isUp).toBe(true)
  })
  afterAll(async () => {
    child.kill()
    await child.exited
  })

  test('the page and the API answer, the API with a token only; the dialplan’s routes do not', async () => {
    expect((await curl('/')).body).toContain('<!doctype html>')
    expect((await curl('/api/calls')).status).toBe(401)
    expect((await curl('/api/calls', ...token)).status).toBe(200)
    expect((await curl('/api/calls', ...token, '-H', `Origin: https://${name}:${port}`)).status).toBe(200)
    expect((await curl('/api/calls', ...token, '-H', 'Origin: https://evil.com')).status).toBe(403)
    expect((await curl(`/asterisk/calls/${crypto.randomUUID()}/next`)).status).toBe(404)
  })

  test('the audit trail has the client’s address, whatever the client claims', async () => {
    const invented = ['X-Forwarded-For: 203.0.113.9', 'X-Real-IP: 203.0.113.9', 'Forwarded: for=203.0.113.9']
    for (const header of invented)
      expect((await curl('/api/recordings', ...token, '-H', header)).status).toBe(200)
    const { body } = await curl('/api/audit', ...token)
    const { entries } = JSON.parse(body) as { entries: { action: string; address: string }[] }
    const addresses = entries
      .filter(({ action }) => action === 'recordings.read')
      .map(({ address }) => address)
    expect([...new Set(addresses)]).toEqual(['127.0.0.2'])
  })

  test('an event stream arrives line by line', async () => {
    const { body } = await curl('/api/events', ...token, '-N', '-m', '2')
    expect(body).toStartWith(': calls')
  })

  test('a call from the page passes as a WebSocket, in both directions', async () => {
    const protocols = ['voicebot', `token.${Buffer.from(testToken).toString('base64url')}`]
    const socket = new WebSocket(`wss://127.0.0.1:${port}/api/talk`, {
      protocols,
      headers: { Host: `${name}:${port}` },
      tls: { rejectUnauthorized: false, serverName: name },
    } as never)
    socket.binaryType = 'arraybuffer'
    let frames = 0
    socket.onmessage = ({ data }) => {
      if ((data as ArrayBuffer).byteLength === 320) frames++
    }
    await until('frames of the bot arrive', () => frames > 20)
    expect(world.server.registry.liveCalls).toBe(1)
    socket.send('0')
    socket.close()
    await until('the call is over', () => world.server.registry.liveCalls === 0)
  })
})
