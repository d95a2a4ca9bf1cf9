// Streams of an account: a call without a place is heard by the next recogniser, and machines share the places.

import { describe, expect, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { createSttChain } from '../../src/providers/fallback-stt.ts'
import { Places, withPlaces } from '../../src/providers/places.ts'
import type { SharedPlaces } from '../../src/providers/shared-limits.ts'
import type { Stt } from '../../src/providers/stt.ts'
import { openCall } from '../support/hearing.ts'
import { FakeClock, settle } from '../support/lab/fake-clock.ts'

/** A recogniser that counts its sessions. */
function counting(name: string) {
  const state = { open: 0 }
  const stt: Stt = {
    name,
    hearsWords: true,
    open() {
      state.open++
      return {
        hint() {},
        finalize() {},
        close() {
          state.open--
        },
      }
    },
    close() {},
  }
  return { stt, state }
}

/** Deepgram and Flux share an account, as the shipped adapters do; Whisper has no limit. */
function setUp(most: number, shared?: SharedPlaces) {
  const clock = new FakeClock()
  const metrics = new Metrics()
  const [nova, flux, whisper] = ['deepgram', 'flux', 'whisper'].map(counting)
  const adapters = [nova!.stt, flux!.stt, whisper!.stt]
  const places = new Places({ service: 'stt', clock, metrics, account: 'deepgram', most, shared })
  const limits = [{ places, names: ['deepgram', 'flux'] }]
  const stt = withPlaces(createSttChain(adapters, { clock, random: () => 0.5, metrics }), limits)
  const call = () => openCall(stt, { language: 'fr', callId: 'c', onEvent() {} })
  const heard = () => [nova!.state.open, flux!.state.open, whisper!.state.open]
  const metric = (name: string) =>
    metrics.snapshot().flatMap((one) => (one.name === name && 'value' in one ? [one.value] : []))
  return { clock, stt, places, call, heard, metric }
}

describe('an account with two streams', () => {
  test('has two calls; the next recogniser of another account hears the third', () => {
    const { call, heard, metric } = setUp(2)
    const calls = [call(), call(), call()]
    expect(heard()).toEqual([2, 0, 1])
    expect([metric('stt_streams'), metric('stt_no_place_total')]).toEqual([[2], [1]])
    calls[0]!.close()
    calls[0]!.close()
    call()
    expect(heard()).toEqual([2, 0, 1])
    expect(metric('stt_streams')).toEqual([2])
  })

  test('is not counted for a call that it does not hear', () => {
    const { call, heard, metric } = setUp(2)
    const calls = [call(), call(), call()]
    calls[2]!.close()
    expect(heard()).toEqual([2, 0, 0])
    expect(metric('stt_streams')).toEqual([2])
  })
})

/** What the machines' places answer. */
function answering(lease: { places: number; forMs: number } | undefined) {
  const asked: [string, number, number][] = []
  const state = { lease }
  const shared: SharedPlaces = {
    machines: () => 3,
    async lease(...wanted) {
      asked.push(wanted)
      return state.lease
    },
  }
  return { shared, asked, state }
}

describe('of the places of all machines', () => {
  test('a machine takes as many as it has leased, and says every second how many it uses', async () => {
    const { shared, asked, state } = answering({ places: 2, forMs: 5_000 })
    const { clock, call, heard, stt } = setUp(30, shared)
    await settle()
    const calls = [call(), call(), call()]
    expect(heard()).toEqual([2, 0, 1])
    await settle()
    state.lease = { places: 3, forMs: 5_000 }
    await clock.run(1_000)
    expect(asked.at(-1)).toEqual(['deepgram', 2, 30])
    call()
    expect(heard()).toEqual([3, 0, 1])
    for (const each of calls) each.close()
    await clock.run(1_000)
    expect(asked.at(-1)).toEqual(['deepgram', 1, 30])
    stt.close()
    expect(clock.pending).toBe(0)
  })

  test('a machine has its part while no answer comes, and what it leased until the lease ends', async () => {
    const { shared, state } = answering(undefined)
    const { clock, call, heard, stt } = setUp(6, shared)
    await settle()
    for (let i = 0; i < 3; i++) call()
    expect(heard()).toEqual([2, 0, 1])
    state.lease = { places: 5, forMs: 5_000 }
    await clock.run(1_000)
    state.lease = undefined
    await clock.run(4_000)
    for (let i = 0; i < 3; i++) call()
    expect(heard()).toEqual([5, 0, 1])
    await clock.run(2_000)
    call()
    expect(heard()).toEqual([5, 0, 2])
    stt.close()
  })
})
