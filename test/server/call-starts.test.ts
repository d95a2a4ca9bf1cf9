import { expect, test } from 'bun:test'
import { createLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
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
  const desk = { has: (name: string) => name === 'shop' } as never
  return { lines, of: createCallStarts(context, { languages: ['fr', 'en'], desk }).of }
}

test('a call begins as announced', () => {
  const { of, lines } = starts()
  expect(of(undefined)).toEqual({ language: 'fr', desk: 'desk', dialled: null })
  expect(of({ language: 'en', desk: 'shop', dialled: '0123456789' })).toEqual({
    ...{ language: 'en', desk: 'shop', dialled: '0123456789' },
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
