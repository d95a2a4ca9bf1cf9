import { describe, expect, test } from 'bun:test'
import {
  Door,
  type DoorOptions,
  doorDefaults,
  type Guest,
  RefusalLog,
} from '../../src/audiosocket/admission.ts'
import { createAllowList } from '../../src/audiosocket/allow.ts'
import { silentLog } from '../../src/base/log.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

function openDoor(options: Partial<DoorOptions>) {
  const clock = new FakeClock()
  const door = new Door(createAllowList(['0.0.0.0/0']), clock, { ...doorDefaults, ...options })
  const sentAway: string[] = []
  /** @returns the guest, or why not */
  const come = (address: string): Guest | string => {
    const refusal = door.refusal(address)
    if (refusal) return refusal
    const guest: Guest = {
      address,
      sendAway(reason) {
        sentAway.push(`${address} ${reason}`)
        door.leave(guest)
      },
    }
    door.enter(guest)
    return guest
  }
  return { clock, door, come, sentAway }
}

const isGuest = (one: Guest | string): one is Guest => typeof one !== 'string'
const yields = 'no uuid, and others wait'

describe('sockets without a uuid', () => {
  test('are refused when their room is full of others that have just come', () => {
    const { come, sentAway } = openDoor({ maxWaiting: 2 })
    come('10.0.0.1')
    come('10.0.0.2')
    expect([come('10.0.0.3'), sentAway]).toEqual(['too many connections without uuid', []])
  })

  test('yield, the oldest first, when they have waited longer than any Asterisk takes', () => {
    const { clock, come, sentAway, door } = openDoor({ maxWaiting: 2 })
    come('10.0.0.1')
    come('10.0.0.2')
    clock.advance(250)
    expect(isGuest(come('10.0.0.3'))).toBe(true)
    expect([sentAway, door.size]).toEqual([[`10.0.0.1 ${yields}`], 2])
  })

  test('one peer’s sockets yield to its own and not to others’', () => {
    const { clock, come, sentAway } = openDoor({ maxWaitingPerPeer: 2 })
    come('10.0.0.1')
    come('10.0.0.2')
    come('10.0.0.2')
    expect(come('10.0.0.2')).toBe('too many connections without uuid of this peer')
    clock.advance(250)
    expect(isGuest(come('10.0.0.2'))).toBe(true)
    expect(sentAway).toEqual([`10.0.0.2 ${yields}`])
  })

  test('take no place of those with one, and those no place of theirs', () => {
    const { come, door } = openDoor({ maxConnections: 2, maxWaiting: 1 })
    for (const address of ['10.0.0.1', '10.0.0.2']) {
      const guest = come(address)
      if (isGuest(guest)) expect(door.identified(guest)).toBeUndefined()
    }
    expect(come('10.0.0.3')).toBe('too many connections')
    expect(door.size).toBe(2)
  })
})

test('callers who come and go faster than any telephone exchange are held to so many a second', () => {
  const { clock, come, door } = openDoor({ maxConnections: 20, callsPerS: 10 })
  const callFor = (): boolean => {
    const guest = come('10.0.0.1')
    if (!isGuest(guest)) return false
    const isIn = door.identified(guest) === undefined
    door.leave(guest)
    return isIn
  }
  const taken = (tries: number) => Array.from({ length: tries }, callFor).filter(Boolean).length
  expect(taken(100)).toBe(30)
  clock.advance(1_000)
  expect(taken(100)).toBe(10)
  clock.advance(60_000)
  expect(taken(100)).toBe(30)
})

test('a process that may open few files takes few sockets of any kind', () => {
  const { come, door } = openDoor({ maxOpen: 2 })
  const guest = come('10.0.0.1')
  if (isGuest(guest)) door.identified(guest)
  come('10.0.0.2')
  expect([come('10.0.0.3'), door.size]).toEqual(['too many connections without uuid', 2])
})

test('a guest that leaves, whether it had a uuid or not, leaves its place', () => {
  const { come, door } = openDoor({ maxConnectionsPerPeer: 1, maxWaitingPerPeer: 1 })
  for (let round = 0; round < 3; round++) {
    for (const identify of [true, false]) {
      const guest = come('10.0.0.1')
      if (!isGuest(guest)) throw new Error(guest)
      if (identify) door.identified(guest)
      door.leave(guest)
      door.leave(guest)
    }
  }
  expect(door.size).toBe(0)
})

test('ten thousand refusals in a second are two lines, and a quiet second ends the counting', () => {
  const clock = new FakeClock()
  const lines: unknown[] = []
  const log = { ...silentLog, warn: (text: string, fields?: object) => void lines.push({ text, ...fields }) }
  const refusals = new RefusalLog(log, clock)
  for (let i = 0; i < 10_000; i++)
    refusals.add(i % 10 === 0 ? 'uuid in use' : 'no uuid', { peer: '10.0.0.1' })
  clock.advance(1_000)
  clock.advance(5_000)
  refusals.add('later', { peer: '10.0.0.2' })
  refusals.close()
  expect(lines).toEqual([
    { text: 'connection refused', reason: 'uuid in use', peer: '10.0.0.1' },
    {
      text: 'more connections refused',
      connections: 9_999,
      reasons: { 'uuid in use': 999, 'no uuid': 9_000 },
    },
    { text: 'connection refused', reason: 'later', peer: '10.0.0.2' },
  ])
  expect(clock.pending).toBe(0)
})
