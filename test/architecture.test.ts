// The import table as a test: which room may use which. The text is read with a regular expression, because
// Bun.Transpiler.scanImports skips `import type`.

import { expect, test } from 'bun:test'
import { dirname, join, normalize, relative } from 'node:path'
import { Glob } from 'bun'

const root = join(import.meta.dir, '..', 'src')

/** Room → rooms it may import. A room may always import itself. */
const mayImport: Record<string, readonly string[]> = {
  base: [],
  threads: ['base'],
  audio: ['base', 'threads'],
  access: ['base'],
  audiosocket: ['base', 'access', 'audio'],
  providers: ['base', 'audio', 'threads', 'understanding'],
  site: ['base'],
  phrases: ['base', 'audio', 'desk', 'providers', 'site'],
  codecs: ['base', 'threads', 'audio', 'providers'],
  recording: ['base', 'threads', 'audio', 'understanding'],
  asterisk: ['base'],
  integrations: ['base', 'providers'],
  desk: [],
  understanding: ['base', 'desk'],
  dialogue: ['desk', 'understanding'],
  call: ['base', 'audio', 'desk', 'understanding', 'dialogue', 'providers', 'phrases'],
  webrtc: ['base', 'access', 'audio', 'call'],
  cluster: ['base'],
  calls: ['base', 'audio', 'desk', 'understanding', 'dialogue', 'call'],
  admin: [
    'base',
    'access',
    'audio',
    'desk',
    'understanding',
    'call',
    'calls',
    'phrases',
    'recording',
    'webrtc',
  ],
  rehearsal: [
    'base',
    'audio',
    'desk',
    'understanding',
    'dialogue',
    'providers',
    'call',
    'calls',
    'recording',
  ],
  caller: ['base', 'audio', 'audiosocket'],
}

/** Pure: no Bun, no node:, no timer, no Date, no vendor. */
const pure = [
  /^audio\/pcm\.ts$/,
  /^base\/(errors|keys)\.ts$/,
  /^call\/agent\//,
  /^call\/(connection|events|history)\.ts$/,
  /^call\/reply\/(troubles|wording)\.ts$/,
  /^call\/sound\/playout\.ts$/,
  /^server\/tracing\/spans\.ts$/,
  /^desk\//,
  /^dialogue\//,
  /^understanding\//,
  /^webrtc\/(depth|g711|jitter|rtp|sdp)\.ts$/,
]
/** Macros run when Bun compiles the source, not in the program. */
/** Reads the languages' files, once. */
const reader = /^understanding\/languages\/folders\.ts$/
const pureMayImport = /^(zod|libphonenumber-js(\/.*)?)$/

/** The composition and the commands put rooms together. */
const commands = /^(main|config)\.ts$|^(config|server)\/|-main\.ts$|\/main\.ts$|^tools\//

type Import = { from: string; to: string }

async function imports(): Promise<Import[]> {
  const found: Import[] = []
  for await (const file of new Glob('**/*.{ts,tsx}').scan(root)) {
    const text = await Bun.file(join(root, file)).text()
    const pattern =
      /(?:^|\n)\s*(?:import|export)\b[^'"\n;]*?(?:\{[^}]*\})?[^'"\n;]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g
    for (const match of text.matchAll(pattern)) {
      const to = match[1] ?? match[2]
      found.push({ from: file, to: to.startsWith('.') ? normalize(join(dirname(file), to)) : to })
    }
  }
  return found
}

const room = (path: string): string => (path.includes('/') ? path.split('/')[0] : path)
const all = await imports()

test('every room imports only rooms below it', () => {
  const offences = all.filter(({ from, to }) => {
    if (commands.test(from) || !/\.tsx?$/.test(to) || room(from) === room(to)) return false
    return !(mayImport[room(from)] ?? []).includes(room(to))
  })
  expect(offences.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
})

test('no file imports itself through others, types included', () => {
  const files = new Set(all.map(({ from }) => from))
  const open = new Map([...files].map((file) => [file, new Set<string>()]))
  for (const { from, to } of all) if (files.has(to)) open.get(from)!.add(to)
  // What imports nothing that is left is on no circle; take such files away until only circles remain.
  for (let leaf = true; leaf; ) {
    leaf = false
    for (const [file, targets] of open) {
      for (const target of targets) if (!open.has(target)) targets.delete(target)
      if (targets.size === 0) leaf = open.delete(file)
    }
  }
  const circles = [...open].map(([file, targets]) => `${file} -> ${[...targets].join(', ')}`)
  expect(circles).toEqual([])
})

test('the table of docs/architecture.md is this one', async () => {
  const rows = Object.entries(mayImport).map(
    ([name, others]) => `| \`${name}\` | ${others.map((other) => `\`${other}\``).join(', ') || '–'} |`,
  )
  const table = ['| room | may import |', '|---|---|', ...rows].join('\n')
  const text = await Bun.file(join(root, '..', 'docs', 'architecture.md')).text()
  expect(text.match(/<!-- imports -->\n([\s\S]*?)\n<!-- \/imports -->/)?.[1]).toBe(table)
})

test('every room is in the table', () => {
  const rooms = new Set(
    all
      .map(({ from }) => from)
      .filter((from) => from.includes('/'))
      .map(room),
  )
  rooms.delete('tools')
  rooms.delete('server')
  rooms.delete('config')
  expect([...rooms].filter((name) => !(name in mayImport))).toEqual([])
})

test('pure files import only pure files', () => {
  const offences = all.filter(({ from, to }) => {
    if (reader.test(from) || !pure.some((pattern) => pattern.test(from))) return false
    if (/\.tsx?$/.test(to)) return !pure.some((pattern) => pattern.test(to))
    return !pureMayImport.test(to)
  })
  expect(offences.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
})

test('the dialogue machine gets an Understanding and never reads the words themselves', () => {
  const allowed = ['understanding/types.ts', 'understanding/phone.ts', 'understanding/languages/index.ts']
  const offences = all.filter(
    ({ from, to }) =>
      /^dialogue\/[^/]+\.ts$/.test(from) && to.startsWith('understanding/') && !allowed.includes(to),
  )
  expect(offences.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
})

test('pure files use no clock, no timer, no randomness and no Bun', async () => {
  const offences: string[] = []
  for await (const file of new Glob('**/*.ts').scan(root)) {
    if (reader.test(file) || !pure.some((pattern) => pattern.test(file))) continue
    const code = (await Bun.file(join(root, file)).text()).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    const hit = code.match(/\b(Bun\.|Date\b|setTimeout|setInterval|performance\.|Math\.random|process\.)/)
    if (hit) offences.push(`${file} uses ${hit[0]}`)
  }
  expect(offences).toEqual([])
})

test('a vendor never imports another vendor, and what live recognisers share imports none', () => {
  const vendor = (path: string): string | undefined => path.match(/^providers\/([^/]+)\//)?.[1]
  const offences = all.filter(({ from, to }) => {
    const [mine, theirs] = [vendor(from), vendor(to)]
    return mine !== undefined && theirs !== undefined && mine !== theirs && theirs !== 'live'
  })
  expect(offences.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
})

test('the environment is read in config.ts and by commands only', async () => {
  const offences: string[] = []
  for await (const file of new Glob('**/*.{ts,tsx}').scan(root)) {
    if (commands.test(file)) continue
    if (/\b(process|Bun)\.env\b/.test(await Bun.file(join(root, file)).text())) offences.push(file)
  }
  expect(offences).toEqual([])
})

test('the imports were really read', () => {
  expect(all.length).toBeGreaterThan(50)
  expect(all).toContainEqual({ from: 'call/agent-runner.ts', to: 'call/agent/agent-machine.ts' })
  expect(relative(root, join(root, 'call'))).toBe('call')
})

test('no line of src is longer than 120 characters', async () => {
  const offences: string[] = []
  for await (const file of new Glob('**/*.{ts,tsx,yaml}').scan(root)) {
    const lines = (await Bun.file(join(root, file)).text()).split('\n')
    for (const [i, line] of lines.entries())
      if (line.length > 120) offences.push(`${file}:${i + 1} has ${line.length}`)
  }
  expect(offences).toEqual([])
})
