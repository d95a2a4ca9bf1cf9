// The admin port under connections that send nothing, forged headers, slow readers and TLS: on real sockets.

import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createAdmin } from '../../src/admin/app.ts'
import { routeAccess } from '../../src/admin/route-access.ts'
import type { AdminServer, AdminServerOptions } from '../../src/admin/server.ts'
import { startAdmin } from '../../src/admin/server.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { until } from '../support/clouds/until.ts'
import { callId, fakeProgram, fakeToken } from './fakes.ts'

setDefaultTimeout(30_000)

let server: AdminServer
afterEach(() => server.stop())

const open = (limits: AdminServerOptions['limits'] = {}, more: Partial<AdminServerOptions> = {}) => {
  const program = fakeProgram()
  const metrics = new Metrics()
  const lines: object[] = []
  const log = {
    ...program.deps.log,
    warn: (text: string, fields = {}) => void lines.push({ text, ...fields }),
  }
  server = startAdmin({
    ...{ host: '127.0.0.1', port: 0, app: createAdmin(program.deps), metrics, limits, clock: program.clock },
    log: { ...log, with: () => log },
    ...more,
  })
  return { lines, metrics, program }
}

/** A connection that counts what it hears. */
async function connect(text = '') {
  const peer = { heard: '', isClosed: false, socket: undefined as Bun.Socket | undefined }
  peer.socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: server.port,
    socket: {
      data(_socket, bytes) {
        peer.heard += bytes.toString('latin1')
      },
      close: () => {
        peer.isClosed = true
      },
    },
  })
  if (text !== '') peer.socket.write(text)
  return peer
}
const bearer = { headers: { authorization: `Bearer ${fakeToken}` } }
const ask = (path: string, init: RequestInit = {}) => fetch(new URL(path, server.url), init)

describe('the admin port', () => {
  test('answers while more idle connections come than it takes, logs one line, and says that it is full', async () => {
    const full: boolean[] = []
    const { lines, metrics, program } = open({
      maxPending: 8,
      maxPendingPerPeer: 8,
      onFull: (is) => full.push(is),
    })
    const idle = await Promise.all(Array.from({ length: 60 }, () => connect()))
    await until('refused connections are closed', () => idle.filter(({ isClosed }) => isClosed).length >= 52)
    // The idle ones may be evicted once they have waited for a quarter of a second.
    program.clock.advance(300)
    expect((await ask('/healthz')).status).toBe(200)
    expect((await ask('/api/calls', bearer)).status).toBe(200)
    expect(lines.length).toBeLessThanOrEqual(2)
    expect(full[0]).toBe(true)
    const value = metrics.snapshot().find(({ name }) => name === 'admin_connections_refused_total')
    expect(value && 'value' in value && value.value).toBeGreaterThanOrEqual(52)
    for (const { socket } of idle) socket?.end()
  })

  test('a connection with a valid token is not evicted by idle ones', async () => {
    open({ maxPending: 4, maxPendingPerPeer: 4 })
    const stream = await ask('/api/events', bearer)
    const reader = stream.body!.getReader()
    await reader.read()
    const idle = await Promise.all(Array.from({ length: 20 }, () => connect()))
    await until('most are closed', () => idle.filter(({ isClosed }) => isClosed).length >= 16)
    const next = reader.read()
    expect(await Promise.race([next.then(() => 'ended'), Bun.sleep(50).then(() => 'open')])).toBe('open')
    await reader.cancel()
  })

  test('one request per connection: what follows is not answered', async () => {
    open()
    const get = `GET /api/calls HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${fakeToken}\r\n\r\n`
    const peer = await connect(get + get)
    await until('it is closed', () => peer.isClosed)
    expect(peer.heard.match(/HTTP\/1\.1 200/g)).toHaveLength(1)
    expect(peer.heard).toMatch(/^connection: close\r$/im)
  })

  test('the peer header of a client is dropped, and so are spellings of it', async () => {
    open()
    for (const name of ['X-Voicebot-Peer', 'x-voicebot-peer', 'X-VOICEBOT-PEER']) {
      const peer = await connect(`GET /healthz HTTP/1.1\r\n${name}: guessed 0\r\nHost: 127.0.0.1\r\n\r\n`)
      await until('it is closed', () => peer.isClosed)
      expect(peer.heard).toStartWith('HTTP/1.1 200')
    }
  })

  describe('health checks with the bytes that HAProxy 2.6 sends', () => {
    const statusOf = async (request: string) => {
      const peer = await connect(request)
      await until('it is closed', () => peer.isClosed)
      return /^HTTP\/1\.1 (\d+)/.exec(peer.heard)?.[1] ?? peer.heard
    }
    /** Captured from `option httpchk` in its forms: bare, with a path, with HEAD, and `http-check send … hdr Host`. */
    const checks = [
      'OPTIONS / HTTP/1.0\r\n\r\n',
      'OPTIONS /readyz HTTP/1.0\r\n\r\n',
      'GET /readyz HTTP/1.0\r\n\r\n',
      'HEAD /readyz HTTP/1.0\r\n\r\n',
      'GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    ]
    test.each(checks)('%j is answered with 200, and with 503 while draining', async (request) => {
      const { program } = open()
      expect(await statusOf(request)).toBe('200')
      program.deps.drain.start()
      expect(await statusOf(request)).toBe('503')
      expect(await statusOf(request.replace(/ \/(readyz)? /, ' /healthz '))).toBe('200')
    })

    test('without Host a route asks for its token as ever, and no route fails', async () => {
      open()
      const paths = Object.keys(routeAccess).map((route) => route.split(' ')[1]!.replace(/:\w+/g, callId))
      for (const path of new Set([...paths, '//', '/%', '/readyz/', '/nothing?x=%']))
        for (const method of ['GET', 'HEAD', 'OPTIONS']) {
          const status = Number(await statusOf(`${method} ${path} HTTP/1.0\r\n\r\n`))
          expect(status).toBeGreaterThanOrEqual(200)
          expect(status).toBeLessThan(500)
          if (path.startsWith('/api/')) expect(status).toBe(401)
        }
    })

    test('an empty Host is a foreign name', async () => {
      open()
      expect(await statusOf('GET /readyz HTTP/1.0\r\nHost:\r\n\r\n')).toBe('403')
    })
  })

  test('headers that come byte by byte, a body in parts, and headers without an end', async () => {
    const { program } = open({ headersTimeoutMs: 300 })
    const slow = await connect()
    for (const byte of 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n') slow.socket!.write(byte)
    await until('it is answered', () => slow.heard.startsWith('HTTP/1.1 200'))
    const put = await connect(
      `PUT /api/phrases/ok HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${fakeToken}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 16\r\n\r\n{"text":',
    )
    put.socket!.write('"Bien."}')
    await until('the body arrived whole', () => put.heard.startsWith('HTTP/1.1 200'))
    expect(program.asked).toEqual(['put fr ok Bien.'])
    const endless = await connect('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n')
    const long = await connect(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'a'.repeat(40_000)}`)
    await until('the long one is closed', () => long.isClosed)
    program.clock.advance(300)
    await until('both are closed', () => endless.isClosed && long.isClosed)
    expect(endless.heard + long.heard).toBe('')
  })

  test('a long answer arrives whole at a reader who pauses', async () => {
    open()
    const whole = await (await ask('/page/main.js')).text()
    const peer = { heard: 0 }
    let isClosed = false
    const socket = await Bun.connect({
      hostname: '127.0.0.1',
      port: server.port,
      socket: {
        data(self, bytes) {
          peer.heard += bytes.length
          self.pause()
          setTimeout(() => self.resume(), 1)
        },
        close: () => {
          isClosed = true
        },
      },
    })
    socket.write('GET /page/main.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    await until('it is closed', () => isClosed)
    expect(peer.heard).toBeGreaterThan(whole.length)
  })

  test('speaks TLS with a certificate of its own', async () => {
    const made = Bun.spawnSync([
      ...['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
      ...['-keyout', '-', '-out', '-'],
    ]).stdout.toString()
    const part = (name: string) =>
      made.match(new RegExp(`-----BEGIN ${name}-----[^]*?-----END ${name}-----`))?.[0] ?? ''
    const tls = { cert: part('CERTIFICATE'), key: part('PRIVATE KEY') }
    open({}, { tls })
    expect(server.url).toStartWith('https://127.0.0.1:')
    const answer = await ask('/api/calls', { ...bearer, tls: { ca: tls.cert } } as RequestInit)
    expect(answer.status).toBe(200)
    expect(
      await ask('/healthz').then(
        () => 'trusted',
        () => 'refused',
      ),
    ).toBe('refused')
  })
})
