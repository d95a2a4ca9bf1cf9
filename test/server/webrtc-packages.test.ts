// The server in a folder of its own, where the packages of WebRTC are missing, or are those of another platform, for
// real: what the import does there is not played.

import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../faults/process.ts'
import { testToken } from '../support/lab/admin.ts'

setDefaultTimeout(120_000)

const root = join(import.meta.dir, '../..')
const packages = join(root, 'node_modules')
const optional = ['node-datachannel', '@node-datachannel', 'libopus-wasm']
let folder = ''
const ours = (name: string) => join(folder, 'node_modules', name)
const install = (name: string) => symlink(join(packages, name), ours(name))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packages-'))
  for (const name of ['src', 'package.json'])
    await cp(join(root, name), join(folder, name), { recursive: true })
  for (const name of ['assets', 'wasm']) await symlink(join(root, name), join(folder, name))
  await mkdir(join(folder, 'node_modules'))
  for (const name of await readdir(packages)) if (!optional.includes(name)) await install(name)
})
afterEach(async () => {
  for (const name of optional) await rm(ours(name), { recursive: true, force: true })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Starts it, looks at what a browser finds, and stops it. */
async function started(environment: Record<string, string>) {
  const server = await startServer({ root: folder, environment: { RECORDINGS_DIR: '', ...environment } })
  try {
    const headers = { Authorization: `Bearer ${testToken}` }
    const { status } = await fetch(new URL('/webrtc', server.adminUrl), { headers })
    const protocols = ['voicebot', `token.${Buffer.from(testToken).toString('base64url')}`]
    const socket = new WebSocket(new URL('/api/talk', server.adminUrl).href.replace('http', 'ws'), protocols)
    const talks = await new Promise<boolean>((done) => {
      socket.onmessage = () => done(true)
      socket.onclose = () => done(false)
    })
    socket.close()
    return { status, talks, output: server.output }
  } finally {
    await server.stop()
  }
}

const freePort = () => String(20_000 + Math.floor(Math.random() * 10_000))
const times = (text: string, part: string) => text.split(part).length - 1
const noPeers = 'works without WebRTC, browsers use the WebSocket'
const noOpus = 'works without Opus, WebRTC uses G.711'

test('without node-datachannel the server starts, says so once, and browsers use the WebSocket', async () => {
  const { status, talks, output } = await started({ WEBRTC_PORT: freePort() })
  expect([status, talks, times(output, noPeers), times(output, noOpus)]).toEqual([404, true, 1, 0])
})

test('so it is where the package has no binary for the platform', async () => {
  await cp(join(packages, 'node-datachannel'), ours('node-datachannel'), { recursive: true })
  const { status, talks, output } = await started({ WEBRTC_PORT: freePort() })
  expect([status, talks, times(output, noPeers)]).toEqual([404, true, 1])
})

test('without libopus-wasm calls are G.711, and that is said once', async () => {
  await install('node-datachannel')
  const { status, talks, output } = await started({ WEBRTC_PORT: freePort() })
  expect([status, talks, times(output, noPeers), times(output, noOpus)]).toEqual([200, true, 0, 1])
})

test('without WEBRTC_PORT neither package is ever imported', async () => {
  for (const name of ['node-datachannel', 'libopus-wasm']) {
    await mkdir(ours(name))
    await Bun.write(join(ours(name), 'package.json'), JSON.stringify({ name, main: 'index.js' }))
    await Bun.write(join(ours(name), 'index.js'), `console.log('imported ${name}')`)
  }
  const off = await started({ WEBRTC_PORT: '' })
  expect([off.status, off.talks, times(off.output, 'imported')]).toEqual([404, true, 0])
  // Proof that the trap works.
  const on = await started({ WEBRTC_PORT: freePort() })
  expect(times(on.output, 'imported node-datachannel')).toBe(1)
})
