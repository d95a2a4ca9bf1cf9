// `bun run desk` and `bun run understand` over the site's own desk, and their input.

import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../src/config.ts'
import { runSite } from '../../src/site/main.ts'
import { deskInUse } from '../../src/tools/desk-in-use.ts'
import { linesOfInput } from '../../src/tools/input-lines.ts'
import { explain } from '../../src/understanding/explain.ts'
import type { Understanding } from '../../src/understanding/types.ts'
import { desk, texts } from '../support/shipped-desk.ts'

setDefaultTimeout(60_000)

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'desk-in-use-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const shop = {
  'shop.yaml': 'topics: { garden: { key: 4, menu: menu_garden, instead: { do: callBack, say: outage } } }',
  'shop.fr.yaml': `lines: { menu_garden: "Pour le jardin," }
topics: { garden: { name: jardin, words: [{ weight: 3, any: [jardin] }] } }`,
}

async function layShop(): Promise<void> {
  for (const [name, text] of Object.entries(shop)) await Bun.write(join(dir, name), text)
  const paths = Object.keys(shop).map((name) => join(dir, name))
  const out = { write: () => {} }
  expect(await runSite(['desk', ...paths], out, { DATA_DIR: dir, CONFIG_FILE: '' })).toBe(0)
}

async function command(name: string, args: readonly string[], input: string | Uint8Array<ArrayBuffer>) {
  const settings = join(dir, 'voicebot.env')
  await Bun.write(settings, `DATA_DIR=${dir}\n`)
  const child = Bun.spawn([process.execPath, `src/tools/${name}.ts`, ...args], {
    ...{ stdin: new Blob([input]), stdout: 'pipe', stderr: 'pipe' },
    env: { PATH: process.env.PATH, CONFIG_FILE: settings },
  })
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return {
    code: await child.exited,
    lines: out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
    err,
  }
}

test("the commands read the site's named desk, by the settings of CONFIG_FILE", async () => {
  await layShop()
  const named = await command('desk', ['--at', 'topic', '--desk', 'shop'], 'le jardin\r\n\n')
  expect(named.lines.map(({ text, known }) => [text, known.topic])).toEqual([
    ['le jardin', 'garden'],
    ['', null],
  ])
  const read = await command('understand', ['--desk', 'shop', '--question', 'topic'], 'le jardin')
  expect(read.lines.map(({ topic }) => topic)).toEqual(['garden'])
  const usual = await command('understand', ['--question', 'topic'], 'le jardin')
  expect(usual.lines.map(({ topic }) => topic)).toEqual(['unknown'])
  const unknown = await command('desk', ['--at', 'topic', '--desk', 'bank'], '')
  expect([unknown.code, unknown.err.trimEnd().split('\n').at(-1)]).toEqual([
    2,
    '"bank" is not a desk: desk, shop',
  ])
})

test("a site's desk is needed in the languages of its calls only; the shipped one is in all", async () => {
  const values = readConfig({ DATA_DIR: dir, LANGUAGES: 'en' })
  expect((await deskInUse(values, {})).offered.map(({ language }) => language).sort()).toEqual(
    Object.keys(texts).sort(),
  )
  await layShop()
  const french = await deskInUse(readConfig({ DATA_DIR: dir }), { desk: 'shop' })
  expect(french.offered.map(({ language }) => language)).toEqual(['fr'])
  expect(french.texts.lines.menu_garden).toBe('Pour le jardin,')
  expect(deskInUse(values, { desk: 'shop' })).rejects.toThrow('shop.en.yaml: topics.garden: is missing')
})

test('input that is not UTF-8 is refused with its line, before anything is printed', async () => {
  const { code, lines, err } = await command('understand', [], new Uint8Array([111, 117, 105, 10, 233, 10]))
  expect([code, lines]).toEqual([1, []])
  expect(err).toStartWith('line 2 is not UTF-8')
})

test.each<[string, string, string[]]>([
  ['nothing', '', []],
  ['a blank line', 'a\n\nb\n', ['a', '', 'b']],
  ['no end of the last line', 'a\nb', ['a', 'b']],
  ['CRLF', 'a\r\n\r\nb\r\n', ['a', '', 'b']],
  ['a TAB', 'a\tb\n', ['a\tb']],
  ['10 000 characters', `${'é'.repeat(10_000)}\n`, ['é'.repeat(10_000)]],
])('the lines of a text with %s', (_, text, lines) => {
  expect(linesOfInput(new TextEncoder().encode(text))).toEqual(lines)
})

test('a line that no caller says is refused', () => {
  expect(() => linesOfInput(new Uint8Array(200_000).fill(97))).toThrow('line 1 is longer than')
})

test('every field of an Understanding is printed, and those of the issue', async () => {
  const fields: Record<keyof Understanding, true> = {
    ...{ answer: true, topic: true, intent: true, phone: true, digits: true, otherDigits: true },
    ...{ ambiguous: true, name: true, symptom: true, notes: true, tried: true, anotherProblem: true },
    ...{ language: true, objects: true, givesOrders: true, doubtful: true, evident: true, wordCount: true },
  }
  const { lines } = await command('understand', [], 'bonjour')
  expect(Object.keys(lines[0]).sort()).toEqual([...Object.keys(fields), 'text', 'third'].sort())
})

test('every rule that matched is shown where its words stand in the text', async () => {
  const spoken = (await Bun.file('test/understanding/utterances.fr.txt').text()).split('\n').slice(0, 400)
  for (const line of spoken) {
    const { plain, fired } = explain(line, { name: 'solution', asking: 'step', language: 'fr', desk })
    for (const { span, words } of fired) expect(plain.slice(...span)).toBe(words)
  }
  const { plain, fired } = explain('oui merci, je vous', {
    ...({ name: 'solution', asking: 'step', language: 'fr', desk } as const),
  })
  expect(fired.find(({ words }) => words === 'je')?.span[0]).toBe(plain.indexOf('je'))
})
