// What a call begins with, as the first line of its inputs has it.

import type { Texts } from '../../desk/texts.ts'
import type { SessionDeps } from '../session-deps.ts'
import { type CallSettings, inputsVersion } from './types.ts'

/** The line that is another one every day: it is played again as this call had it. */
const ofTheDay = 'message_of_the_day'

export function settingsOf(deps: SessionDeps): CallSettings {
  const { language, texts, model, policy, pausesForNumbers, resumed, agent } = deps
  const offered = deps.offered ?? [{ texts, model }]
  return {
    kind: 'settings',
    version: inputsVersion,
    language,
    offered: offered.map((one) => ({
      language: one.texts.language,
      hasModel: one.model !== undefined,
      message: messageIn(one.texts),
    })),
    hearsWords: deps.stt.hearsWords,
    callerNumber: deps.callerNumber ?? null,
    greeting: deps.greeting ?? null,
    policy,
    pausesForNumbers,
    maxCallMs: agent.maxCallMs,
    fillAfterMs: agent.fillAfterMs,
    ...(resumed && {
      resumed: {
        known: { ...resumed.known, ...copied(resumed.known) },
        choice: resumed.choice,
        noticeHeard: resumed.noticeHeard,
        checkpoint: resumed.checkpoint,
        ...(resumed.words && { words: resumed.words.map((entry) => ({ ...entry })) }),
      },
    }),
  }
}

function messageIn({ lines }: Texts): string | null {
  const line = lines[ofTheDay]
  return typeof line === 'string' ? line : null
}

/** The texts of a call that is played again, with the message of its own day. */
export function withMessage(texts: Texts, message: string | null): Texts {
  const { [ofTheDay]: _, ...lines } = texts.lines
  return { ...texts, lines: message === null ? lines : { ...lines, [ofTheDay]: message } }
}

/** The lists of what is known, as lists of their own. */
const copied = ({ stepsDone, tried, notes }: NonNullable<SessionDeps['resumed']>['known']) => ({
  stepsDone: [...stepsDone],
  tried: [...tried],
  notes: [...notes],
})
