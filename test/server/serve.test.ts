// The whole server in this process, on real sockets and free ports: what only shows when all rooms are together.
// What needs time to pass is in `serve.live.ts`.

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from 'bun:test'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { ConfigError } from '../../src/base/errors.ts'
import { createLog, silentLog } from '../../src/base/log.ts'
import { workerScript } from '../../src/base/program.ts'
import { readConfig } from '../../src/config.ts'
import { serve } from '../../src/server/serve.ts'
import { startWorld, type World } from '../faults/world.ts'
import { askAdmin, testToken } from '../support/lab/admin.ts'
import { RawPeer, until, uuidMessage, uuidOf } from '../support/phone/fake-asterisk.ts'

// A start takes a third of a second of an idle core.
setDefaultTimeout(60_000)

let world: World
const start = async (environment: Record<string, string> = {}) => {
  world = await startWorld(environment)
}
const uuid = uuidOf(7)
const get = async (path: string) => (await askAdmin(world.server.adminUrl, path)).text()

async function dial(id = uuid): Promise<RawPeer> {
  const peer = await RawPeer.connect(world.server.audioSocketPort)
  peer.write(uuidMessage(id))
  await until(() => peer.messages.length > 0, 'the first frame came')
  return peer
}

describe('the server', () => {
  beforeAll(() => start())
  afterAll(() => world.stop())

  test('sends the dialplan to humans for a call that has no outcome yet or is unknown', async () => {
    const peer = await dial()
    expect(await get(`/asterisk/calls/${uuid}/next`)).toStartWith('queue|support\n')
    expect(await get(`/asterisk/calls/${uuidOf(8)}/next`)).toStartWith('queue|support\n')
    peer.end()
  })

  test('lists its phrases and the adapters in use', async () => {
    expect(JSON.parse(await get('/api/phrases')).phrases.length).toBeGreaterThan(200)
    expect(world.server.inUse).toEqual({ stt: 'embedded', llm: 'scripted', tts: 'embedded' })
  })

  test('logs a call in a few lines, without the caller’s words', async () => {
    const id = uuidOf(20)
    const peer = await dial(id)
    const lines = () => world.lines.filter(({ callId }) => callId === id)
    peer.end()
    await until(() => lines().some(({ event }) => event === 'call ended'), 'the end was logged')
    const events = lines().map(({ event }) => event)
    expect(events).toContain('call started')
    expect(events).toContain('state changed')
    expect(JSON.stringify(lines())).not.toContain('Bonjour')
  })
})

test('a server starts its threads and loads its admin app once it is ready; who comes at once is served', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'serve-'))
  const threads: string[] = []
  const thread = (name: string, script: string) => () => {
    threads.push(name)
    return new Worker(workerScript(script))
  }
  const config = readConfig({
    ...{ AUDIOSOCKET_PORT: '0', ADMIN_PORT: '0', ADMIN_TOKEN: testToken, AUDIO_WORKERS: '2' },
    ...{ RECORDINGS_DIR: '', DATA_DIR: dir, TECHNICIANS: 'always' },
  })
  const server = await serve(config, silentLog, systemClock, {
    audioWorker: thread('audio', 'codecs/audio.worker.ts'),
  })
  expect(threads).toEqual([])
  const ready = askAdmin(server.adminUrl, '/readyz')
  const peer = await RawPeer.connect(server.audioSocketPort)
  peer.write(uuidMessage(uuid))
  await until(() => peer.messages.length > 0, 'the first frame came')
  expect((await ready).status).toBe(200)
  await until(() => threads.length === 2, 'both workers are started')
  peer.end()
  await server.stop()
  await rm(dir, { recursive: true })
})

describe('a server with settings of its own', () => {
  afterEach(() => world.stop())

  test('erases the record and the memory of a caller’s calls, found by the number that was given', async () => {
    await start()
    const peer = await dial()
    peer.end()
    await until(() => world.server.registry.liveCalls === 0, 'the call was over')
    await world.server.registry.empty()
    // The index of the search lies there too.
    const days = async () => (await readdir(world.dir)).filter((name) => !name.startsWith('.'))
    const [day] = await days()
    const path = join(world.dir, day, `${uuid}.json`)
    await Bun.write(path, JSON.stringify({ ...(await Bun.file(path).json()), phone: '0612345678' }))
    const erase = async (phone: string) =>
      (await askAdmin(world.server.adminUrl, `/api/callers/${phone}`, { method: 'DELETE' })).json()
    expect(await erase('0687654321')).toEqual({ erased: [], recordings: 0, live: [], unmatched: 0 })
    expect(await erase('0612345678')).toEqual({ erased: [uuid], recordings: 1, live: [], unmatched: 0 })
    expect(await days()).toEqual([])
    expect(await erase('0612345678')).toEqual({ erased: [], recordings: 0, live: [], unmatched: 0 })
  })

  test('with AUDIOSOCKET_REGISTERED=1 only announced calls are taken', async () => {
    await start({ AUDIOSOCKET_REGISTERED: '1' })
    const stranger = await RawPeer.connect(world.server.audioSocketPort)
    stranger.write(uuidMessage(uuidOf(1)))
    await until(() => stranger.closed, 'the stranger was refused')
    const announced = await askAdmin(world.server.adminUrl, `/api/calls/${uuid}/expect`, {
      method: 'POST',
    })
    expect(announced.ok).toBe(true)
    const peer = await dial()
    expect(world.server.registry.liveCalls).toBe(1)
    peer.end()
  })

  test('an announced call begins in the announced language, and an unknown one in the default', async () => {
    await start({ LANGUAGES: 'en' })
    const announce = (id: string, form: string) =>
      askAdmin(world.server.adminUrl, `/api/calls/${id}/expect`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': String(form.length),
        },
        body: form,
      })
    const begun = async (id: string, form?: string) => {
      if (form !== undefined) expect((await announce(id, form)).status).toBe(200)
      const peer = await dial(id)
      const { language, desk, dialled } = world.server.registry.get(id)!
      peer.end()
      return { language, desk, dialled }
    }
    const byDefault = { language: 'fr', desk: 'desk', dialled: null }
    expect(await begun(uuidOf(1))).toEqual(byDefault)
    expect(await begun(uuidOf(2), 'lang=en&dialled=0123456789')).toEqual({
      ...byDefault,
      ...{ language: 'en', dialled: '0123456789' },
    })
    expect(await begun(uuidOf(3), 'lang=0123456789&desk=nowhere')).toEqual(byDefault)
    expect(await begun(uuidOf(4), 'lang=xx')).toEqual(byDefault)
    const metrics = await get('/metrics')
    expect(metrics).toContain('announced_unknown_total{what="language"} 2')
    expect(metrics).toContain('announced_unknown_total{what="desk"} 1')
  })
})

describe('a start that fails', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'serve-'))
  })
  afterEach(async () => {
    for (const one of [dir, `${dir}.data`]) await rm(one, { recursive: true, force: true })
  })

  const configOf = (environment: Record<string, string>) =>
    readConfig({
      AUDIOSOCKET_PORT: '0',
      ADMIN_PORT: '0',
      RECORDINGS_DIR: dir,
      DATA_DIR: `${dir}.data`,
      ...environment,
    })

  test('names a broken phrase file', async () => {
    const assets = join(dir, 'assets')
    await Bun.write(join(assets, 'phrases', 'fr.json'), '{"language":"fr"')
    const failed = await serve(configOf({ ASSETS_DIR: assets }), silentLog).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(ConfigError)
    expect(String(failed)).toContain('fr.json')
  })

  test('dangerous settings are in the log and degraded, and calls are taken', async () => {
    const dangers = ['ASTERISK_ALLOW is open']
    const logged: string[] = []
    const { log } = createLog({ level: 'warn', showPrivate: false, write: (line) => void logged.push(line) })
    const server = await serve(configOf({ AUDIO_WORKERS: '1' }), log, systemClock, { dangers })
    try {
      const answer = await fetch(new URL('/readyz', server.adminUrl))
      const { status, degraded } = (await answer.json()) as { status: string; degraded: string[] }
      expect([status, degraded]).toEqual([
        'ready',
        expect.arrayContaining(['settings: ASTERISK_ALLOW is open']),
      ])
      expect(logged.join('')).toContain('ASTERISK_ALLOW is open')
    } finally {
      await server.stop()
    }
  })

  test('names the setting of a port that is in use', async () => {
    const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
    const config = configOf({ AUDIOSOCKET_PORT: String(listener.port) })
    const failed = await serve(config, silentLog).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(ConfigError)
    listener.stop()
    expect(String(failed)).toMatch(/Cannot listen on 127\.0\.0\.1:\d+\. .*AUDIOSOCKET_PORT/)
  })

  test.each(['AUDIOSOCKET_HOST', 'ADMIN_HOST'])(
    'names %s when it is an address of another machine',
    async (name) => {
      const config = configOf({ [name]: '192.0.2.1', ADMIN_TOKEN: testToken })
      const failed = await serve(config, silentLog).catch((error: unknown) => error)
      expect(failed).toBeInstanceOf(ConfigError)
      expect(String(failed)).toContain(`192.0.2.1 is no address of this machine: set ${name}`)
    },
  )

  test.each([
    ['texts', { ASSETS_DIR: '/nowhere' }, '/nowhere/phrases'],
    ['a prompt', { LLM: 'groq', GROQ_API_KEY: 'k' }, 'prompts/fr.md'],
  ])('names ASSETS_DIR when the folder has no %s', async (_title, environment, path) => {
    const assets = join(dir, 'assets')
    await Bun.write(join(assets, 'phrases', 'x'), '')
    const failed = await serve(configOf({ ASSETS_DIR: assets, ...environment }), silentLog).catch(
      (error: unknown) => error,
    )
    expect(failed).toBeInstanceOf(ConfigError)
    expect(String(failed)).toContain(path)
    expect(String(failed)).toContain('Set ASSETS_DIR')
  })
})
