import { expect, test } from 'bun:test'
import { closeSync, openSync } from 'node:fs'
import { descriptorsLeft } from '../../src/base/descriptors.ts'

test.skipIf(process.platform !== 'linux')('an open file leaves one descriptor fewer', () => {
  const before = descriptorsLeft()!
  const files = Array.from({ length: 10 }, () => openSync('/dev/null', 'r'))
  expect(before - descriptorsLeft()!).toBe(10)
  for (const file of files) closeSync(file)
  expect(descriptorsLeft()).toBe(before)
})
