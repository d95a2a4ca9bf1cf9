// The telephone number in the model: asked for, dictated and read back in at most two tries, during identification and
// for a call-back.

import type { EventName } from './memory.ts'
import { each, heard, type Move, type Moves, unlessHolding, unlessThere } from './moves.ts'

const problems: readonly EventName[] = ['INTERNET', 'MOBILE', 'BOX', 'SIM']

export type NumberPart = {
  /** Targets without a number and with one. */
  without: string
  accepted: string
  /** What naming a problem does, before it counts as a failed try. */
  orProblem: (...meant: readonly Move[]) => readonly Move[]
  /** Actions of every move for words. */
  also: readonly string[]
  /** It works again. */
  solved: Move
}

export function numberStates({ without, accepted, orProblem, also, solved }: NumberPart) {
  const leave: Move = { target: without, actions: ['understand', 'leaveNumber'] }
  const again: readonly Move[] = [
    { guard: 'lastPhone', target: without, actions: ['tryPhone', 'understand', 'leaveNumber'] },
    { target: 'phone', actions: ['tryPhone'] },
  ]
  // Words without a digit in the middle of a number leave what was said so far.
  const beside: readonly Move[] = [{ guard: 'dictatingOn', actions: ['climb'] }, ...again]
  const reject = again.map((move) => ({ ...move, actions: ['understand', ...(move.actions ?? [])] }))
  const accept: Move = { target: accepted, actions: ['understand', 'learnPhone', 'leaveNumber'] }
  const takeBack: readonly Move[] = [{ guard: 'dictating', actions: ['restart', 'understand'] }, ...again]
  // Failing to identify never ends in a transfer.
  const unclear: readonly Move[] = [{ ...leave, guard: 'lastRung' }, { actions: ['climb'] }]
  const phone: Moves = {
    ...heard(
      {
        AMBIGUOUS: again,
        ...each(['CONFUSED', 'NAME'], beside),
        ...each(['NONSENSE', 'GREETING'], unlessHolding(...beside)),
        ...each(['YES', 'DONE'], unlessThere(...beside)),
        ...each(['NO', 'STUCK'], takeBack),
        ...each(problems, orProblem(...beside)),
        SOLVED: solved,
        NUMBER: { target: 'phoneConfirm', actions: ['readBack'] },
        PIECE: { actions: ['dictate'] },
      },
      ...also,
    ),
    ...heard({
      KEY_0: { actions: ['dictateZero'] },
      KEY_STAR: { actions: ['restart'] },
      KEY_HASH: [{ guard: 'loneZero', target: '#transfer' }, { ...leave, guard: 'noDigits' }, ...again],
      KEYS_NUMBER: { target: 'phoneConfirm', actions: ['readBack', 'byKeys'] },
    }),
    SILENCE: [
      { guard: 'loneZero', target: '#transfer' },
      { guard: 'lastSilence', target: '#bye' },
      { actions: ['silent'] },
    ],
  }
  const phoneConfirm: Moves = {
    ...heard(
      {
        ...each(['CONFUSED', 'NAME'], unclear),
        ...each(['NONSENSE', 'GREETING', 'PIECE'], unlessHolding(...unclear)),
        ...each(['NO', 'STUCK', 'AMBIGUOUS'], reject),
        ...each(problems, orProblem(...unclear)),
        YES: unlessThere(accept),
        DONE: unlessThere(...unclear),
        // Saying the same number again means yes.
        NUMBER: accept,
        SOLVED: solved,
      },
      ...also,
    ),
    ...heard({
      KEY_1: accept,
      KEY_2: reject,
      ...each(['KEY_3', 'KEY_4', 'KEY_5'], unclear),
      KEY_9: unclear,
      // The # that the question asked for ends the number and does not answer the read-back.
      KEY_HASH: [{ guard: 'justKeyed' }, leave],
    }),
  }
  return { phone: { on: phone }, phoneConfirm: { on: phoneConfirm } }
}
