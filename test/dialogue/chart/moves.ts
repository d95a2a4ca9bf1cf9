// How the model's chart is written: moves as plain data, and the ladders that every question shares.

import { type EventName, wordEvents } from './memory.ts'

export type Move = { guard?: string; target?: string; actions?: readonly string[] }
export type Moves = Partial<Record<EventName, Move | readonly Move[]>>

export const stay: Move = {}

/** Every one of these events does the same. */
export const each = (events: readonly EventName[], moves: Move | readonly Move[]): Moves =>
  Object.fromEntries(events.map((event) => [event, moves]))

/** The caller spoke or keyed: `hear` comes first in every one of these moves, and `also` after it. */
export const heard = (moves: Moves, ...also: string[]): Moves =>
  Object.fromEntries(
    Object.entries(moves).map(([event, given]) => [
      event,
      [given].flat().map((move) => ({ ...move, actions: ['hear', ...also, ...(move.actions ?? [])] })),
    ]),
  )

/** Not understood: put otherwise, then for the keys, then a human. */
export const ladder: readonly Move[] = [{ guard: 'lastRung', target: '#transfer' }, { actions: ['climb'] }]

/** The caller says that they are there, and nothing else. */
export const unlessThere = (...meant: readonly Move[]): readonly Move[] => [{ guard: 'onlyThere' }, ...meant]

/** Words to somebody else, while the caller asked us to wait. */
export const unlessHolding = (...meant: readonly Move[]): readonly Move[] => [
  { guard: 'holding', actions: ['hold'] },
  ...meant,
]

/** Another problem than the one in hand, once there were steps. */
export const orOtherProblem = (...meant: readonly Move[]): readonly Move[] => [
  { guard: 'otherProblem', target: '#newProblem', actions: ['learnProblem', 'understand'] },
  { guard: 'otherSymptom', target: '#newProblem', actions: ['learnProblem', 'understand'] },
  ...meant,
]

/** What an open question does with an input that means nothing to it, and with what means the same everywhere. */
export const everywhere: Moves = {
  ...heard({
    ...each(wordEvents, ladder),
    ...each(['NONSENSE', 'GREETING', 'PIECE'], unlessHolding(...ladder)),
    ...each(['YES', 'DONE'], unlessThere(...ladder)),
    ...each(['REPEAT', 'BACK', 'KEY_STAR'], stay),
    ...each(['KEY_1', 'KEY_2', 'KEY_3', 'KEY_9', 'KEY_HASH'], ladder),
    WAIT: { actions: ['hold'] },
    HUMAN: { target: '#transfer' },
    KEY_0: { target: '#transfer' },
    BYE: { target: '#bye' },
  }),
  SILENCE: [{ guard: 'lastSilence', target: '#bye' }, { actions: ['silent'] }],
  UNHEARD: [
    { guard: 'holding', actions: ['forgetKey'] },
    { guard: 'lastUnheard', target: '#transfer' },
    { actions: ['noWords'] },
  ],
}

/** What ends every call, also before its first word. */
export const ends: Moves = {
  TIME_UP: { target: '#bye' },
  SERVER_STOPS: { target: '#bye' },
  OPERATOR_TAKES: { target: '#transfer' },
  FAILED: { target: '#failed' },
}
