// A key that stands twice is refused, wherever it stands.

import { expect, test } from 'bun:test'
import { Glob } from 'bun'
import { parseYaml } from '../../src/base/yaml.ts'
import { keysTwice, yamlKeys } from '../../src/base/yaml-keys.ts'

const root = new URL('../..', import.meta.url).pathname

test.each([
  ['in the whole text', 'a: 1\nb: 2\na: 3\n', 'a stands in line 1 and again in line 3'],
  ['in a table', 'no:\n  x:\n    say: [a]\n  y: 1\n  x: 2\n', 'no.x stands in line 2 and again in line 5'],
  [
    'in a list',
    'l:\n  - id: a\n    to: b\n  - id: c\n    id: d\n',
    'l.1.id stands in line 4 and again in line 5',
  ],
  [
    'in a list that is not indented',
    'l:\n- id: a\n- id: c\n  id: d\n',
    'l.1.id stands in line 3 and again in line 4',
  ],
  ['in quotes', '"a b": 1\nc: 2\n\'a b\': 3\n', 'a b stands in line 1 and again in line 3'],
  [
    'in one line',
    'a: { x: 1, y: [{ z: 1 }, { z: 2, z: 3 }] }\n',
    'a.y.1.z stands in line 1 and again in line 1',
  ],
  [
    'in brackets over lines',
    'a:\n  {\n    x: 1,\n    "x": 2,\n  }\n',
    'a.x stands in line 3 and again in line 4',
  ],
  ['behind a block of text', 'a: |\n  b: 1\n  b: 2\nc: 1\nc: 2\n', 'c stands in line 4 and again in line 5'],
])('a key that stands twice is found: %s', (_, text, fault) => {
  expect(() => parseYaml(text)).toThrow(fault)
})

test.each([
  'a:\n  x: 1\nb:\n  x: 1\n',
  '- x: 1\n- x: 2\n',
  'a: "x: 1, x: 2"\nb: x:1 # c: 1\n# a: 2\n',
  'a: >\n  x: 1\n\n  x: 2\nb: 1\n',
  "a: [x, 'a: b', \"a: b\", (?:a), b]\nb: { c: 'd: e', f: g }\n",
  'a: "one\n  b: two"\nb: 1\n',
])('a key that stands once is not: %j', (text) => {
  parseYaml(text)
  expect(keysTwice(text)).toEqual([])
})

test('in every file of the program the keys found are those that Bun finds', async () => {
  const files = [...new Glob('{assets,src,test}/**/*.{yaml,yml}').scanSync(root)]
  expect(files.length).toBeGreaterThan(100)
  for (const name of files) {
    const text = await Bun.file(`${root}/${name}`).text()
    const found = yamlKeys(text).map(({ path }) => path)
    expect({ name, keys: found.toSorted() }).toEqual({ name, keys: pathsOf(Bun.YAML.parse(text)).toSorted() })
  }
})

function pathsOf(value: unknown, path: readonly (string | number)[] = []): string[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((one, at) => pathsOf(one, [...path, at]))
  return Object.entries(value).flatMap(([key, one]) => [
    [...path, key].join('.'),
    ...pathsOf(one, [...path, key]),
  ])
}

test.each([
  ['an unclosed list', 'a: 1\nb: [\nc: 3\n', 2],
  ['an indentation that fits nothing', 'a: 1\n\n  b: 2\nc: 3\n', 3],
  ['an unclosed text, behind a list over several lines', 'l: [\n  1,\n  2,\n]\nc: "x\nd: 1\n', 5],
  ['the first line', 'topics: [', 1],
])('what is no YAML is refused with its line: %s', (_, text, line) => {
  expect(() => parseYaml(text)).toThrow(`line ${line}: `)
})
