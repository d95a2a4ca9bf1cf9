import { expect, test } from 'bun:test'
import { createLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { unannounced } from '../../src/calls/call-start.ts'
import { readConfig } from '../../src/config.ts'
import { createCallStarts } from '../../src/server/call-starts.ts'
import { createRelief } from '../../src/server/context.ts'
import { createMemories } from '../../src/server/memories.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

function starts() {
  const lines: string[] = []
  const { log } = createLog({ level: 'info', showPrivate: true, write: (line) => lines.push(line) })
  const context = {
    ...{ config: readConfig({ LANGUAGES: 'en' }), clock: new FakeClock(), log, metrics: new Metrics() },
    ...{ degraded: new Map(), relief: createRelief(), memories: createMemories() },
  }
  const numbers = {
    '01 23 45 67 00': { language: 'en', desk: 'shop', greeting: 'welcome_shop', queue: 'sales' },
    '01 23 45*': { queue: 'north' },
    '+33 1 23 45 68 *': { queue: 'south' },
    '+32*': { queue: 'belgium' },
  }
  const desk = { has: (name: string) => name === 'shop', current: () => ({ numbers }) } as never
  return { lines, of: createCallStarts(context, { languages: ['fr', 'en'], desk }).of }
}

test('a call begins as announced', () => {
  const { of, lines } = starts()
  expect(of(undefined)).toEqual(unannounced('fr', 'desk'))
  expect(of({ language: 'en', desk: 'shop', dialled: '0123456789' })).toEqual({
    ...unannounced('en', 'shop'),
    dialled: '0123456789',
    queue: 'north',
  })
  expect(lines).toEqual([])
})

test('what is not offered is logged once, and a number never', () => {
  const { of, lines } = starts()
  for (const language of ['0612345678', 'xx', 'de']) expect(of({ language }).language).toBe('fr')
  for (const desk of ['bank', 'bar']) expect(of({ desk, dialled: '0123456789' }).desk).toBe('desk')
  expect(lines.map((line) => JSON.parse(line)).map(({ what, value }) => [what, value])).toEqual([
    ['language', undefined],
    ['desk', 'bank'],
  ])
  expect(lines.join('')).not.toContain('0612345678')
  expect(lines.join('')).not.toContain('0123456789')
})

test('the caller’s line is in national form, and a name without a line is nobody’s', () => {
  const { of, lines } = starts()
  const line = (callerNumber: string) => of({ callerNumber, callerName: 'Ana "Nana" Peña' })
  expect(line('+33612345678')).toMatchObject({ callerNumber: '0612345678', callerName: 'Ana "Nana" Peña' })
  expect(line('+32470123456').callerNumber).toBe('0032470123456')
  for (const none of ['1042', 'anonymous', '+33', '3900'])
    expect(line(none)).toMatchObject({ callerNumber: null, callerName: null })
  expect(lines).toEqual([])
})

test('the dialled number gives language, desk, greeting and queue; what the dialplan says comes first', () => {
  const { of } = starts()
  const shop = { language: 'en', desk: 'shop', greeting: 'welcome_shop', queue: 'sales' }
  for (const dialled of ['+33123456700', '0123456700', '33123456700'])
    expect(of({ dialled })).toMatchObject(shop)
  expect(of({ dialled: '0123456700', language: 'fr' })).toMatchObject({ ...shop, language: 'fr' })
  expect(of({ dialled: '0223456701' })).toEqual({ ...unannounced('fr', 'desk'), dialled: '0223456701' })
})

test('a number that ends in * is for all that begin so; the whole number and the longest beginning come first', () => {
  const { of } = starts()
  const queues = [
    '0123456700',
    '0123456701',
    '+33123456800',
    '33123456899',
    '0032470123456',
    '0123',
    'reception',
  ]
  expect(queues.map((dialled) => of({ dialled }).queue)).toEqual([
    ...['sales', 'north', 'south', 'south', 'belgium', null, null],
  ])
})
