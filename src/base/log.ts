// JSON log lines: one per event, with a fixed text and the facts as fields. What a person said or keyed, and a
// person's name, go under `private`, which is written only with LOG_PRIVATE. The lines are written in the background
// (log-output.ts), so that a slow disk or pipe does not delay a frame.

import { backgroundOutput } from './log-output.ts'

/** Its descriptor. */
const standardOutput = 1

export type LogFields = Record<string, unknown> & { private?: Record<string, unknown> }

export type Log = {
  debug(text: string, fields?: LogFields): void
  info(text: string, fields?: LogFields): void
  warn(text: string, fields?: LogFields): void
  error(text: string, fields?: LogFields): void
  /** A log that adds `fields` to every line, for example the call's id. */
  with(fields: LogFields): Log
}

/** In order: a level shows its own lines and those of the levels behind it. */
const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof levels)[number]
export type LogOptions = { level: LogLevel; showPrivate: boolean; write?: (line: string) => void }

/**
 * @param options.write receives each line, ended by a newline; default: standard output
 * @returns the log, and `flush`, which writes the last lines before an exit and takes half a second at most
 */
export function createLog(options: LogOptions): { log: Log; flush: () => Promise<void> } {
  const { level, showPrivate, write } = options
  const output = write ? { write, flush: async () => {} } : backgroundOutput(standardOutput)
  const from = levels.indexOf(level)
  const shows = (one: LogLevel) => levels.indexOf(one) >= from
  const visible = ({ private: hidden, ...rest }: LogFields): LogFields =>
    showPrivate && hidden !== undefined ? { ...rest, private: hidden } : rest
  const logWith = (added: LogFields): Log => {
    const line = (one: Exclude<LogLevel, 'silent'>) =>
      shows(one)
        ? (event: string, fields: LogFields = {}) =>
            output.write(`${jsonOf(one, event, { ...added, ...visible(fields) })}\n`)
        : () => {}
    return {
      debug: line('debug'),
      info: line('info'),
      warn: line('warn'),
      error: line('error'),
      with: (fields) => logWith({ ...added, ...visible(fields) }),
    }
  }
  return { log: logWith({}), flush: () => output.flush() }
}

function jsonOf(level: LogLevel, event: string, fields: LogFields): string {
  const head = { level, time: new Date().toISOString() }
  try {
    return JSON.stringify({ ...head, ...fields, event })
  } catch {
    // A field that JSON cannot hold (a circle, a BigInt) must not cost the line, nor the call whose line it is.
    return JSON.stringify({ ...head, event, unwritable: Object.keys(fields) })
  }
}

/** Writes nothing; the default in tests. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  with: () => silentLog,
}
