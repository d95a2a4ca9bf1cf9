import { describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { languageCodes, languageFiles } from '../../../src/understanding/languages/folders.ts'
import { isLanguage, languageOf, languages } from '../../../src/understanding/languages/index.ts'
import { parseLanguage } from '../../../src/understanding/languages/language.ts'
import { understand } from '../../../src/understanding/understand.ts'

const folders = Object.fromEntries(languageCodes().map((code) => [code, languageFiles(code)]))

describe('the languages', () => {
  test('are the folders, each with everything that the program needs of it', () => {
    expect(languages).toEqual(Object.keys(folders))
    for (const code of languages) expect(languageOf(code).code).toBe(code)
  })

  test('a code without a folder is refused, never judged by the rules of another language', () => {
    expect(isLanguage('xx')).toBe(false)
    expect(() => languageOf('xx')).toThrow("no language 'xx'")
    expect(() => understand('oui', { name: 'verification', language: 'xx' })).toThrow("no language 'xx'")
  })

  test('a folder without a part, with an unknown part or with one twice is refused with the place', () => {
    const { numbers, ...rest } = folders.fr!
    expect(() => parseLanguage('fr', rest, [])).toThrow('language fr: numbers: ')
    expect(() => parseLanguage('fr', { ...folders.fr, more: { numbrs: 1 } }, [])).toThrow('numbrs')
    expect(() => parseLanguage('fr', { ...folders.fr, more: numbers as object }, [])).toThrow(
      'numbers stands in another file too',
    )
    const { plain } = folders.fr!.plain as { plain: object[] }
    const steps = [...plain, plain[0]]
    expect(() => parseLanguage('fr', { ...folders.fr, plain: { plain: steps } }, [])).toThrow(
      /plain\.[a-z-]+: stands 2 times/,
    )
  })

  test('a file with a rule twice is refused with its name, the rule and both lines', async () => {
    const root = await mkdtemp(join(tmpdir(), 'languages-'))
    try {
      await Bun.write(
        join(root, 'xx/wishes.yaml'),
        'wait:\n  moment:\n    say: [a]\n  moment:\n    say: [b]\n',
      )
      expect(() => languageFiles('xx', root)).toThrow(
        /xx\/wishes\.yaml: .*wait\.moment stands in line 2 and again in line 4$/,
      )
    } finally {
      await rm(root, { recursive: true })
    }
  })
})
