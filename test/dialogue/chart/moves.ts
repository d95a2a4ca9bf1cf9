// Building blocks of the model's chart: moves as plain data, and what every question does after misunderstandings.

import { type EventName, wordEvents } from './memory.ts'

export type Move = { guard?: string; target?: string; actions?: readonly string[] }
export type Moves = Partial<Record<EventName, Move | readonly Move[]>>

export const stay: Move = {}

/** Gives each of these events the same moves. */
export const each = (events: readonly EventName[], moves: Move | readonly Move[]): Moves =>
  Object.fromEntries(events.map((event) => [event, moves]))

/** For words and keys: each of these moves begins with the action `hear`, then `also`. */
export const heard = (moves: Moves, ...also: string[]): Moves =>
  Object.fromEntries(
    Object.entries(moves).map(([event, given]) => [
      event,
      [given].flat().map((move) => ({ ...move, actions: ['hear', ...also, ...(move.actions ?? [])] })),
    ]),
  )

/** Not understood: the question in other words, then for the keys, then a human. */
export const ladder: readonly Move[] = [{ guard: 'lastRung', target: '#transfer' }, { actions: ['climb'] }]

/** Except when the caller only says that they are there. */
export const unlessThere = (...meant: readonly Move[]): readonly Move[] => [{ guard: 'onlyThere' }, ...meant]

/** Except when the caller asked us to wait: then the words are for somebody else. */
export const unlessHolding = (...meant: readonly Move[]): readonly Move[] => [
  { guard: 'holding', actions: ['hold'] },
  ...meant,
]

/** A problem other than the current one, once there were steps. */
export const orOtherProblem = (...meant: readonly Move[]): readonly Move[] => [
  { guard: 'otherProblem', target: '#newProblem', actions: ['learnProblem', 'understand'] },
  { guard: 'otherSymptom', target: '#newProblem', actions: ['learnProblem', 'understand'] },
  ...meant,
]

/** Inputs that mean the same at every question, and those that mean nothing to it. */
export const everywhere: Moves = {
  ...heard({
    ...each(wordEvents, ladder),
    ...each(['NONSENSE', 'GREETING', 'PIECE'], unlessHolding(...ladder)),
    ...each(['YES', 'DONE'], unlessThere(...ladder)),
    ...each(['REPEAT', 'BACK', 'KEY_STAR'], stay),
    ...each(['KEY_1', 'KEY_2', 'KEY_3', 'KEY_4', 'KEY_5', 'KEY_9', 'KEY_HASH'], ladder),
    WAIT: { actions: ['hold'] },
    HUMAN: { target: '#transfer' },
    KEY_0: { target: '#transfer' },
    BYE: { target: '#bye' },
  }),
  // The question stays open, and a wait that the caller asked for goes on.
  ...each(
    ['OBJECTION', 'KEY_8'],
    [{ guard: 'holding', actions: ['stillHolds'] }, { actions: ['understand', 'forgetKey'] }],
  ),
  SILENCE: [{ guard: 'lastSilence', target: '#bye' }, { actions: ['silent'] }],
  UNHEARD: [
    { guard: 'holding', actions: ['forgetKey'] },
    { guard: 'lastUnheard', target: '#transfer' },
    { actions: ['noWords'] },
  ],
}

/** Inputs that end every call, even before its first word. */
export const ends: Moves = {
  TIME_UP: { target: '#bye' },
  SERVER_STOPS: { target: '#bye' },
  OPERATOR_TAKES: { target: '#transfer' },
  FAILED: { target: '#failed' },
}
