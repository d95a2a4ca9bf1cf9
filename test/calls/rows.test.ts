import { expect, test } from 'bun:test'
import { longSilenceMs } from '../../src/calls/needs-help.ts'
import { CallLab } from '../support/lab/call-lab.ts'

const rowOf = (lab: CallLab) => lab.registry.row(lab.connection.callId)!

test('a row says who speaks, and since when nobody does', async () => {
  const lab = new CallLab()
  await lab.run(1_000)
  expect([rowOf(lab).speaking, rowOf(lab).quietSinceWallMs]).toEqual(['agent', null])
  await lab.untilQuiet()
  const since = rowOf(lab).quietSinceWallMs!
  await lab.run(3_000)
  expect(rowOf(lab).quietSinceWallMs).toBe(since)
  const quietMs = lab.clock.wallMs() - since
  expect(quietMs).toBeGreaterThanOrEqual(3_000)
  expect(quietMs).toBeLessThan(longSilenceMs)
  expect(lab.registry.rows().map(({ id }) => id)).toEqual([lab.connection.callId])
  lab.hangUp()
  expect([lab.registry.rows(), lab.registry.row(lab.connection.callId)]).toEqual([[], undefined])
})

test('a row has the line that calls and its name, until the caller gives others', async () => {
  const start = {
    ...{ language: 'fr', desk: 'desk', dialled: '0970123456' },
    ...{ callerNumber: '0612345678', callerName: 'MARTIN', greeting: null, queue: null },
  }
  const lab = new CallLab({ start })
  await lab.untilQuiet()
  expect(rowOf(lab)).toMatchObject({ phone: '0612345678', name: 'MARTIN', dialled: '0970123456' })
  await answers(lab, 'ma box internet ne marche plus')
  // The desk asks for no name where it knows the line; a caller who says it is called by it.
  await answers(lab, "oui c'est ça, je m'appelle Paul Durand")
  expect(rowOf(lab)).toMatchObject({ phone: '0612345678', name: 'Paul Durand' })
})

/** Says it, and waits for the answer to end. */
async function answers(lab: CallLab, text: string): Promise<void> {
  const { turn } = lab.info!
  await lab.says(text)
  while (lab.info!.turn === turn) await lab.run(20)
  await lab.untilQuiet()
}

test('turns that the desk cannot use are counted, and those in a row until one that makes sense', async () => {
  const lab = new CallLab({ hearsWords: true })
  await lab.untilQuiet()
  expect(rowOf(lab).troubles).toEqual({ notUnderstood: 0, silences: 0, complaints: 0, stuck: 0 })
  await answers(lab, 'bonjour')
  expect(rowOf(lab).troubles).toMatchObject({ notUnderstood: 1, stuck: 1 })
  await answers(lab, 'ma box internet ne marche plus')
  expect(rowOf(lab).topic).toBe('internet')
  expect(rowOf(lab).troubles).toMatchObject({ notUnderstood: 1, stuck: 0 })
  await answers(lab, 'il y a des nuages au dessus de la montagne')
  expect(rowOf(lab).troubles.notUnderstood).toBe(2)
})

test('a silence and an angry turn are counted', async () => {
  const lab = new CallLab()
  await lab.untilQuiet()
  await answers(lab, "ça fait trois jours c'est scandaleux")
  expect(rowOf(lab).troubles.complaints).toBe(1)
  const { turn } = lab.info!
  while (lab.info!.turn === turn) await lab.run(20)
  await lab.untilQuiet()
  expect(rowOf(lab).troubles).toMatchObject({ silences: 1, stuck: 1 })
})
