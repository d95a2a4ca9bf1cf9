// How the link passes hints on: nova needs a second socket for new key terms, Flux takes them on the same one.

import { expect, test } from 'bun:test'
import { readFlux } from '../../../src/providers/deepgram/messages.ts'
import type { SttHints } from '../../../src/providers/stt.ts'
import { final, links, setUp } from './manual-link.ts'

test('new key terms open a second socket, and the first one works until it is open', async () => {
  const { clock, events, link, socket, sockets, write } = setUp()
  socket().open()
  write(4)
  link.hint({ keyterms: ['répéteur'], expect: 'open' })
  expect(sockets).toHaveLength(2)
  write(4)
  expect(sockets[0].audio).toHaveLength(8)
  socket().open()
  expect(sockets[0].closed).toBe(true)
  expect(socket()).toMatchObject({ hints: { keyterms: ['répéteur'] }, audio: [1, 2, 3, 4, 5, 6, 7, 8] })
  expect(links(events)).toEqual(['open', 'open'])
  // The same words again, or another expectation, open no socket.
  link.hint({ keyterms: ['répéteur'], expect: 'yesNo' })
  await clock.run(1_000)
  expect(sockets).toHaveLength(2)
})

test('a second socket that is refused changes nothing', async () => {
  const { clock, events, link, socket, sockets, write } = setUp()
  socket().open()
  link.hint({ keyterms: ['box'], expect: 'open' })
  socket().down({ status: 429, reason: 'refused 429' })
  await clock.run(2_000)
  write(4)
  expect(sockets[0].audio).toHaveLength(4)
  expect(links(events)).toEqual(['open'])
})

test('a second socket that is connecting takes over when the first is lost', async () => {
  const { clock, link, socket, sockets, write } = setUp()
  socket().open()
  write(4)
  link.hint({ keyterms: ['box'], expect: 'open' })
  sockets[0].down({ reason: 'closed' })
  await clock.run(100)
  expect(sockets).toHaveLength(2)
  socket().open()
  write(4)
  expect(socket().audio).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

test('new key terms wait while speech has no words yet', async () => {
  const { clock, link, socket, sockets, write } = setUp()
  socket().open()
  write(10, true)
  link.hint({ keyterms: ['box'], expect: 'open' })
  expect(sockets).toHaveLength(1)
  socket().message(final(0, 0.2, 'oui'))
  await clock.run(500)
  expect(sockets).toHaveLength(2)
})

test('Flux takes hints on the same socket, and a lost socket cancels its eager end of turn', async () => {
  const { clock, events, link, socket, sockets, write } = setUp({
    read: readFlux,
    configure: (hints) => JSON.stringify({ type: 'Configure', keyterms: hints.keyterms }),
  })
  socket().open()
  link.hint({ keyterms: ['box'], expect: 'open' })
  expect(socket().texts).toEqual([{ type: 'Configure', keyterms: ['box'] }])
  write(4)
  socket().message({ type: 'TurnInfo', event: 'EagerEndOfTurn', transcript: 'oui' })
  socket().down({ reason: 'closed' })
  await clock.run(0)
  expect(sockets).toHaveLength(2)
  expect(events.slice(1)).toEqual([
    { kind: 'eagerEndOfTurn', text: 'oui' },
    { kind: 'turnResumed' },
    { kind: 'link', state: 'lost', code: 'closed' },
  ])
})

const configure = (hints: SttHints) => JSON.stringify({ type: 'Configure', keyterms: hints.keyterms })
const of = (keyterms: string[]) => ({ type: 'Configure', keyterms })
const hint = (...keyterms: string[]): SttHints => ({ keyterms, expect: 'open' })

test('what was hinted while the socket opened is sent as soon as it is open, and only the last of it', () => {
  const { link, socket, sockets } = setUp({ configure, reopens: true })
  link.hint(hint('box'))
  link.hint(hint('fibre'))
  socket().open()
  expect(socket().texts).toEqual([of(['fibre'])])
  expect(sockets).toHaveLength(1)
})

test('the next change waits for the answer to the one before, and unchanged hints send nothing', () => {
  const { link, number, socket } = setUp({ configure, reopens: true })
  socket().open()
  link.hint(hint())
  expect(socket().texts).toEqual([])
  for (const term of ['a', 'b', 'c']) link.hint(hint(term))
  expect(socket().texts).toEqual([of(['a'])])
  socket().message({ type: 'ConfigureSuccess' })
  expect(socket().texts).toEqual([of(['a']), of(['c'])])
  socket().message({ type: 'ConfigureSuccess' })
  expect(socket().texts).toHaveLength(2)
  expect(number('stt_configure_total')).toBe(2)
})

test.each([
  ['a ConfigureFailure', { type: 'ConfigureFailure' }],
  ['an Error', { type: 'Error', code: 'KeytermsNotSupported' }],
])(
  'nova that answers a Configure with %s gets a new socket now, and at the next change at once',
  async (_what, answer) => {
    const { clock, events, link, socket, sockets } = setUp({ configure, reopens: true })
    socket().open()
    link.hint(hint('box'))
    socket().message(answer)
    expect(sockets).toHaveLength(2)
    socket().open()
    expect(socket().hints.keyterms).toEqual(['box'])
    link.hint(hint('fibre'))
    expect([sockets.length, sockets[1].texts]).toEqual([3, []])
    await clock.run(0)
    expect(links(events)).toEqual(['open', 'open'])
  },
)

test('nova that does not answer a Configure within 2 s gets a new socket', async () => {
  const { clock, link, socket, sockets } = setUp({ configure, reopens: true })
  socket().open()
  link.hint(hint('box'))
  await clock.run(1_900)
  expect(sockets).toHaveLength(1)
  await clock.run(600)
  expect(sockets).toHaveLength(2)
})

test('Flux that refuses a Configure, or does not answer it, keeps its socket and takes the next one', async () => {
  for (const answer of [{ type: 'ConfigureFailure' }, undefined]) {
    const { clock, link, socket, sockets } = setUp({ read: readFlux, configure })
    socket().open()
    link.hint(hint('box'))
    if (answer) socket().message(answer)
    else await clock.run(2_500)
    link.hint(hint('fibre'))
    expect(socket().texts).toEqual([of(['box']), of(['fibre'])])
    expect(sockets).toHaveLength(1)
  }
})

test('a server that ends a session because of Finalize gets none any more', async () => {
  for (const why of [{ closeCode: 4400, reason: 'closed 4400' }, { reason: 'Error' }]) {
    const { clock, habits, link, socket, sockets, write } = setUp()
    socket().open()
    write(20, true)
    link.finalize()
    socket().down(why)
    await clock.run(0)
    socket().open()
    link.finalize()
    expect(socket().texts).toEqual([])
    expect([sockets.length, habits.finalizes]).toEqual([2, false])
  }
})
