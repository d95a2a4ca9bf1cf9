// What Asterisk does next when the bot ends its part of a call. The dialplan asks once over HTTP (`CURL`), gets a verb
// and channel variables for the technician, and acts on them. Nothing that a caller said may reach the dialplan as
// syntax, so every value is reduced here to letters, digits and a little punctuation.

import type { Clock, Timer } from '../base/clock.ts'

export type NextStep = {
  verb: 'queue' | 'dial' | 'hangup'
  /** The name of a queue, a dial string such as `PJSIP/tech1`, or empty. */
  target: string
  /** Channel variables for the technician's side, by name. */
  variables?: Readonly<Record<string, string>>
}

export type NextStepsOptions = {
  clock: Clock
  /** How long an answer is kept. */
  keepMs: number
  /** Answers kept at once; beyond this the oldest is evicted. */
  capacity: number
  /** Queue of technicians for a call that is not known here, for example after a restart. */
  defaultQueue: string
}
const nextStepsDefaults = { keepMs: 300_000, capacity: 4_096, defaultQueue: 'support' } as const

export type NextSteps = {
  /**
   * Sets or replaces the answer for a call, and restarts its time limit.
   *
   * @param isAwaited whether the call has ended, so that its dialplan is about to ask
   */
  set(callId: string, step: NextStep, isAwaited?: boolean): void
  /**
   * The answer for the dialplan: `verb|target`, then one `NAME=value` line per variable, each ended by a newline.
   * Asking twice returns the same answer.
   */
  get(callId: string): string
  /** The same answer for somebody else than the dialplan, which is still awaited. */
  peek(callId: string): string
  /** Removes the call's answer; it then gets the default queue. */
  forget(callId: string): void
  /** Resolves when every awaited answer has been asked for, or after `limitMs`; a server that stops waits for this. */
  allAsked(limitMs: number): Promise<void>
  /** Whether the call has an answer, so that it would not get the default queue. */
  has(callId: string): boolean
  readonly size: number
}

export function createNextSteps(
  options: Pick<NextStepsOptions, 'clock'> & Partial<NextStepsOptions>,
): NextSteps {
  const { clock, keepMs, capacity, defaultQueue } = { ...nextStepsDefaults, ...options }
  const answers = new Map<string, { text: string; untilMs: number }>()
  const unknown = nextStepText({ verb: 'queue', target: defaultQueue })
  /** Ended calls whose dialplan has not asked yet, and when they ended. */
  const awaited = new Map<string, number>()
  let whenAsked: (() => void) | undefined

  const removeExpired = () => {
    for (const [callId, answer] of answers) {
      if (answer.untilMs > clock.now()) return
      answers.delete(callId)
      awaited.delete(callId)
    }
  }
  const find = (callId: string) => {
    removeExpired()
    return answers.get(callId.toLowerCase())
  }
  return {
    set(callId, step, isAwaited = false) {
      const id = callId.toLowerCase()
      awaited.delete(id)
      if (isAwaited) awaited.set(id, clock.now())
      // Deleted first, so that the map stays in order of expiry.
      answers.delete(id)
      removeExpired()
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
    peek: (callId) => find(callId)?.text ?? unknown,
    async allAsked(limitMs) {
      // A dialplan that has not asked for this long does not need the answer.
      for (const [callId, endedMs] of awaited) if (clock.now() - endedMs >= limitMs) awaited.delete(callId)
      if (awaited.size === 0) return
      let late: Timer | undefined
      await new Promise<void>((resolve) => {
        whenAsked = resolve
        late = clock.at(clock.now() + limitMs, resolve)
      })
      late?.cancel()
    },
    forget(callId) {
      const id = callId.toLowerCase()
      answers.delete(id)
      if (awaited.delete(id) && awaited.size === 0) whenAsked?.()
    },
    has: (callId) => find(callId) !== undefined,
    get size() {
      removeExpired()
      return answers.size
    },
  }
}

/**
 * Formats the lines that the dialplan reads. A target with a character outside `A–Z a–z 0–9 _ - . / @ : +`, or longer
 * than 80 characters, becomes empty: the dialplan then uses its own default queue.
 */
function nextStepText(step: NextStep): string {
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
 * Removes everything from a value that Asterisk could read as syntax: letters and digits of any script, spaces and
 * `. : / @ + - _` stay, anything else (quotes, brackets, `$`, `|`, commas, line breaks) becomes a space. At most 200
 * characters.
 */
function dialplanValue(value: string): string {
  return value
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} .:/@+_-]/gu, ' ')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, 200)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim()
}
