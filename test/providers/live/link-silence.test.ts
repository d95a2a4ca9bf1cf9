// How the link notices a recogniser that is half-open or deaf.

import { expect, test } from 'bun:test'
import { final, links, setUp } from './manual-link.ts'

test('a server that sends results in silence is half-open after 5 s of audio without any message', async () => {
  const { clock, events, sockets, socket, write } = setUp()
  socket().open()
  write(160)
  socket().message(final(0, 3.2, ''))
  write(249)
  expect(sockets).toHaveLength(1)
  write(30)
  await clock.run(0)
  expect(sockets).toHaveLength(2)
  expect(links(events)).toEqual(['open', 'lost quiet'])
})

test('a server that is silent in silence is not lost in it, and is half-open 5 s after unanswered speech', async () => {
  const { clock, events, sockets, socket, write } = setUp()
  socket().open()
  // An answer to Configure is no result: it does not show that the server talks in silence.
  write(200)
  socket().message({ type: 'ConfigureSuccess' })
  write(1_000)
  // A door is not speech.
  write(10, true)
  write(500)
  write(30, true)
  write(200)
  expect(sockets).toHaveLength(1)
  write(50)
  await clock.run(0)
  expect(sockets).toHaveLength(2)
  expect(links(events)).toEqual(['open', 'lost quiet'])
})

test('a socket without any message for loud audio, and none 600 ms after its Finalize, is half-open and is replayed', async () => {
  const { clock, events, link, socket, sockets, write } = setUp()
  socket().open()
  write(60, true)
  link.finalize()
  await clock.run(590)
  expect(sockets).toHaveLength(1)
  await clock.run(20)
  expect(sockets).toHaveLength(2)
  socket().open()
  expect(socket().audio).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
  expect(links(events)).toEqual(['open', 'lost quiet', 'open'])
})

test('a Finalize that is never answered costs no socket where messages came for the speech', async () => {
  const { clock, events, link, socket, sockets, write } = setUp()
  socket().open()
  write(60, true)
  socket().message({ ...final(0, 1, 'ma box'), is_final: false })
  write(10, true)
  link.finalize()
  await clock.run(2_000)
  expect(sockets).toHaveLength(1)
  expect(links(events)).toEqual(['open'])
})

test('a socket that answers Finalize, or had only silence to answer, is kept', async () => {
  for (const [loud, answers] of [
    [true, true],
    [false, false],
  ]) {
    const { clock, link, socket, sockets, write } = setUp()
    socket().open()
    write(60, loud)
    link.finalize()
    await clock.run(300)
    if (answers) socket().message(final(0, 1.2, 'oui'))
    await clock.run(700)
    expect(sockets).toHaveLength(1)
  }
})

test('a call without audio keeps its socket: KeepAlive is sent every 4 s', async () => {
  const { clock, events, socket, sockets } = setUp()
  socket().open()
  await clock.run(13_000)
  expect(sockets).toHaveLength(1)
  expect(socket().texts).toEqual(Array.from({ length: 3 }, () => ({ type: 'KeepAlive' })))
  expect(links(events)).toEqual(['open'])
})

test('6 s of speech without a word open a new socket, which receives the speech again', async () => {
  const { clock, events, number, socket, sockets, write } = setUp()
  socket().open()
  write(50)
  for (let second = 0; second < 7 && sockets.length === 1; second++) {
    write(50, true)
    // Results keep coming, so the connection is not quiet; they are empty.
    socket().message(final(second, 1, ''))
    await clock.run(0)
  }
  expect(links(events)).toEqual(['open', 'lost deaf'])
  expect(number('stt_deaf_total')).toBe(1)
  socket().open()
  expect(socket().audio[0]).toBe(51)
})

test('speech with words, or an occasional noise, opens no new socket', async () => {
  const { clock, socket, sockets, write } = setUp()
  socket().open()
  for (let second = 0; second < 20; second++) {
    write(50, second < 10)
    socket().message(final(second, 1, second < 10 ? 'oui' : ''))
    await clock.run(0)
  }
  write(5, true)
  for (let second = 0; second < 10; second++) {
    write(50)
    socket().message(final(20 + second, 1, ''))
    await clock.run(0)
  }
  expect(sockets).toHaveLength(1)
})

test('continuous noise without words opens new sockets less and less often', async () => {
  const { clock, number, socket, write } = setUp()
  socket().open()
  for (let second = 0; second < 120; second++) {
    const before = socket()
    write(50, true)
    before.message(final(second, 1, ''))
    await clock.run(0)
    if (socket() !== before) socket().open()
  }
  expect(number('stt_deaf_total')).toBe(4)
})
