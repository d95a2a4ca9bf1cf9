import { describe, expect, test } from 'bun:test'
import { parseEnvFile, quoteValue } from '../../src/config/env-file.ts'

const valuesOf = (text: string) => {
  const { entries, faults } = parseEnvFile(text, 'voicebot.env')
  expect(faults).toEqual([])
  return Object.fromEntries([...entries].map(([name, { value }]) => [name, value]))
}

describe('the file of settings', () => {
  test.each([
    ['A=1', '1'],
    ['  A=1  ', '1'],
    ['export A=1', '1'],
    ['A=', ''],
    ['A="two words"', 'two words'],
    ["A='two words'", 'two words'],
    ['A=two words', 'two words'],
    ['A=a#b', 'a#b'],
    ['A="a # b"', 'a # b'],
    ['A=$HOME', '$HOME'],
    ['A="say \\"hi\\" for \\$5 \\n"', 'say "hi" for $5 \\n'],
    ["A='back\\slash'", 'back\\slash'],
    ['A=x=y', 'x=y'],
    ['A="d’été"', 'd’été'],
    ['\uFEFFA=1', '1'],
  ])('%s', (line, value) => {
    expect(valuesOf(line)).toEqual({ A: value })
  })

  test('blank lines, comments and every kind of line end', () => {
    expect(valuesOf('# one\r\nA=1\r\n\r\n; two\n  # three\nB=2\rC=3')).toEqual({ A: '1', B: '2', C: '3' })
  })

  test.each([
    ['A 1', 'voicebot.env, line 2 is not of the form NAME=value'],
    ['1A=1', 'voicebot.env, line 2 is not of the form NAME=value'],
    ['A=1 # one', 'voicebot.env, line 2: A has a comment behind its value: give it a line of its own'],
    ['A="1', 'voicebot.env, line 2: A has no closing " on its line'],
    ["A='1' # one", 'voicebot.env, line 2: A has text behind the closing quote'],
    ['A=C:\\x', "voicebot.env, line 2: A has a backslash outside quotes: enclose the value in '…'"],
    ['B=2', 'voicebot.env, line 2: B is set already on line 1'],
  ])('%s is refused with its line', (line, fault) => {
    expect(parseEnvFile(`B=1\n${line}`, 'voicebot.env').faults).toEqual([fault])
  })

  test('a fault never repeats the value, which may be a secret', () => {
    const { faults } = parseEnvFile('A="hush\nhush hush\nB=hush # hush\nC=hu\\sh', 'f')
    expect(faults).toHaveLength(4)
    expect(faults.join()).not.toMatch(/hu\\?sh/)
  })

  test.each(['', 'a', 'a b', "it's", 'a"b', '$x \\ `y`', 'é', '#1', "it's $5 \\"])(
    '%p is written so that it is read as it was',
    (value) => {
      expect(valuesOf(`A=${quoteValue(value)}`)).toEqual({ A: value })
    },
  )

  test('bash reads the same values', async () => {
    const values = ['a b', "it's", 'a"b', '$x \\ `y`', "it's $5 \\ `x`"]
    const lines = values.map((value, i) => `V${i}=${quoteValue(value)}`)
    const print = values.map((_, i) => `printf '%s\\n' "$V${i}"`)
    const child = Bun.spawn(['bash', '-c', [...lines, ...print].join('\n')], { stdout: 'pipe' })
    expect(await new Response(child.stdout).text()).toBe(`${values.join('\n')}\n`)
  })
})
