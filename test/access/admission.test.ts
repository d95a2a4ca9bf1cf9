import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import {
  Admission,
  type AdmissionOptions,
  admissionDefaults,
  type Candidate,
  RefusalLog,
} from '../../src/access/admission.ts'
import { createAllowList } from '../../src/access/allow-list.ts'
import { silentLog } from '../../src/base/log.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

function openAdmission(options: Partial<AdmissionOptions>) {
  const clock = new FakeClock()
  const admission = new Admission(createAllowList(['0.0.0.0/0']), clock, { ...admissionDefaults, ...options })
  const evicted: string[] = []
  /** @returns the candidate, or why it was refused */
  const connect = (address: string): Candidate | string => {
    const refusal = admission.refusal(address)
    if (refusal) return refusal
    const candidate: Candidate = {
      address,
      evict(reason) {
        evicted.push(`${address} ${reason}`)
        admission.remove(candidate)
      },
    }
    admission.add(candidate)
    return candidate
  }
  return { clock, admission, connect, evicted }
}

const isCandidate = (one: Candidate | string): one is Candidate => typeof one !== 'string'
const evictedReason = 'evicted: no uuid yet, and new connections wait'

describe('sockets without a uuid', () => {
  test('are refused when their limit is reached by sockets that have just connected', () => {
    const { connect, evicted } = openAdmission({ maxPending: 2 })
    connect('10.0.0.1')
    connect('10.0.0.2')
    expect([connect('10.0.0.3'), evicted]).toEqual(['too many connections without uuid', []])
  })

  test('are evicted, oldest first, once they have waited longer than any Asterisk takes', () => {
    const { clock, connect, evicted, admission } = openAdmission({ maxPending: 2 })
    connect('10.0.0.1')
    connect('10.0.0.2')
    clock.advance(250)
    expect(isCandidate(connect('10.0.0.3'))).toBe(true)
    expect([evicted, admission.size]).toEqual([[`10.0.0.1 ${evictedReason}`], 2])
  })

  test('over the limit of one peer evict only sockets of that peer', () => {
    const { clock, connect, evicted } = openAdmission({ maxPendingPerPeer: 2 })
    connect('10.0.0.1')
    connect('10.0.0.2')
    connect('10.0.0.2')
    expect(connect('10.0.0.2')).toBe('too many connections without uuid of this peer')
    clock.advance(250)
    expect(isCandidate(connect('10.0.0.2'))).toBe(true)
    expect(evicted).toEqual([`10.0.0.2 ${evictedReason}`])
  })

  test('have a limit apart from that of sockets with a uuid', () => {
    const { connect, admission } = openAdmission({ maxConnections: 2, maxPending: 1 })
    for (const address of ['10.0.0.1', '10.0.0.2']) {
      const candidate = connect(address)
      if (isCandidate(candidate)) expect(admission.admit(candidate)).toBeUndefined()
    }
    expect(connect('10.0.0.3')).toBe('too many connections')
    expect(admission.size).toBe(2)
  })
})

test('calls that come and go faster than callsPerS are refused', () => {
  const { clock, connect, admission } = openAdmission({ maxConnections: 20, callsPerS: 10 })
  const callFor = (): boolean => {
    const candidate = connect('10.0.0.1')
    if (!isCandidate(candidate)) return false
    const isAdmitted = admission.admit(candidate) === undefined
    admission.remove(candidate)
    return isAdmitted
  }
  const taken = (tries: number) => Array.from({ length: tries }, callFor).filter(Boolean).length
  expect(taken(100)).toBe(30)
  clock.advance(1_000)
  expect(taken(100)).toBe(10)
  clock.advance(60_000)
  expect(taken(100)).toBe(30)
})

test('maxOpen limits sockets of all kinds, with and without a uuid', () => {
  const { connect, admission } = openAdmission({ maxOpen: 2 })
  const candidate = connect('10.0.0.1')
  if (isCandidate(candidate)) admission.admit(candidate)
  connect('10.0.0.2')
  expect([connect('10.0.0.3'), admission.size]).toEqual(['too many connections without uuid', 2])
})

test('a socket that closes frees its place, whether it had a uuid or not', () => {
  const { connect, admission } = openAdmission({ maxConnectionsPerPeer: 1, maxPendingPerPeer: 1 })
  for (let round = 0; round < 3; round++) {
    for (const identify of [true, false]) {
      const candidate = connect('10.0.0.1')
      if (!isCandidate(candidate)) throw new Error(candidate)
      if (identify) admission.admit(candidate)
      admission.remove(candidate)
      admission.remove(candidate)
    }
  }
  expect(admission.size).toBe(0)
})

test('ten thousand refusals in a second are two log lines, and a quiet second ends the summary', () => {
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
