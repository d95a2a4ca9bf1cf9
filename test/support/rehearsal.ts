// Plays calls of the lab again, and says where they differ first.

import { type Difference, firstDifference } from '../../src/rehearsal/compare.ts'
import { readInputs } from '../../src/rehearsal/read-inputs.ts'
import { replay, type Stage } from '../../src/rehearsal/replay.ts'
import type { KeptCall } from './lab/call-lab.ts'
import { type Played, templatesOf } from './scenarios/run.ts'
import { desk } from './shipped-desk.ts'

/** The desk and the phrases that a scenario was played with. */
export const stageOf = ({ textsIn }: Pick<Played, 'textsIn'>): Stage => ({
  desk,
  texts: (language) => textsIn[language],
  templates: (language) => templatesOf[language],
})

/** @throws when the call cannot be played */
export async function differenceOf(kept: KeptCall, stage: Stage): Promise<Difference | undefined> {
  const inputs = readInputs(kept.inputs)
  if (inputs === undefined) throw new Error('the inputs cannot be read')
  const played = await replay(inputs, stage, kept.startedWallMs)
  if (played === undefined) throw new Error('the call cannot be played')
  return firstDifference(kept.details, played.details, played.until, 0)
}
