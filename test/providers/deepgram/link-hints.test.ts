// How the link passes hints on: nova needs a second socket for new key terms, Flux takes them on the same one.

import { expect, test } from 'bun:test'
import { readFlux } from '../../../src/providers/deepgram/wire.ts'
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
