import { describe, expect, test } from 'bun:test'
import { Board, batchEveryMs } from '../../src/admin/board.ts'
import type { CallRow, RowBatch } from '../../src/calls/rows.ts'
import type { PublicCallEvent } from '../../src/calls/views.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { callId, fakeProgram, fakeRow, otherId } from './fakes.ts'

/** Calls in memory: counts how often a row is made. */
function fakeBoard(ids: string[] = []) {
  const clock = new FakeClock()
  const live = new Map(ids.map((id) => [id, fakeRow(id)]))
  const made = { rows: 0, subscribers: 0 }
  let emit: (event: PublicCallEvent) => void = () => {}
  let tellOthers: (machine: string, batch: RowBatch | undefined) => void = () => {}
  const board = new Board({
    clock,
    calls: {
      rows: () => [...live.values()],
      row: (id) => {
        made.rows++
        return live.get(id)
      },
      subscribe: (_, listener) => {
        made.subscribers++
        emit = listener
        return () => void made.subscribers--
      },
    },
    others: (listener) => {
      tellOthers = listener
      return () => {}
    },
  })
  const view = () => {
    const texts: Uint8Array[] = []
    const stop = board.view((bytes) => texts.push(bytes))
    return { texts, stop, batches: () => texts.map(read) }
  }
  return {
    ...{ clock, live, made, view },
    emit: (event: PublicCallEvent) => emit(event),
    tellOthers: (machine: string, batch: RowBatch | undefined) => tellOthers(machine, batch),
  }
}

function read(bytes: Uint8Array): RowBatch {
  const text = new TextDecoder().decode(bytes)
  expect(text).toStartWith('event: rows\ndata: ')
  return JSON.parse(text.slice(text.indexOf('{')))
}

const said = (id: string, isFinal = true): PublicCallEvent => ({
  ...{ callId: id, atMs: 1, kind: 'transcript', who: 'caller', text: 'Oui.' },
  isFinal,
})
const whole = (rows: CallRow[]): RowBatch => ({ atWallMs: 0, rows, ended: [], isWhole: true })

describe('the table of live calls', () => {
  test('begins with all rows, and then has those that changed', () => {
    const { clock, emit, live, view } = fakeBoard([callId, otherId])
    const { batches } = view()
    live.set(callId, fakeRow(callId, { state: 'solution' }))
    emit({ callId, atMs: 1, kind: 'state', from: 'diagnostic', to: 'solution' })
    live.delete(otherId)
    emit({ callId: otherId, atMs: 1, kind: 'ended', outcome: 'transfer' })
    clock.advance(100)
    const [first, second] = batches()
    expect([first!.isWhole, first!.rows.length, second!.isWhole]).toEqual([true, 2, false])
    expect(second!.rows.map(({ id, state }) => [id, state])).toEqual([[callId, 'solution']])
    expect(second!.ended).toEqual([{ id: otherId, outcome: 'transfer' }])
  })

  test('500 busy calls and 20 viewers cost one batch a second, each row made and encoded once', () => {
    const ids = Array.from({ length: 500 }, (_, i) => `call-${i}`)
    const { clock, emit, made, view } = fakeBoard(ids)
    const viewers = Array.from({ length: 20 }, view)
    clock.advance(batchEveryMs)
    made.rows = 0
    for (let step = 0; step < 50; step++) {
      for (const id of ids) emit(said(id))
      clock.advance(batchEveryMs / 50)
    }
    clock.advance(batchEveryMs)
    // The first batch comes after a short wait, the next ones a second apart.
    for (const { texts } of viewers) expect(texts.length).toBe(1 + 2)
    expect(made.rows).toBe(2 * 500)
    for (const { texts } of viewers) expect(texts[2]).toBe(viewers[0]!.texts[2]!)
  })

  test('words that are still being said change nothing', () => {
    const { clock, emit, view } = fakeBoard([callId])
    const { texts } = view()
    emit(said(callId, false))
    clock.advance(5_000)
    expect(texts.length).toBe(1)
  })

  test('without a viewer nothing is subscribed and no timer runs', () => {
    const { clock, emit, made, view } = fakeBoard([callId])
    const one = view()
    const two = view()
    expect(made.subscribers).toBe(1)
    emit(said(callId))
    one.stop()
    two.stop()
    two.stop()
    expect([made.subscribers, clock.pending]).toEqual([0, 0])
  })

  test('has the calls of other machines, until the machine is gone', () => {
    const { clock, tellOthers, view } = fakeBoard([callId])
    const first = view()
    tellOthers('b', whole([fakeRow(otherId)]))
    clock.advance(100)
    expect(first.batches()[1]!.rows.map(({ id }) => id)).toEqual([otherId])
    expect(
      view()
        .batches()[0]!
        .rows.map(({ id }) => id),
    ).toEqual([callId, otherId])
    tellOthers('b', undefined)
    clock.advance(batchEveryMs)
    expect(first.batches()[2]!.ended).toEqual([{ id: otherId, outcome: 'lost' }])
  })

  test('a call that went from one machine to another stays', () => {
    const { clock, tellOthers, view } = fakeBoard()
    const { batches } = view()
    tellOthers('b', whole([fakeRow(otherId)]))
    tellOthers('c', whole([fakeRow(otherId, { state: 'solution' })]))
    tellOthers('b', undefined)
    clock.advance(batchEveryMs)
    expect(batches()[1]!.rows.map(({ id, state }) => [id, state])).toEqual([[otherId, 'solution']])
    expect(batches()[1]!.ended).toEqual([])
  })

  test('is a stream of its own, which counts among the event streams', async () => {
    const { ask, listeners } = fakeProgram()
    const response = await ask('/api/live')
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const reader = response.body!.getReader()
    await reader.read()
    const { rows } = read((await reader.read()).value!)
    expect(rows.map(({ id }) => id)).toEqual([callId])
    await reader.cancel()
    expect(listeners.size).toBe(0)
  })
})
