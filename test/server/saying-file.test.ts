// A saying as one line of a file of words that a person may have written.

import { describe, expect, test } from 'bun:test'
import { withSaying } from '../../src/server/drafts/saying-file.ts'

const file = `# our words
sayings:
  # of the youth
  c'est carré: c'est fait
topics:
  internet: { things: [fibre] }
`

describe('a saying', () => {
  test('begins a file, and its end leaves none', () => {
    const begun = withSaying('', "c'est nickel", 'ça marche')
    expect(begun).toBe(`sayings:\n  "c'est nickel": "ça marche"\n`)
    expect(withSaying(begun, "c'est nickel", null)).toBe('')
  })

  test('is put beside others, and the rest stays as it was written', () => {
    const more = withSaying(file, 'tout vert', 'ça marche')
    expect(more).toBe(file.replace("c'est fait\n", `c'est fait\n  "tout vert": "ça marche"\n`))
    expect(withSaying(more, 'tout vert', null)).toBe(file)
  })

  test('is changed in place of its line, however that was quoted', () => {
    expect(withSaying(file, "c'est carré", 'oui')).toBe(
      file.replace("c'est carré: c'est fait", `"c'est carré": "oui"`),
    )
  })

  test('may hold what YAML would read otherwise', () => {
    const odd = ['yes', 'a: b', '"x" # y', "l'été\\n", '- non']
    const text = odd.reduce((before, said) => withSaying(before, said, `${said}!`), '')
    expect(Bun.YAML.parse(text)).toEqual({ sayings: Object.fromEntries(odd.map((one) => [one, `${one}!`])) })
  })

  test('is refused where the table is written in one line', () => {
    expect(() => withSaying('sayings: { a: b }\n', 'c', 'd')).toThrow()
  })
})
