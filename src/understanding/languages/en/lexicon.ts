// English as callers speak it on the telephone: the same rules as French, with fewer variants.

import { anyOf, type Lexicon } from '../../lexicon.ts'
import { englishAsides } from './asides.ts'

const person =
  '(?:adviser|advisor|agent|human|human being|person|real person|technician|operator|representative|someone|somebody|colleague|supervisor)'
const not =
  "(?:not|isn't|doesn't|won't|don't|didn't|never|no longer|still not|still doesn't|still isn't|still won't)"

/** "to be recorded", "you to record this call", "a recording". */
const aboutRecording = '(?: (?:to|be|being|you|this|the|my|call|conversation|it|me|a|any|that|is|with))*'

export const english: Lexicon = {
  plain: (text) => text,
  softYes: anyOf("no problem|no worries|why not|not bad|i don't mind|don't mind if i do"),
  supposed: anyOf('(?:know|wonder|see|check|sure|tell)(?: you)? (?:if|whether) .*?(?= but|$)'),
  strongYes: anyOf(
    "yes|yeah|yep|yup|(?<!not )sure|exactly|absolutely|of course|indeed|certainly|definitely|that's (?:right|it|correct|me|my number)|that is (?:right|correct)|correct|affirmative|it (?:works|is working|'s working)(?: now| again)?|it's (?:working|fixed|back|good|fine|ok|okay)|works (?:now|again|fine)|all good|fixed|solved|please do|go ahead|i do|i would(?! rather| not| prefer)|perfect",
  ),
  weakYes: anyOf('ok|okay|all right|alright|right|good|fine|great'),
  no: anyOf(
    `no|nope|nah|negative|not (?:really|at all|quite|exactly|yet|correct|right|my)|wrong|incorrect|absolutely not|it ${not} (?:work|working|works|help|helped)|(?:it|that) (?:did not|does not|has not) (?:work|help|change)|still (?:not|nothing|broken|the same|down|no)|nothing (?:changed|works|happened)|no change|same (?:thing|problem)|i don't think so|no good|i don't|(?:rather|prefer) not|would not|never`,
  ),
  finalNo: anyOf('no thanks|no thank you|absolutely not|certainly not'),
  declines: /^(?:uh |um |oh |well )*(?:no|nope|nah)(?![a-z])(?!.*(?:yes|please do|call me))/g,
  accepts: anyOf(
    '(?:whenever|when) you (?:like|want|can)|as soon as (?:possible|you can)|any ?time|(?:tomorrow|tonight|monday|tuesday|wednesday|thursday|friday) (?:morning|afternoon|evening|is fine)|on my (?:mobile|cell|phone)',
  ),
  unsure: anyOf("don't know|no idea|maybe|perhaps|not sure|it depends|i wonder"),
  torn: /^no (?:it's|that's) (?:good|fine|ok|okay)$/g,
  butNot: anyOf(
    "(?:but|except)(?: [a-z'-]+){0,4}? (?:not|doesn't|isn't|no|slow|slowly|still)(?! (?:problem|matter))|except (?:the|my)",
  ),
  works: anyOf(
    '(?<!not |still )(?:works|working|back|online|steady|green)|i have (?:internet|signal|wi-?fi|a signal)',
  ),
  worksNot: anyOf(
    `${not} (?:work|working|connect|connected|turn on|online)|no (?:internet|signal|connection|wi-?fi|network)|still (?:off|red|slow|down|dead)|blinking|is red`,
  ),
  human: {
    noun: anyOf(person),
    wish: anyOf(
      'want|would like|like|need|speak|talk|get|give|put|pass|transfer|connect|please|prefer|can i|could i|now',
    ),
    with: anyOf('an?|the|yes|no|ok|please|hello|hi|real|just|now|thanks|thank you|and|to|sir|madam'),
    refused: anyOf(
      `(?:do not|don't) (?:want|need) (?:to (?:speak|talk) (?:to|with) )?(?:an? |the )?${person}`,
    ),
    notWish: anyOf(
      `${person} (?:came|was|has|did|told|said)|i (?:already )?(?:saw|spoke to|had) (?:an? |the )?${person}|is (?:someone|somebody|anyone) there|appointment`,
    ),
    always: anyOf(
      "(?:tired of|don't want|not|hate|stop).*(?:robot|machine|computer|bot)|speak to someone|talk to someone|real person|conseiller|conseillere|technicien|un humain|parler a quelqu'un|parlez francais|(?:speak|in) french",
    ),
  },
  objects: anyOf(
    `(?:i |we )?(?:do not|don't|dont|would not|wouldn't|would rather not|rather not|prefer not|refuse)(?: want| wish| agree| consent| like)?${aboutRecording} ?record(?:ed|ing|ings)?(?: (?:me|this|the|my|call|conversation|it))*`,
    "(?:please )?(?:do not|don't|dont) record(?: (?:me|this|the|my|call|conversation|it))*(?! (?:number|on|channel))",
    '(?:please )?(?:stop|end|switch off|turn off|delete)(?: (?:the|this|my))? record(?:ing)?(?: (?:me|this|the|call|it))*(?! (?:on|of|from))',
    '(?<!(?:have|has|got|is|was|are|were|there|find|see) )(?:no|without)(?: (?:a|any|being|the))* record(?:ing|ed)(?! (?:on|of|from))',
    'i object(?: to(?: (?:the|this|being|any))* record(?:ing|ed))?',
  ),
  goodbye: anyOf(
    "goodbye|good bye|bye|bye bye|see you|have a (?:nice|good) (?:day|evening|one)|i(?:'ll| will) hang up|i have to go|good night",
  ),
  leaves: anyOf("i(?:'ll| will) (?:call back|call again)|never mind|forget it"),
  notGoodbye: anyOf("don't hang up|do not hang up"),
  repeat: anyOf(
    "repeat|say (?:that|it) again|once more|one more time|come again|pardon me|(?:could not|couldn't|can't|cannot|didn't|did not) hear|what did you say|louder|slower|more slowly|again please",
  ),
  repeatAlone: /^(?:uh |um |sorry )?(?:what|pardon|sorry|excuse me|huh|again)$/g,
  wait: anyOf(
    "wait|hold on|hang on|one (?:moment|second|minute|sec)|a (?:moment|second|minute|sec)|just a (?:moment|second|minute|sec)|give me|let me (?:see|check|look|get|find|try)|not yet|bear with me|i(?:'m| am) (?:looking|checking|trying|on it)|two minutes",
  ),
  notWait: anyOf(
    "(?:for|since|after|been|every) (?:a|one|two|ten) (?:moment|second|minute)s?|i(?:'ve| have) (?:been )?wait(?:ed|ing)?|tired of waiting|how long",
  ),
  done: anyOf(
    "done|finished|ready|i(?:'ve| have)? (?:done|did|unplugged|plugged|restarted|checked|turned|switched|removed|put|rebooted|looked)|it(?:'s| is) (?:done|on|back on|plugged|restarted|off|green|steady)|completed|next(?: step)?",
  ),
  notDone: anyOf("not (?:done|finished|ready|yet)|i haven't|i have not"),
  stuck: anyOf(
    `(?:it|that|this) ${not} (?:work|working|works|help|change|help)|(?:did not|does not|doesn't|didn't|won't|isn't) (?:work|working|help|change|turn on)|still (?:not|nothing|broken|the same|no|down|red)|i (?:can't|cannot|can not)(?! (?:understand|hear|find|see))|impossible|nothing (?:changed|works|happens|happened)|no change|same (?:thing|problem)|stuck`,
  ),
  confused: anyOf(
    "(?:don't|do not|didn't|did not|can't|cannot) (?:understand|get it|see|find|know|follow)|how (?:do|can|should) i|what (?:is|do you mean|does that mean|should i|cable|light|button)|where (?:is|do|are)|which (?:one|cable|light|button|plug)|explain|lost|confused|help me",
  ),
  numberKind: anyOf(
    "(?:home |mobile |cell )?(?:phone|mobile|cell|landline|number)(?! (?:does|is not|isn't|has|won't|no longer))",
  ),
  asides: englishAsides,
  names: {
    introduced: [
      /(?:my (?:last |first |family )?name is|my name's|i am called|the name is|the name's|under the name(?: of)?|i'm called)\s+(.+)/iu,
      /(?:^|[\s,.])(?:this is|it's|i'm|i am)?\s*((?:mister|mr|mrs|miss|ms|doctor)\.?\s+.+)/iu,
      /(?:^|[\s,.])(?:this is)\s+(.+?)\s+(?:speaking|here)/iu,
      /^(.+?)\s+speaking/iu,
    ],
    title: /^(?:mister|mr|mrs|miss|ms|doctor|dr|and)$/iu,
    filler:
      /^(?:yes|yeah|so|uh|um|er|well|hello|hi|ok|okay|it's|its|it|is|my|name|name's|the|i'm|i|am|this|please|sure|last|first|family|oh)$/iu,
    stop: /^(?:box|internet|mobile|phone|problem|working|work|works|not|no|my|wifi|connection|network|number|adviser|agent|client|customer|with|since|that|who|what|how|why|want|would|know|wait|repeat|can|could|a|the|call|calling|here|zero|one|two|three|four|five|six|seven|eight|nine|ten|at|in|on|because|but|you|your|are|have|has|had|broken|down|does|do|don't|and|for|of|to|speak|human|someone|person|pardon|sorry|understand|lost)$/iu,
    tail: /\s*(?:\band (?:my|i|the)\b|\bmy\b|\bi\b|\bi'm\b|\bplease\b|\bthank\b|\bthanks\b|\bspelled\b|\bfrom\b|\bcalling\b|\bspeaking\b|\bhere\b|\bthe number\b|\d).*$/isu,
  },
}
