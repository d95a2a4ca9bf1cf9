// French as callers speak it on the telephone: without "ne", shortened, and as recognisers write it. One file of rules
// for each kind of thing that is read: answers, working, steps, wishes, human, asides, names.

import { anyOf, type Lexicon } from '../../lexicon.ts'
import { frenchAccepts, frenchAnswers, frenchDeclines } from './answers.ts'
import { frenchAsides } from './asides.ts'
import { frenchHuman } from './human.ts'
import { frenchNames } from './names.ts'
import { plainFrench } from './plain.ts'
import { frenchObjects } from './recording.ts'
import { frenchSteps } from './steps.ts'
import { frenchWishes } from './wishes.ts'
import { frenchWorking } from './working.ts'

export const french: Lexicon = {
  plain: plainFrench,
  ...frenchAnswers,
  ...frenchWorking,
  declines: frenchDeclines,
  accepts: frenchAccepts,
  human: frenchHuman,
  objects: frenchObjects,
  ...frenchWishes,
  ...frenchSteps,
  numberKind: anyOf(
    "(?:telephone )?(?:portable|mobile|fixe|telephone)(?: (?:portable|mobile|fixe|perso|personnel|pro|professionnel))?(?! (?:ne |n'|qui |est (?!le |au |c'est |zero )|marche|fonctionne|capte|a |plus|pas|bug|rame))",
  ),
  asides: frenchAsides,
  names: frenchNames,
}
