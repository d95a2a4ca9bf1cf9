// The machine's inputs for each input of the model: what the caller says, keys and does.

import type { Desk } from '../../../src/desk/desk.ts'
import type { DialogueState } from '../../../src/dialogue/dialogue-machine.ts'
import type { DialogueInput } from '../../../src/dialogue/types.ts'
import type { Understanding } from '../../../src/understanding/types.ts'
import { understand } from '../../../src/understanding/understand.ts'
import type { EventName } from './memory.ts'

const understood = new WeakMap<Desk, Map<string, Understanding>>()

/** What the rules understand, cached: it depends on little of the state, and a walk needs it often. */
export function reading(text: string, state: DialogueState): Understanding {
  const ofDesk = understood.get(state.desk) ?? new Map<string, Understanding>()
  understood.set(state.desk, ofDesk)
  const key = [text, state.name, state.asking, state.digits, state.known.topic].join()
  const found = ofDesk.get(key) ?? understand(text, state)
  ofDesk.set(key, found)
  return found
}

const said =
  (text: string) =>
  (state: DialogueState): readonly DialogueInput[] => [{ kind: 'said', understanding: reading(text, state) }]
const keys = (pressed: string) => () => [...pressed].map((key) => ({ kind: 'key', key }) as const)
const input = (given: DialogueInput) => () => [given]

/** What the caller says, keys and does for each input of the model. */
export const inputs: Record<EventName, (state: DialogueState) => readonly DialogueInput[]> = {
  NONSENSE: said('il pleut sur la ville ce soir là'),
  GREETING: said('bonjour'),
  BACK: said('allô'),
  YES: said('oui'),
  NO: said('non'),
  DONE: said("c'est fait"),
  STUCK: said('ça ne marche toujours pas'),
  CONFUSED: said("je n'ai pas compris"),
  SOLVED: said('ça remarche'),
  REPEAT: said('répétez'),
  WAIT: said('attendez'),
  HUMAN: said('un conseiller'),
  BYE: said('au revoir'),
  INTERNET: said('internet'),
  BOX: said('ma box ne marche plus'),
  MOBILE: said('mon mobile'),
  SIM: said('ma carte sim ne marche plus'),
  NAME: said("je m'appelle martin"),
  NUMBER: said('06 12 34 56 78'),
  PIECE: said('zéro six douze'),
  AMBIGUOUS: said('zéro un quarante quatre vingt deux trente trente cinq'),
  OBJECTION: said('sans enregistrement'),
  KEY_0: keys('0'),
  KEY_1: keys('1'),
  KEY_2: keys('2'),
  KEY_3: keys('3'),
  KEY_4: keys('4'),
  KEY_5: keys('5'),
  KEY_8: keys('8'),
  KEY_9: keys('9'),
  KEY_STAR: keys('*'),
  KEY_HASH: keys('#'),
  KEYS_NUMBER: keys('0612345678'),
  START: input({ kind: 'start' }),
  RESUMED: input({ kind: 'start', resumed: true }),
  SILENCE: input({ kind: 'silence' }),
  UNHEARD: input({ kind: 'unheard' }),
  TECHNICIAN: input({ kind: 'technician', available: true }),
  NO_TECHNICIAN: input({ kind: 'technician', available: false }),
  TIME_UP: input({ kind: 'timeUp' }),
  OPERATOR_TAKES: input({ kind: 'operator', wants: 'transfer' }),
  SERVER_STOPS: input({ kind: 'operator', wants: 'goodbye' }),
  FAILED: input({ kind: 'failed' }),
}
