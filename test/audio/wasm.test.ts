// The committed WebAssembly: each module is what its source compiles to, and has the interface that src/audio expects.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

setDefaultTimeout(60_000)

const folder = new URL('../../wasm/', import.meta.url).pathname
const modules = [
  { name: 'resample', functions: ['resample'], mostBytes: 8_192 },
  { name: 'vad', functions: ['judge'], mostBytes: 16_384 },
  { name: 'echo', functions: ['begin', 'end', 'resume', 'send', 'hear', 'bytes'], mostBytes: 20_480 },
].map((module) => ({
  ...module,
  committed: readFileSync(join(folder, module.name, `${module.name}.wasm`)),
}))

/** The compiler of the committed files; another version may choose other instructions. */
const madeWith = '14.'
const versionOf = (command: string) => {
  if (Bun.which(command) === null) return undefined
  return /(?:version|LLD) (\d+\.\S+)/.exec(Bun.spawnSync([command, '--version']).stdout.toString())?.[1]
}
const tools = ['clang', 'wasm-ld'].map((name) => ({ name, version: versionOf(name) }))
const unfit = tools.find(({ version }) => !version?.startsWith(madeWith))
const reason =
  unfit === undefined
    ? 'clang and wasm-ld 14 are here'
    : `${unfit.name} ${unfit.version ?? 'is missing'}, ${madeWith}x is needed`

describe.each(modules.map((module) => [`${module.name}.wasm`, module] as const))('%s', (_, module) => {
  const { name, functions, mostBytes, committed } = module
  // CI must have the compiler: there the test fails rather than being skipped.
  test.skipIf(unfit !== undefined && process.env.CI !== 'true')(
    `is what build.sh makes of its source (${reason})`,
    () => {
      const out = join(tmpdir(), `${name}-${process.pid}.wasm`)
      try {
        const { exitCode, stderr } = Bun.spawnSync(['sh', join(folder, 'build.sh'), name, out])
        expect(stderr.toString()).toBe('')
        expect(exitCode).toBe(0)
        expect(readFileSync(out).equals(committed)).toBe(true)
      } finally {
        rmSync(out, { force: true })
      }
    },
  )

  test('imports a memory, exports its functions, and is small', () => {
    const compiled = new WebAssembly.Module(committed)
    expect(WebAssembly.Module.imports(compiled)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
    expect(WebAssembly.Module.exports(compiled)).toEqual(
      functions.map((exported) => ({ name: exported, kind: 'function' })),
    )
    expect(committed.length).toBeLessThan(mostBytes)
  })

  test('has no data section: its data would be overwritten by the arrays placed behind the stack', () => {
    expect(sectionsOf(committed)).not.toContain(11)
  })
})

test('build.sh names its modules when asked for another', () => {
  const { exitCode, stderr } = Bun.spawnSync(['sh', join(folder, 'build.sh'), 'other'])
  expect(exitCode).toBe(2)
  expect(stderr.toString()).toContain('resample|vad|echo')
})

/** The ids of a module's sections; 11 is data. */
function sectionsOf(wasm: Uint8Array): number[] {
  const ids: number[] = []
  for (let at = 8; at < wasm.length; ) {
    ids.push(wasm[at++]!)
    let length = 0
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++]!
      length |= (byte & 127) << shift
      if (byte < 128) break
    }
    at += length
  }
  return ids
}
