// Words that were answered as interim text are not answered again as final text.

import { expect, test } from 'bun:test'
import { unanswered } from '../../../src/providers/live/answered.ts'
import { final, setUp } from './manual-link.ts'

test.each([
  ['ma box', 'Ma box.', true, ''],
  ['ma box', 'ma box ne marche plus', false, 'ne marche plus'],
  ['ma boxe ne', 'Ma box ne marche plus.', false, 'marche plus.'],
  // The recogniser corrects itself: the same audio is the same words.
  ['dupond', 'Dupont', true, ''],
  ['dupond', 'non', false, 'non'],
  ['oui', 'oui', false, ''],
  ['je voudrais', 'non merci au revoir', false, 'non merci au revoir'],
  ['', 'oui', false, 'oui'],
])('after the answer to %j, of %j (old: %p) is left %j', (answered, text, isOld, left) => {
  expect(unanswered(answered, text, isOld)).toBe(left)
})

const interim = (start: number, duration: number, text: string) => ({
  ...final(start, duration, text),
  is_final: false,
})
const texts = (events: ReturnType<typeof setUp>['events']) =>
  events.flatMap((event) =>
    event.kind === 'transcript' ? [event.text] : event.kind === 'endOfTurn' ? ['|'] : [],
  )

test('the final text of words that were answered is not reported, and neither is its end of turn', () => {
  const { events, link, socket, write } = setUp()
  socket().open()
  write(50, true)
  socket().message(interim(0, 1, 'ma box'))
  write(40)
  link.answered()
  socket().message(interim(0, 1.5, 'ma box'))
  socket().message(final(0, 1.6, 'Ma box.', true))
  write(50, true)
  socket().message(final(1.6, 1, 'oui', true))
  expect(texts(events)).toEqual(['ma box', 'oui', '|'])
})

test('what the caller adds to answered words is reported alone', () => {
  const { events, link, socket, write } = setUp()
  socket().open()
  write(50, true)
  socket().message(interim(0, 1, 'ma box'))
  write(40)
  link.answered()
  write(50, true)
  socket().message(final(0, 2.8, 'ma box ne marche plus', true))
  expect(texts(events)).toEqual(['ma box', 'ne marche plus', '|'])
})

test('audio whose words were answered is not sent again, what came after them is', async () => {
  const { clock, link, pending, socket, write } = setUp()
  socket().open()
  write(50, true)
  socket().message(interim(0, 0.8, 'ma box'))
  write(40)
  link.answered()
  expect(pending()).toBe(50 * 160)
  socket().down({ reason: 'closed' })
  await clock.run(0)
  socket().open()
  expect(socket().audio[0]).toBe(41)
})
