// French as callers speak it on the telephone: without its "ne", cut short, and as recognisers write it. The rules by
// what they read: french-answers, french-steps, french-wishes, french-human, french-topics, french-asides, french-names.

import { frenchAccepts, frenchAnswers, frenchDeclines } from './french-answers.ts'
import { frenchAsides } from './french-asides.ts'
import { frenchHuman } from './french-human.ts'
import { frenchNames } from './french-names.ts'
import { plainFrench } from './french-plain.ts'
import { frenchSteps } from './french-steps.ts'
import { frenchTopics } from './french-topics.ts'
import { frenchWishes } from './french-wishes.ts'
import { frenchWorking } from './french-working.ts'
import type { Lexicon } from './lexicon.ts'

export const french: Lexicon = {
  plain: plainFrench,
  ...frenchAnswers,
  ...frenchWorking,
  declines: frenchDeclines,
  accepts: frenchAccepts,
  human: frenchHuman,
  ...frenchWishes,
  ...frenchSteps,
  ...frenchTopics,
  asides: frenchAsides,
  names: frenchNames,
}
