// What Asterisk is to do when the bot lets go of a call. The dialplan asks once over HTTP (`CURL`), gets a verb it
// knows and the context for the technician, and acts. Nothing a caller said may reach the dialplan as syntax, so
// every value is cut down to letters, digits and a little punctuation here.

import type { Clock, Timer } from '../base/clock.ts'

export type NextStep = {
  verb: 'queue' | 'dial' | 'hangup'
  /** A queue's name, a dial string such as `PJSIP/tech1`, or empty. */
  target: string
  /** Channel variables for the technician's side, by name. */
  variables?: Readonly<Record<string, string>>
}

export type NextStepsOptions = {
  clock: Clock
  /** How long an answer is kept. */
  keepMs: number
  /** Answers kept at once; the oldest yields. */
  capacity: number
  /** For a call that is not known here, after a restart for example: it goes to humans. */
  defaultQueue: string
}
export const nextStepsDefaults = { keepMs: 300_000, capacity: 4_096, defaultQueue: 'support' } as const

export type NextSteps = {
  /**
   * Sets or replaces the answer for a call, and starts its time again.
   *
   * @param isAwaited the call is over and its dialplan asks now
   */
  set(callId: string, step: NextStep, isAwaited?: boolean): void
  /**
   * The answer for the dialplan: `verb|target`, then one `NAME=value` line a variable, each ended by a newline.
   * Asking twice answers the same.
   */
  get(callId: string): string
  /** Forgets the call's answer: it is then one that is not known here. */
  forget(callId: string): void
  /** Resolves when every awaited answer has been asked for, or after `limitMs`: a server that stops waits for this. */
  allAsked(limitMs: number): Promise<void>
  /** Whether there is an answer of the call's own. */
  has(callId: string): boolean
  readonly size: number
}

export function createNextSteps(
  options: Pick<NextStepsOptions, 'clock'> & Partial<NextStepsOptions>,
): NextSteps {
  const { clock, keepMs, capacity, defaultQueue } = { ...nextStepsDefaults, ...options }
  const answers = new Map<string, { text: string; untilMs: number }>()
  const unknown = nextStepText({ verb: 'queue', target: defaultQueue })
  /** Calls that are over and whose dialplan has not asked yet, and when they ended. */
  const awaited = new Map<string, number>()
  let whenAsked: (() => void) | undefined

  const forgetOld = () => {
    for (const [callId, answer] of answers) {
      if (answer.untilMs > clock.now()) return
      answers.delete(callId)
      awaited.delete(callId)
    }
  }
  const find = (callId: string) => {
    forgetOld()
    return answers.get(callId.toLowerCase())
  }
  return {
    set(callId, step, isAwaited = false) {
      const id = callId.toLowerCase()
      awaited.delete(id)
      if (isAwaited) awaited.set(id, clock.now())
      // Deleted first, so that the map stays in the order of expiry.
      answers.delete(id)
      forgetOld()
      for (const oldest of answers.keys()) {
        if (answers.size < capacity) break
        answers.delete(oldest)
        awaited.delete(oldest)
      }
      answers.set(id, { text: nextStepText(step), untilMs: clock.now() + keepMs })
    },
    get(callId) {
      if (awaited.delete(callId.toLowerCase()) && awaited.size === 0) whenAsked?.()
      return find(callId)?.text ?? unknown
    },
    async allAsked(limitMs) {
      // A dialplan that has not asked for so long has another way of going on.
      for (const [callId, endedMs] of awaited) if (clock.now() - endedMs >= limitMs) awaited.delete(callId)
      if (awaited.size === 0) return
      let late: Timer | undefined
      await new Promise<void>((resolve) => {
        whenAsked = resolve
        late = clock.at(clock.now() + limitMs, resolve)
      })
      late?.cancel()
    },
    forget: (callId) => void answers.delete(callId.toLowerCase()),
    has: (callId) => find(callId) !== undefined,
    get size() {
      forgetOld()
      return answers.size
    },
  }
}

/**
 * The lines that the dialplan reads. A target with a character outside `A–Z a–z 0–9 _ - . / @ : +`, or longer than
 * 80, is left out: the dialplan then takes its own default queue.
 */
export function nextStepText(step: NextStep): string {
  const target = /^[\w./@:+-]{1,80}$/.test(step.target) ? step.target : ''
  const verb = step.verb === 'dial' && target === '' ? 'queue' : step.verb
  const lines = [`${verb}|${verb === 'hangup' ? '' : target}`]
  for (const [name, value] of Object.entries(step.variables ?? {})) {
    if (!/^[A-Z][A-Z0-9_]{0,39}$/.test(name)) continue
    lines.push(`${name}=${dialplanValue(value)}`)
    if (lines.length > 20) break
  }
  return `${lines.join('\n')}\n`
}

/**
 * A value that means nothing to Asterisk: letters and digits of any script, space and `. : / @ + - _` stay, anything
 * else (quotes, brackets, `$`, `|`, commas, line ends) becomes a space. At most 200 characters.
 */
export function dialplanValue(value: string): string {
  return value
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} .:/@+_-]/gu, ' ')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, 200)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim()
}
