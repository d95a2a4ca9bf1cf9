// The whole server in this process, in real time: frames, drains, threads that die and come back.
// What needs no time is in `serve.test.ts`.

import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { createLog, type Log } from '../../src/base/log.ts'
import { audioWorker } from '../../src/codecs/jobs.ts'
import { readConfig } from '../../src/config.ts'
import { type Server, serve } from '../../src/server/serve.ts'
import { askAdmin, testToken } from '../support/lab/admin.ts'
import { RawPeer, until, uuidMessage, uuidOf } from '../support/phone/fake-asterisk.ts'

let dir: string
let lines: string[]
let log: Log
let server: Server
const uuid = uuidOf(7)

/** The index of the recordings lies beside the folders of the days. */
async function dayFolder(): Promise<string> {
  const days = (await readdir(dir)).filter((name) => !name.startsWith('.'))
  expect(days.length).toBe(1)
  return days[0]
}

const configOf = (environment: Record<string, string>) =>
  readConfig({
    AUDIOSOCKET_PORT: '0',
    ADMIN_PORT: '0',
    ADMIN_TOKEN: testToken,
    RECORDINGS_DIR: dir,
    DATA_DIR: `${dir}.data`,
    TECHNICIANS: 'always',
    ...environment,
  })

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'serve-'))
  lines = []
  log = createLog({ level: 'debug', showPrivate: false, write: (line) => void lines.push(line) }).log
  server = await serve(configOf({}), log)
})
afterEach(async () => {
  await server.stop()
  for (const one of [dir, `${dir}.data`]) await rm(one, { recursive: true, force: true })
})

const get = async (path: string) => (await askAdmin(server.adminUrl, path)).text()

async function dial(id = uuid): Promise<RawPeer> {
  const peer = await RawPeer.connect(server.audioSocketPort)
  peer.write(uuidMessage(id))
  await until(() => peer.messages.length > 0, 'the first frame came')
  return peer
}

describe('the server', () => {
  test('answers a call: frames of 320 bytes from the first one on', async () => {
    const peer = await dial()
    await until(() => peer.messages.length >= 10, 'ten frames came')
    expect(new Set(peer.messages.map(({ kind, bytes }) => `${kind} ${bytes}`))).toEqual(new Set(['16 320']))
    expect(server.registry.get(uuid)?.state).toBe('welcome')
    peer.end()
  })

  test('a hang-up in the recording notice ends the call within 100 ms and leaves a record without audio', async () => {
    const peer = await dial()
    const hungUpMs = performance.now()
    peer.end()
    await until(() => server.registry.liveCalls === 0, 'the call was over')
    expect(performance.now() - hungUpMs).toBeLessThan(100)
    await server.registry.empty()
    const day = await dayFolder()
    expect(await readdir(join(dir, day))).toEqual([`${uuid}.json`])
    const record = await Bun.file(join(dir, day, `${uuid}.json`)).json()
    expect(record).toMatchObject({ callId: uuid, outcome: 'hangup' })
    expect(record.endedAt).not.toBeNull()
  })

  test('is ready until it drains; live calls then hear a goodbye', async () => {
    expect(await get('/readyz')).toContain('ready')
    const peer = await dial()
    const drained = server.drain(0)
    await until(() => server.registry.draining, 'draining began')
    await until(() => server.registry.get(uuid)?.state === 'goodbye', 'the goodbye was spoken')
    peer.end()
    await drained
  })

  test('is not ready while all audio workers are down, still takes calls, and becomes ready again', async () => {
    let good = false
    const broken = 'data:text/javascript,throw new Error("broken")'
    const audio = () => new Worker(good ? audioWorker.href : broken)
    const other = await serve(configOf({ AUDIO_WORKERS: '2' }), log, systemClock, { audioWorker: audio })
    const ready = async () =>
      (await (await askAdmin(other.adminUrl, '/readyz')).json()) as Record<string, string>
    try {
      await until(async () => (await ready()).code === 'not_ready', 'the workers were down')
      expect((await ready()).detail).toStartWith('audio workers: all 2 are down')
      const peer = await RawPeer.connect(other.audioSocketPort)
      peer.write(uuidMessage(uuidOf(9)))
      await until(() => peer.messages.length > 0, 'the call was answered')
      peer.end()
      good = true
      await until(async () => (await ready()).status === 'ready', 'the workers were up')
    } finally {
      await other.stop()
    }
  })

  test('is not ready while its only voice is down, and counts the lost threads', async () => {
    const broken = 'data:text/javascript,throw new Error("broken")'
    const voiceWorker = () => new Worker(broken)
    const other = await serve(configOf({ TTS: 'embedded' }), log, systemClock, { voiceWorker })
    const tell = async (path: string) => (await askAdmin(other.adminUrl, path)).text()
    try {
      // Warming the voice at the start loses one thread; each sentence of the operator loses another.
      const peer = await RawPeer.connect(other.audioSocketPort)
      peer.write(uuidMessage(uuidOf(9)))
      await until(() => peer.messages.length > 0, 'the call was answered')
      const isDown = async () => (await tell('/readyz')).includes('no other voice')
      for (let i = 0; !(await isDown()); i++) {
        other.registry.say(uuidOf(9), `Bonjour ${i}.`)
        await new Promise((resolve) => setImmediate(resolve))
        expect(i).toBeLessThan(5_000)
      }
      expect(await tell('/metrics')).toMatch(/voicebot_worker_restarts_total\{pool="voice"\} [3-9]/)
      peer.end()
    } finally {
      await other.stop()
    }
  })
})

test('a number that a caller keys is on the page and in the record, but in no log line, metric or span', async () => {
  await server.stop()
  const spans: string[] = []
  const collector = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      spans.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`)
      return Response.json({})
    },
  })
  try {
    server = await serve(configOf({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url.href }), log)
    const peer = await dial()
    const key = (digit: string) => peer.write(Uint8Array.of(0x03, 0, 1, digit.charCodeAt(0)))
    key('1')
    const seen = async () => JSON.stringify(JSON.parse(await get(`/api/calls/${uuid}`)).transcript)
    // "Tapez votre numéro, puis dièse": keys answer only what the caller has heard.
    await until(async () => (await seen()).includes('ièse'), 'the number is asked for')
    for (const digit of '0612345678#') {
      key(digit)
      // At the speed of fingers: keys that arrive at once exceed the rate limit and are dropped.
      await Bun.sleep(60)
    }
    await until(async () => (await seen()).includes('0612345678#'), 'the page shows the keys')
    const numbers = await get('/metrics')
    peer.end()
    await server.registry.empty()
    const day = await dayFolder()
    const record = await Bun.file(join(dir, day, `${uuid}.json`)).json()
    expect(record.numbers).toEqual(['0612345678'])
    await server.stop()
    expect(spans.join('\n')).toContain('POST /v1/traces')
    expect(spans.join('\n')).toContain('"name":"call"')
    for (const told of [lines.join(''), numbers, spans.join('')]) {
      expect(told.length).toBeGreaterThan(500)
      expect(told).not.toMatch(/0612345678|⌨|Bonjour|zéro six/)
    }
  } finally {
    await collector.stop(true)
  }
}, 20_000)

test('a recordings folder that cannot be used is logged at the start, and calls are still taken', async () => {
  await server.stop()
  const path = join(dir, 'a-file')
  await Bun.write(path, '')
  server = await serve(configOf({ RECORDINGS_DIR: path }), log)
  expect(server.notRecorded).toContain('EEXIST')
  expect(lines.join('')).toContain('calls cannot be recorded')
  const peer = await dial()
  await until(() => peer.messages.length >= 10, 'ten frames came')
  expect(server.registry.get(uuid)?.outcome).toBeNull()
  peer.end()
})
