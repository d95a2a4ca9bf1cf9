// What a call begins with: language, desk and the caller’s line, as the dialplan announced them, or the defaults. What
// this server does not offer changes nothing: the caller hears the default, and the operator learns of it.

import type { AnnouncedCall, CallStart } from '../calls/call-start.ts'
import { lineNumber } from '../understanding/phone.ts'
import type { ServerContext } from './context.ts'
import { numberEntry } from './desk/dialled-numbers.ts'
import { defaultDesk } from './desk/read-desks.ts'
import type { SpeechParts } from './speech.ts'

export type CallStarts = {
  /** @param announced undefined for a call that was not announced */
  of(announced: AnnouncedCall | undefined): CallStart
}

/** A value that may be shown: letters only, because a slip in the dialplan can put a number there. */
const showable = /^[a-z_-]+$/i

export function createCallStarts(
  { config, log, metrics }: ServerContext,
  { languages, desk: desks }: Pick<SpeechParts, 'languages' | 'desk'>,
): CallStarts {
  const unknownTotal = (what: string) =>
    metrics.counter('announced_unknown_total', 'Announced languages and desks that are not offered', { what })
  const counters = { language: unknownTotal('language'), desk: unknownTotal('desk') }
  const logged = new Set<string>()
  const refused = (what: keyof typeof counters, value: string) => {
    counters[what].add()
    // Once: a slip in the dialplan concerns every call.
    if (logged.has(what)) return
    logged.add(what)
    log.warn('the dialplan announced a value that is not offered; the default is used', {
      what,
      ...(showable.test(value) && { value }),
    })
  }
  return {
    of({ dialled, callerNumber, callerName, ...announced } = {}) {
      const entry = dialled === undefined ? undefined : numberEntry(desks.current(), dialled, config.LANGUAGE)
      // What the dialplan says of this call comes before what the table says of its number.
      const { language = entry?.language, desk = entry?.desk } = announced
      const isOffered = language === undefined || languages.includes(language)
      if (!isOffered) refused('language', language)
      const isDesk = desk === undefined || desks.has(desk)
      if (!isDesk) refused('desk', desk)
      const line = callerNumber === undefined ? undefined : lineNumber(callerNumber, config.LANGUAGE)
      return {
        language: isOffered && language !== undefined ? language : config.LANGUAGE,
        desk: isDesk && desk !== undefined ? desk : defaultDesk,
        dialled: dialled ?? null,
        callerNumber: line ?? null,
        // The name of an extension, or of a caller who withholds the number, is nobody's business.
        callerName: (line !== undefined && callerName) || null,
        greeting: entry?.greeting ?? null,
        queue: entry?.queue ?? null,
      }
    },
  }
}
