// Server-sent events from servers of any temper. What a stream may cost a call is counted in turns of the event loop.

import { expect, test } from 'bun:test'
import { eventsOf } from '../../src/providers/event-stream.ts'

const stream = (...chunks: string[]) =>
  new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
        controller.close()
      },
    }),
    { headers: { 'content-type': 'text/event-stream' } },
  )

test('events are the same in one piece and byte by byte, whatever ends the lines', async () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const text = [
      ': a comment',
      'data: one',
      '',
      'event: x',
      'data: two',
      'data: lines',
      '',
      'data: [DONE]',
      '',
    ].join(end)
    const expected = ['one', 'two\nlines', '[DONE]']
    expect(await Array.fromAsync(eventsOf('a', stream(text)))).toEqual(expected)
    expect(await Array.fromAsync(eventsOf('a', stream(...text)))).toEqual(expected)
  }
})

test.each([
  ['a million empty lines', '\n'.repeat(1 << 20)],
  ['a million comments', ':\n'.repeat(1 << 19)],
])('%s in one piece let the event loop turn every 64 kB', async (_title, text) => {
  let turns = 0
  let reads = true
  const count = (): void => {
    turns++
    if (reads) setImmediate(count)
  }
  setImmediate(count)
  await Array.fromAsync(eventsOf('a', stream(text)))
  reads = false
  expect(turns).toBeGreaterThanOrEqual(15)
})

test.each([
  ['an endless line', Array.from({ length: 8 }, () => 'x'.repeat(64 * 1024))],
  ['an event of endless lines', Array.from({ length: 8 }, () => `data: ${'x'.repeat(64 * 1024)}\n`)],
])('%s is refused once it is too long', async (_title, chunks) => {
  expect(Array.fromAsync(eventsOf('a', stream(...chunks)))).rejects.toThrow(
    'a sent an event that is too long',
  )
})
