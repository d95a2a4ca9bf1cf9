// What the doctor says about good vendors and about bad ones. A newcomer must know from each line what to do.

import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runSite } from '../../src/site/main.ts'
import type { Report } from '../../src/tools/doctor/print.ts'
import { doctorMain } from '../../src/tools/doctor.ts'
import { cases, expectedFile, outputOf, secret } from './doctor-vendors.ts'

setDefaultTimeout(60_000)

test.each(cases.map((each) => [each.title, each] as const))(
  '%s: the output is as committed',
  async (_, each) => {
    const { code, printed, raw } = await outputOf(each)
    expect(printed).toBe(await Bun.file(expectedFile(each)).text())
    expect(code).toBe(each.code)
    for (const word of [secret, 'bad-key-of-the-test', 'org_secret', 'gsk_leaked'])
      expect(raw).not.toContain(word)
  },
)

test('every failure and every warning says what to do', async () => {
  for (const each of cases) {
    const lines = (await Bun.file(expectedFile(each)).text()).split('\n')
    for (const [i, line] of lines.entries())
      if (/^(FAIL|WARN)/.test(line))
        expect([each.file, lines[i + 1]]).toEqual([each.file, expect.stringMatching(/^ +→ \S.+\.$/)])
  }
})

test('as JSON it has our code, the vendor’s own, the status and what to do', async () => {
  const noCredit = cases.find(({ file }) => file === 'no-credit')!
  const { printed, code } = await outputOf(noCredit, ['--json'])
  expect(code).toBe(1)
  const { ok, checks } = JSON.parse(printed)
  expect(ok).toBe(false)
  expect(checks).toContainEqual({
    part: 'model',
    name: 'openai gpt-6-luna',
    verdict: 'failed',
    says: 'openai answered 429 (insufficient_quota)',
    code: 'auth',
    reason: 'insufficient_quota',
    status: 429,
    advice: expect.stringContaining('credit'),
  })
})

test('settings that cannot be used are said, with 1; wrong arguments with 2', async () => {
  let printed = ''
  const out = {
    write(text: string) {
      printed += text
    },
  }
  expect(await doctorMain([], out, { CONFIG_FILE: '', STT: 'nonsense' })).toBe(1)
  expect(printed).toContain('STT')
  expect(await doctorMain(['--nonsense'], out, {})).toBe(2)
})

test('settings that let nothing be examined are JSON too', async () => {
  let printed = ''
  const out = {
    write(text: string) {
      printed += text
    },
  }
  expect(await doctorMain(['--json'], out, { CONFIG_FILE: '', MAX_CALLS: 'many' })).toBe(1)
  expect(JSON.parse(printed)).toEqual({ ok: false, fault: expect.stringContaining('MAX_CALLS') })
})

describe("the site's desk", () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'doctor-'))
    const files = {
      'desk.yaml':
        'topics: { garden: { key: 4, menu: menu_garden, instead: { do: callBack, say: outage } } }',
      'fr.yaml': `lines: { menu_garden: "Pour le jardin," }
topics: { garden: { name: jardin, words: [{ weight: 3, any: [jardin] }] } }`,
    }
    for (const [name, text] of Object.entries(files)) await Bun.write(join(dir, name), text)
    const paths = Object.keys(files).map((name) => join(dir, name))
    expect(await runSite(['desk', ...paths], { write: () => {} }, { DATA_DIR: dir, CONFIG_FILE: '' })).toBe(0)
  })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  const examined = async (settings: Record<string, string>) => {
    let printed = ''
    const out = {
      write(text: string) {
        printed += text
      },
    }
    const without = { CONFIG_FILE: '', STT: 'embedded', LLM: 'scripted', TTS: 'embedded' }
    const code = await doctorMain(['--json'], out, { ...without, DATA_DIR: dir, ...settings })
    const { checks } = JSON.parse(printed) as Report
    return { code, desk: checks.filter(({ part }) => part === 'desk') }
  }

  test('is the one that is examined', async () => {
    const { code, desk } = await examined({})
    expect(code).toBe(0)
    expect(desk).toEqual([
      { part: 'desk', name: 'desk', verdict: 'ok', says: expect.stringContaining('4 topics') },
    ])
  })

  test('fails, with each fault, where it lacks words in a language of the calls', async () => {
    const { code, desk } = await examined({ LANGUAGES: 'en' })
    expect(code).toBe(1)
    expect(desk.map(({ verdict }) => verdict)).toEqual(desk.map(() => 'failed'))
    expect(desk.map(({ says }) => says)).toContainEqual(
      expect.stringContaining('en.yaml: topics.garden: is missing'),
    )
  })
})
