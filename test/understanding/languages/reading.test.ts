// A language is read in steps, so that a server with calls can wait between them.

import { expect, test } from 'bun:test'
import { keytermsOf, phoneFormOf } from '../../../src/understanding/languages/first-words.ts'
import { fileNames } from '../../../src/understanding/languages/folders.ts'
import { languageOf, languages } from '../../../src/understanding/languages/index.ts'
import { listNames } from '../../../src/understanding/languages/lists.ts'

type Index = typeof import('../../../src/understanding/languages/index.ts')

/** The module as a program has it that has read no language yet. */
const unread = (): Promise<Index> =>
  import(`../../../src/understanding/languages/index.ts?${crypto.randomUUID()}`) as Promise<Index>

test('each file and each list of rules is a step of its own', async () => {
  const { reading } = await unread()
  const steps = reading('es')
  let done = 0
  while (steps.next().done !== true) done++
  expect(done).toBeGreaterThan(fileNames('es').length + 2 * listNames.length)
})

test('who needs a language at once gets the one that everybody gets', async () => {
  const { languageOf, reading } = await unread()
  const steps = reading('de')
  for (let i = 0; i < 10; i++) steps.next()
  const language = languageOf('de')
  let last = steps.next()
  while (last.done !== true) last = steps.next()
  expect(last.value).toBe(language)
  expect(reading('de').next()).toEqual({ done: true, value: language })
})

test.each(languages)(
  'what a call needs first is read alone, and is what the whole language has: %s',
  (code) => {
    const { keyterms, phone } = languageOf(code)
    expect(keytermsOf(code)).toEqual(keyterms)
    expect({ ...phoneFormOf(code) }).toEqual({ ...phone })
  },
)
