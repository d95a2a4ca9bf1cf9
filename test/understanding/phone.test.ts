// The number of a telephone line, as networks tell it.

import { expect, test } from 'bun:test'
import { lineNumber, nationalNumber } from '../../src/understanding/phone.ts'

test('a line has the national form, however the network writes it', () => {
  for (const text of ['+33612345678', '0033612345678', '33612345678', '0612345678', '+33 6 12 34 56 78'])
    expect(lineNumber(text, 'fr')).toBe('0612345678')
  expect(lineNumber('+33 (0)6 12 34 56 78', 'fr')).toBe('0612345678')
  for (const text of ['+34612345678', '34612345678', '612345678'])
    expect(lineNumber(text, 'es')).toBe('612345678')
})

test('a line abroad has 00 and the country', () => {
  for (const text of ['+32470123456', '0032470123456', '32470123456'])
    expect(lineNumber(text, 'fr')).toBe('0032470123456')
  expect(lineNumber('+34612345678', 'fr')).toBe('0034612345678')
  expect(lineNumber('+1 202 555 0123', 'fr')).toBe('0012025550123')
  expect(nationalNumber('+32 470 12 34 56')).toBe('0032470123456')
  expect(nationalNumber('+34 612 34 56 78')).toBe('612345678')
})

test('an extension, a short number and a word are no line', () => {
  const none = [
    '',
    '42',
    '1042',
    '200123',
    '3900',
    '15',
    '+',
    '+33',
    'anonymous',
    'unavailable',
    'Restricted',
  ]
  for (const text of [...none, '+9990000000', '0612', '00', '612345678', `+${'3'.repeat(40)}`])
    expect(lineNumber(text, 'fr')).toBeUndefined()
})
