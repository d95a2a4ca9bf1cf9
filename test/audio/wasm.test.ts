import { expect, test } from 'bun:test'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = new URL('../../wasm/resample/', import.meta.url).pathname
const built = readFileSync(join(folder, 'resample.wasm'))

/** What the committed file was built with; another version may choose other instructions. */
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

// In CI the toolchain has to be there, so that the test fails rather than stays out.
test.skipIf(unfit !== undefined && process.env.CI !== 'true')(
  `resample.wasm is what build.sh makes of resample.c (${reason})`,
  () => {
    const out = join(tmpdir(), `resample-${process.pid}.wasm`)
    try {
      const { exitCode, stderr } = Bun.spawnSync(['sh', join(folder, 'build.sh'), out])
      expect(stderr.toString()).toBe('')
      expect(exitCode).toBe(0)
      expect(readFileSync(out).equals(built)).toBe(true)
    } finally {
      rmSync(out, { force: true })
    }
  },
)

test('resample.wasm takes a memory, gives one function, and is small', () => {
  const module = new WebAssembly.Module(built)
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
  expect(WebAssembly.Module.exports(module).map(({ name, kind }) => `${kind} ${name}`)).toEqual([
    'function resample',
  ])
  expect(built.length).toBeLessThan(8_192)
})
