// A language is read in steps, so that a server with calls can wait between them.

import { expect, test } from 'bun:test'
import { fileNames } from '../../../src/understanding/languages/folders.ts'
import { languageOf, languages, reading } from '../../../src/understanding/languages/index.ts'
import { listNames } from '../../../src/understanding/languages/lists.ts'

test('each file and each list of rules is a step of its own', () => {
  const code = languages.find((one) => one === 'es')!
  const steps = reading(code)
  let done = 0
  while (steps.next().done !== true) done++
  expect(done).toBeGreaterThan(fileNames(code).length + 2 * listNames.length)
})

test('who needs a language at once gets the one that everybody gets', () => {
  const steps = reading('de')
  for (let i = 0; i < 10; i++) steps.next()
  const language = languageOf('de')
  let last = steps.next()
  while (last.done !== true) last = steps.next()
  expect(last.value).toBe(language)
  expect(reading('de').next()).toEqual({ done: true, value: language })
})
