import { describe, expect, test } from 'bun:test'
import { differing } from '../../src/admin/page/client/differing.ts'
import type { Machine } from '../../src/admin/schemas.ts'

const machine = (id: string, voice: string): Machine => ({
  ...{ id, url: `http://${id}:8080`, isAsked: false, version: '1', live: 0, max: 9, draining: false },
  ...{ fingerprint: 'f', voice, phrases: 3, startedWallMs: 0 },
})

describe('the machines whose voice is marked as different', () => {
  test.each([
    ['nobody, where all agree', ['a', 'a', 'a'], []],
    ['nobody, where one is alone', ['a'], []],
    ['the one that differs from two', ['a', 'b', 'a'], [1]],
    ['both of two', ['a', 'b'], [0, 1]],
    ['all, where there are two pairs', ['a', 'b', 'a', 'b'], [0, 1, 2, 3]],
    ['the two that differ from two', ['a', 'b', 'a', 'c'], [1, 3]],
  ] as const)('%s', (_, voices, expected) => {
    const machines = voices.map((voice, i) => machine(`m${i}`, voice))
    expect(differing(machines, 'voice').map((one) => machines.indexOf(one))).toEqual([...expected])
    expect(differing(machines, 'phrases')).toEqual([])
  })
})
