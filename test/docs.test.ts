// What the documents say is true of the tree: links, paths, commands, packages, rooms.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { dirname, join, normalize } from 'node:path'
import { Glob } from 'bun'

setDefaultTimeout(60_000)

const root = join(import.meta.dir, '..')
const files = new Map<string, string>()
// Not THIRD_PARTY_NOTICES.md: it is generated and has a test of its own.
for (const pattern of ['{README,CONTRIBUTING,CHANGELOG,SECURITY}.md', 'docs/**/*.md'])
  for await (const file of new Glob(pattern).scan(root))
    files.set(file, await Bun.file(join(root, file)).text())
const readme = files.get('README.md')!
const pkg = (await Bun.file(join(root, 'package.json')).json()) as Record<
  'scripts' | 'dependencies' | 'devDependencies' | 'optionalDependencies',
  Record<string, string>
>

const exists = async (path: string): Promise<boolean> => {
  for await (const _ of new Glob(path).scan({ cwd: root, onlyFiles: false })) return true
  return false
}

test('the README has at most 130 lines and names the two commands', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(130)
  for (const command of ['npx --yes bun@1.4.5 run start', 'npx --yes bun@1.4.5 run test'])
    expect(readme).toContain(command)
})

test.each([...files])('%s: its links lead to files of this project', async (file, text) => {
  const broken: string[] = []
  for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:|^#/.test(target)) continue
    if (!(await exists(normalize(join(dirname(file), target.split('#')[0]))))) broken.push(target)
  }
  expect(broken).toEqual([])
})

test.each([...files])('%s: the paths in it exist', async (_file, text) => {
  const missing: string[] = []
  for (const [, path] of text.matchAll(/`((?:src|test|assets|docs|wasm)\/[^`\s]*)`/g))
    if (!(await exists(path.replace(/\/$/, '').replace(/<[^>]*>/g, '*')))) missing.push(path)
  expect(missing).toEqual([])
})

test.each([...files])('%s: the commands in it are scripts of package.json', (_file, text) => {
  const unknown = [...text.matchAll(/\bbun(?:@[\d.]+)? run ([a-z][\w:-]*)/g)]
    .map(([, name]) => name)
    .filter((name) => !(name in pkg.scripts))
  expect(unknown).toEqual([])
})

test('docs/dependencies.md names every package of package.json, and no other', () => {
  const rows = files.get('docs/dependencies.md')!.match(/^\| `.*$/gm)!
  const named = rows.flatMap((row) => [...row.split('|')[1].matchAll(/`([^`]+)`/g)].map(([, name]) => name))
  expect(named.sort()).toEqual(
    Object.keys({ ...pkg.dependencies, ...pkg.optionalDependencies, ...pkg.devDependencies }).sort(),
  )
})

test('the picture of the house in the README shows every room', async () => {
  const rooms = new Set<string>()
  for await (const file of new Glob('*/**').scan(join(root, 'src'))) rooms.add(file.split('/')[0])
  const shown = [...readme.matchAll(/^ {2}([a-z]+)\/ /gm)].map(([, room]) => room)
  expect(shown.sort()).toEqual([...rooms].sort())
})
