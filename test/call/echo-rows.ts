// The rows of the labelled echo set, and what each must show.

import type { EchoRow } from './echo-set.ts'

type Rows = Record<string, EchoRow>

const levelsDb = [-6, -12, -20, -30]
const loudDb = [-6, -12]

/** Rows of the same kind at several levels of the echo. */
const at = (levels: readonly number[], title: string, row: Omit<EchoRow, 'echoDb'>): Rows =>
  Object.fromEntries(levels.map((echoDb) => [`${title}, echo ${echoDb} dB`, { ...row, echoDb }]))

/** Nobody but the agent: nothing may interrupt him. */
export const aloneRows: Rows = {
  ...at(levelsDb, 'agent alone', {}),
  ...at(loudDb, 'agent alone, overloaded', { isOverloaded: true }),
  ...at(loudDb, 'agent alone, codec twice', { isCoded: true }),
  ...at(loudDb, 'agent alone, codec twice, 100 ppm', { isCoded: true, ppm: 100 }),
  ...at(loudDb, 'agent alone, 2 % lost', { lost: 0.02 }),
  ...at(loudDb, 'agent alone, silence suppressed', { suppressesSilence: true }),
}

/** A caller of -20 dB talks over the agent, and must be heard. */
export const callerRows: Rows = {
  ...at(levelsDb, 'caller', { callerDb: -20 }),
  ...at(loudDb, 'caller, overloaded', { isOverloaded: true, callerDb: -20 }),
  ...at(loudDb, 'caller, codec twice', { isCoded: true, callerDb: -20 }),
  ...at(loudDb, 'caller, codec twice, 100 ppm', { isCoded: true, ppm: 100, callerDb: -20 }),
  ...at(loudDb, 'caller, 2 % lost', { lost: 0.02, callerDb: -20 }),
  ...at(loudDb, 'caller, silence suppressed', { suppressesSilence: true, callerDb: -20 }),
}

/** As loud as the echo at the microphone. */
export const softRows: Rows = at([-6], 'caller of -26 dB', { callerDb: -26 })

/** Telephones without echo: as if there were no canceller. */
export const noEchoRows: Rows = {
  'no echo, caller': { echoDb: undefined, callerDb: -20 },
  'no echo, caller from 1.5 s on': { echoDb: undefined, callerDb: -20, fromMs: 1_500 },
  'no echo, caller of -30 dB': { echoDb: undefined, callerDb: -30 },
}

/** From second 5 on the echo comes 150 ms later. */
export const movedRows: Rows = {
  'agent alone, echo moves': { echoDb: -10, shift: { atMs: 5_000, byMs: 150 }, seconds: 9 },
}

/** A caller who goes on while the agent does. */
export const doubleRows: Rows = Object.fromEntries(
  [-20, -14].map((callerDb) => [
    `5 s of a caller of ${callerDb} dB, echo -10 dB`,
    { echoDb: -10, callerDb, talksMs: 5_000, seconds: 12 },
  ]),
)
