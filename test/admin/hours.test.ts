// The routes of opening hours, exceptions and the message of the day.

import { expect, test } from 'bun:test'
import { fakeHours, fakeProgram } from './fakes.ts'

const put = (body: unknown, type = 'application/json') => ({
  method: 'PUT',
  body: JSON.stringify(body),
  headers: { 'Content-Type': type },
})

test('the hours say for each text whether the site or the settings count', async () => {
  expect(await (await fakeProgram().ask('/api/hours')).json()).toEqual(fakeHours)
})

test('a change reaches the editor with the name of the token, and leaves an audit line without the words', async () => {
  const { ask, asked, audited } = fakeProgram()
  const response = await ask('/api/hours', put({ hours: null, message: 'Panne à Lyon.', version: 3 }))
  expect([response.status, await response.json()]).toEqual([200, fakeHours])
  expect(asked).toEqual(['hours {"hours":null,"message":"Panne à Lyon."} by admin on 3'])
  expect(audited).toEqual([expect.objectContaining({ action: 'hours.change' })])
  expect(JSON.stringify(audited)).not.toContain('Lyon')
})

test('a refusal says which text it is about', async () => {
  const { hours } = fakeProgram().deps
  const { ask } = fakeProgram({
    hours: {
      ...hours,
      change: async () => ({ ok: false, code: 'bad_until', problems: ['until is not a date'] }),
    },
  })
  const response = await ask('/api/hours', put({ until: 'demain' }))
  expect([response.status, await response.json()]).toEqual([
    422,
    expect.objectContaining({ code: 'bad_until', detail: 'until is not a date' }),
  ])
})

test.each([
  [{ opening: 'lun' }, 'application/json', 400],
  [{ hours: 7 }, 'application/json', 400],
  [{ exceptions: 'x'.repeat(4_001) }, 'application/json', 400],
  [{ hours: 'lun 9h-17h' }, 'text/plain', 415],
] as const)('%j as %s is refused with %p', async (body, type, status) => {
  const { ask, asked } = fakeProgram()
  expect([(await ask('/api/hours', put(body, type))).status, asked]).toEqual([status, []])
})
