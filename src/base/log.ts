// JSON log lines: one per thing that happened, fixed text, facts as fields. What a person said, keyed or is
// called goes under `private` and leaves the process only when asked for (LOG_PRIVATE). The writing is pino's,
// asynchronous, so that a slow disk or pipe does not hold a frame back.

import pino from 'pino'

export type LogFields = Record<string, unknown> & { private?: Record<string, unknown> }

export type Log = {
  debug(text: string, fields?: LogFields): void
  info(text: string, fields?: LogFields): void
  warn(text: string, fields?: LogFields): void
  error(text: string, fields?: LogFields): void
  /** A log whose lines all carry `fields`, for example the call's id. */
  with(fields: LogFields): Log
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'
export type LogOptions = { level: LogLevel; showPrivate: boolean; write?: (line: string) => void }

/**
 * @param options.write where lines go, each ended by a newline; standard output when left out
 * @returns the log, and `flush` for the last lines before an exit; it takes half a second at most
 */
export function createLog(options: LogOptions): { log: Log; flush: () => Promise<void> } {
  const destination = options.write
    ? { write: options.write }
    : pino.destination({ dest: 1, sync: false, minLength: 1 })
  const base = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'event',
      formatters,
    },
    destination,
  )
  return { log: wrap(base, options.showPrivate), flush: () => flushed(destination) }
}

/** At an exit, how long lines may take to leave. */
const flushLimitMs = 500

/**
 * The last thing before an exit. Not by `flushSync`, which tries for ever when the reader has gone (EPIPE), and which
 * pino would call once more while the process exits: so it is taken away here.
 */
async function flushed(destination: object): Promise<void> {
  if (!('flush' in destination)) return
  await new Promise<void>((resolve) => {
    setTimeout(resolve, flushLimitMs)
    ;(destination as SonicBoomLike).flush(() => resolve())
  })
  Object.assign(destination, { flushSync() {}, end() {} })
}

type SonicBoomLike = { flush(done: (error?: Error | null) => void): void }

const formatters = { level: (label: string) => ({ level: label }) }

function wrap(target: pino.Logger, showPrivate: boolean): Log {
  const visible = (fields: LogFields): object => {
    if (showPrivate || fields.private === undefined) return fields
    const { private: _hidden, ...rest } = fields
    return rest
  }
  const line =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (text: string, fields: LogFields = {}) =>
      target[level](visible(fields), text)
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    with: (fields) => wrap(target.child(visible(fields) as Record<string, unknown>), showPrivate),
  }
}

/** Says nothing; the default of tests. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  with: () => silentLog,
}
