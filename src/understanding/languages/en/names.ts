// Words around an English name, and words that are no name. For text as recognised (names.ts).

export const englishNames = {
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
} as const
