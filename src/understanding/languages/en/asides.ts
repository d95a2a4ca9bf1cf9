// What English callers say beside the question. The type Asides (lexicon.ts) says what each pattern is for.

import type { Asides } from '../../lexicon.ts'
import { anyOf } from '../../lexicon.ts'

export const englishAsides: Asides = {
  otherDesk: anyOf(
    '(?:cancel|end|terminate|stop) (?:my |the )?(?:contract|subscription|plan|service)|(?:change|upgrade) (?:my |the )?(?:plan|offer|subscription)|sales|new (?:contract|subscription|line|plan)|moving house|i am moving',
  ),
  otherDeskAlone: anyOf('bills?|billing|invoices?|refunds?|payments?|charged|price|prices|delivery|order'),
  notOtherDesk: anyOf("(?:not|isn't|nothing to do with) (?:about |with )?(?:a |my |the )?(?:bill|invoice)s?"),
  solved: anyOf(
    '(?:works|working) (?:now|again)|(?:is|are) back|back (?:on|online|again)|fixed(?: itself)?|solved',
  ),
  hasAgain: anyOf("i have (?:internet|signal|wi-?fi|a signal)|it(?: is|'s) working|it works"),
  back: anyOf(
    "(?:i am|i'm) (?:back|here|still here|ready)|hello|are you (?:still )?there|can you hear me|it's me|i can hear you",
  ),
  backWith: anyOf('yes|yeah|ok|okay|right|so|uh|um|sorry|well|and|now|again|thanks|thank you'),
  refuses: anyOf(
    "(?:rather|prefer) not|(?:don't|do not|won't|will not) (?:want to|give|tell|say|have one|know it|remember)|refuse|none of your business|private|skip|without (?:it|a number)|why do you (?:need|want)",
  ),
  robot: anyOf(
    '(?:are you|is this|am i (?:talking|speaking) to|you are|this is) (?:really |just )?(?:a |an )?(?:robot|machine|computer|bot|recording|human|real person|ai|answering machine)',
  ),
  complaint: anyOf(
    'outrageous|unacceptable|ridiculous|a disgrace|disgraceful|fed up|sick of|useless|terrible|incompetent|furious|angry|(?:for|since) (?:\\w+ )(?:hours|days|weeks|months)|third time|second time',
  ),
  fetches: anyOf(
    "(?:i(?:'ll| will| am|'m)?|let me) (?:get|getting|take|taking|look|looking|check|checking|find|plug|unplug|fetch|grab|go|going)",
  ),
  anotherProblem: anyOf(
    '(?:another|second|different|new) (?:problem|issue|fault)|(?:problem|issue) (?:as well|too)|something else (?:is|that)',
  ),
  noOtherProblem: anyOf('(?:no|not|any|without)(?: a)? (?:other|another|second|different|new)'),
  orders: anyOf(
    'instructions?|prompt|system|json|assistant|developer|jailbreak|dan|intent|answer|you are now|pretend|ignore|forget (?:all|everything|your)|disregard|override|new rules?',
  ),
}
