// Turns that the desk could not use are kept in the record: at which question, in which words, and when the caller
// began to speak.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { CallLab } from '../support/lab/call-lab.ts'

setDefaultTimeout(60_000)

/** Time passes until the call has answered. */
async function untilAnswered(lab: CallLab, act: () => Promise<void> | void): Promise<void> {
  const { turn } = lab.info!
  await act()
  while (lab.info!.turn === turn) await lab.run(20)
  await lab.untilQuiet()
}
const answers = (lab: CallLab, text: string) => untilAnswered(lab, () => lab.says(text))

/** What the record of the call has, once the call is over. */
function kept(lab: CallLab) {
  lab.hangUp()
  return lab.kept[0]!.details
}

const clouds = 'il y a des nuages au dessus de la montagne'

test('a turn that nothing was understood of is kept with its question, topic and beginning', async () => {
  const lab = new CallLab()
  await lab.untilQuiet()
  await answers(lab, 'ma box internet ne marche plus')
  const beganMs = lab.nowMs
  await answers(lab, clouds)
  const { notUnderstood, transcript } = kept(lab)
  expect(notUnderstood).toEqual([
    { question: 'name', topic: 'internet', language: 'fr', text: clouds, atMs: expect.any(Number) },
  ])
  const { atMs } = notUnderstood[0]!
  expect(atMs).toBeWithin(beganMs, beganMs + 200)
  // The transcript has the words when the turn is over.
  expect(atMs).toBeLessThan(transcript.find(({ text }) => text === clouds)!.atMs - 2_000)
})

test('turns that made sense are not kept', async () => {
  const lab = new CallLab()
  await lab.untilQuiet()
  await answers(lab, 'ma box internet ne marche plus')
  await answers(lab, 'Paul Durand')
  expect(kept(lab).notUnderstood).toEqual([])
})

test('speech without words is kept without any, and a key as a key', async () => {
  const lab = new CallLab()
  await lab.untilQuiet()
  await untilAnswered(lab, () => lab.mumbles(900))
  await untilAnswered(lab, () => lab.key('7'))
  expect(kept(lab).notUnderstood.map(({ question, text }) => [question, text])).toEqual([
    ['open', ''],
    ['open', '⌨ 7'],
  ])
})

test('a cough before the question is no part of the turn that follows it', async () => {
  const lab = new CallLab()
  await lab.untilQuiet()
  await lab.says('ma box internet ne marche plus')
  while (lab.info!.phase !== 'speaking') await lab.run(20)
  await lab.run(200)
  await lab.mumbles(120)
  await lab.untilQuiet()
  await lab.run(2_000)
  const askedMs = lab.nowMs
  await answers(lab, clouds)
  const [turn] = kept(lab).notUnderstood
  expect(turn).toMatchObject({ question: 'name', text: clouds })
  expect(turn!.atMs).toBeGreaterThanOrEqual(askedMs)
})

test('while a number is dictated, the words are hidden as they are in the transcript', async () => {
  const lab = new CallLab({ policy: 'notice', pausesForNumbers: true })
  await lab.untilQuiet()
  await answers(lab, 'ma box internet ne marche plus')
  await answers(lab, 'Paul Durand')
  await answers(lab, clouds)
  expect(kept(lab).notUnderstood).toMatchObject([{ question: 'phone', text: '•••' }])
})
