// The executable of `bun run build`: alone in an empty folder, without PATH and without packages, it answers a call. What
// it cannot do without ffmpeg it says; with ffmpeg's folder beside it, it can.

import { beforeAll, expect, test } from 'bun:test'
import { copyFile, cp, mkdir, mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { version } from '../package.json'
import { callDetailsSchema } from '../src/recording/files.ts'
import { buildExecutable } from '../src/tools/build.ts'

let built = ''
beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'built-'))
  await buildExecutable(built, true)
  return () => rm(built, { recursive: true })
}, 120_000)

/** A folder with the executable and nothing else. */
async function emptyFolder() {
  const dir = await mkdtemp(join(tmpdir(), 'alone-'))
  const program = join(dir, 'voicebot')
  await copyFile(join(built, 'voicebot'), program)
  const start = (args: string[], environment: Record<string, string> = {}) =>
    Bun.spawn([program, ...args], {
      cwd: dir,
      env: { PATH: '', ...environment },
      stdout: 'pipe',
      stderr: 'pipe',
    })
  return {
    dir,
    start,
    async run(args: string[]) {
      const child = start(args)
      const [out, err] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ])
      return { code: await child.exited, said: `${out}${err}` }
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true }),
  }
}

/** Reads until the server has told its addresses. */
async function addresses(output: ReadableStream<Uint8Array>) {
  const read = { text: '', port: '', adminUrl: '' }
  const ready = Promise.withResolvers<void>()
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const part of output) {
      read.text += decoder.decode(part, { stream: true })
      read.port = /AudioSocket +\S+:(\d+)/.exec(read.text)?.[1] ?? ''
      read.adminUrl = /admin +(http:\S+)/.exec(read.text)?.[1] ?? ''
      if (/not in use .*\n/.test(read.text)) ready.resolve()
    }
    ready.reject(new Error(`it ended before it was ready:\n${read.text}`))
  })()
  reading.catch(ready.reject)
  await ready.promise
  return read
}

test('it answers a call, serves its page, names what is missing, and drains', async () => {
  await using alone = await emptyFolder()
  const server = alone.start([], { AUDIOSOCKET_PORT: '0', ADMIN_PORT: '0', RECORDINGS_MIN_FREE_MB: '0' })
  const told = await addresses(server.stdout)

  const call = await alone.run([
    'call',
    '--port',
    told.port,
    '--admin',
    told.adminUrl,
    '--keys',
    '0@11s',
    '--max',
    '25s',
  ])
  expect(call.said).toContain(": Bonjour, ici l'assistant automatique du service après-vente de Wouippleul.")
  expect(call.said).toContain(': Je vous passe un conseiller.')
  // Heard as sound as well: the opening, at the level of speech.
  expect(call.said).toMatch(/agent is silent after \d+\.\d+ s at -2\d dB/)
  expect(call.code).toBe(0)

  const get = (path: string) => fetch(new URL(path, told.adminUrl))
  for (const path of [
    '/',
    '/call',
    '/page/main.js',
    '/page/call.js',
    '/page/worklet.js',
    '/page/style.css',
    '/page/live.css',
    '/page/sections.css',
  ]) {
    const answer = await get(path)
    expect([path, answer.status]).toEqual([path, 200])
    expect((await answer.text()).length).toBeGreaterThan(1_000)
  }
  // All threads are up: audio workers, voice, judge. Only the archive lacks something.
  const missing = 'ffmpeg is not installed (the folder ffmpeg-core beside the executable)'
  expect(await (await get('/readyz')).json()).toEqual({
    status: 'ready',
    degraded: [
      ...(process.getuid?.() === 0 ? [expect.stringContaining('runs as root')] : []),
      `archive: ${missing}, recordings stay RAW`,
    ],
  })
  expect(await (await get('/metrics')).text()).not.toMatch(/^voicebot_\w+_restarts_total\S* [1-9]/m)

  server.kill('SIGTERM')
  expect(await server.exited).toBe(0)
  expect(told.text).toContain('"event":"works without ffmpeg"')
  expect(told.text).toContain(`not in use`)
  expect(told.text).toContain(missing)
  // The index of the search lies beside the days.
  const [day] = (await readdir(join(alone.dir, 'recordings'))).filter((name) => !name.startsWith('.'))
  expect(
    (await readdir(join(alone.dir, 'recordings', day!))).map((file) => file.replace(/^[^.]+/, '')).sort(),
  ).toEqual(['.agent.raw', '.caller.raw', '.inputs.jsonl', '.json'])
}, 60_000)

test('without ffmpeg the archive says so and leaves RAW alone; with its folder beside, MP3 is made', async () => {
  await using alone = await emptyFolder()
  const day = join(alone.dir, 'old', '2026-01-02')
  await mkdir(day, { recursive: true })
  const id = '01234567-89ab-4cde-8f01-23456789abcd'
  for (const side of ['caller', 'agent']) {
    const path = join(day, `${id}.${side}.raw`)
    await Bun.write(
      path,
      Int16Array.from({ length: 16_000 }, (_, i) => 8_000 * Math.sin(i / 3)),
    )
    await utimes(path, 1_767_312_000, 1_767_312_000)
  }
  const ended = '2026-01-02T00:00:02.000Z'
  const record = {
    ...callDetailsSchema.parse({
      recording: { policy: 'notice', choice: null, atMs: null, noticeAtMs: 1_000 },
    }),
    ...{
      version: 1,
      id,
      callId: id,
      startedAt: '2026-01-02T00:00:00.000Z',
      endedAt: ended,
      durationMs: 2_000,
    },
    audio: { rateHz: 8_000, samples: 16_000, gaps: [], stopped: null },
  }
  await Bun.write(join(day, `${id}.json`), JSON.stringify(record))
  const without = await alone.run(['archive', '--dir', 'old'])
  expect(without.said).toBe(
    'ffmpeg is not installed (the folder ffmpeg-core beside the executable): recordings stay RAW\n',
  )
  expect(without.code).toBe(4)
  expect((await readdir(day)).sort()).toEqual([`${id}.agent.raw`, `${id}.caller.raw`, `${id}.json`])

  await cp(join(built, 'ffmpeg-core'), join(alone.dir, 'ffmpeg-core'), { recursive: true })
  const archived = await alone.run(['archive', '--dir', 'old'])
  expect(archived.said).toContain('1 archived')
  expect(archived.code).toBe(0)
  expect((await readdir(day)).sort()).toEqual([`${id}.json`, `${id}.mp3`])
}, 60_000)

test('it holds no ffmpeg, and what goes with it has its licence', async () => {
  expect((await readdir(built)).sort()).toEqual([
    'LICENSE',
    'THIRD_PARTY_NOTICES.md',
    'alerts.yml',
    'asterisk',
    'dashboard.json',
    'ffmpeg-core',
    'haproxy',
    'prometheus.yml',
    'proxy',
    'systemd',
    'voicebot',
  ])
  expect((await readdir(join(built, 'ffmpeg-core'))).sort()).toEqual([
    'LICENSE',
    'ffmpeg-core.js',
    'ffmpeg-core.wasm',
  ])
  // The core's WebAssembly alone has 32 MB and names its encoder. Four languages' voices and phrases make 173 MB.
  const program = Buffer.from(await Bun.file(join(built, 'voicebot')).arrayBuffer())
  expect(program.includes('libx264')).toBe(false)
  expect((await stat(join(built, 'voicebot'))).size).toBeLessThan(185e6)
}, 60_000)

test('its commands are there, and an unknown one is refused', async () => {
  await using alone = await emptyFolder()
  expect(await alone.run(['version'])).toEqual({ code: 0, said: `${version}\n` })
  expect((await alone.run(['settings'])).said).toContain('| `AUDIOSOCKET_PORT` | `9092` |')
  const unknown = await alone.run(['serv'])
  expect(unknown.code).toBe(2)
  expect(unknown.said).toStartWith('there is no command serv\n\nusage: voicebot')
}, 60_000)

test('what an operator installs elsewhere lies beside it', async () => {
  const { ExecStart } = /^ExecStart=(?<ExecStart>\S+)/m.exec(
    await Bun.file(join(built, 'systemd/voicebot.service')).text(),
  )?.groups ?? { ExecStart: '' }
  expect(ExecStart).toEndWith('/voicebot')
  expect(await Bun.file(join(built, 'asterisk/extensions.conf')).text()).toContain('AudioSocket(')
  for (const name of ['proxy/nginx.conf', 'alerts.yml', 'dashboard.json', 'prometheus.yml'])
    expect([name, await Bun.file(join(built, name)).exists()]).toEqual([name, true])
})
