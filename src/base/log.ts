// JSON log lines: one per event, with a fixed text and the facts as fields. What a person said or keyed, and a
// person's name, go under `private`, which is written only with LOG_PRIVATE. pino writes the lines asynchronously, so
// that a slow disk or pipe does not delay a frame.

import pino from 'pino'

export type LogFields = Record<string, unknown> & { private?: Record<string, unknown> }

export type Log = {
  debug(text: string, fields?: LogFields): void
  info(text: string, fields?: LogFields): void
  warn(text: string, fields?: LogFields): void
  error(text: string, fields?: LogFields): void
  /** A log that adds `fields` to every line, for example the call's id. */
  with(fields: LogFields): Log
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'
export type LogOptions = { level: LogLevel; showPrivate: boolean; write?: (line: string) => void }

/**
 * @param options.write receives each line, ended by a newline; default: standard output
 * @returns the log, and `flush`, which writes the last lines before an exit and takes half a second at most
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

/** How long the last lines may take to be written before an exit. */
const flushLimitMs = 500

/**
 * Flushes the log, as the last step before an exit. It does not use `flushSync`, which retries for ever once the reader
 * has gone (EPIPE). pino would call that once more while the process exits, so it is replaced by a no-op here.
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

/** Writes nothing; the default in tests. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  with: () => silentLog,
}
