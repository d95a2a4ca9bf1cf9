// Start here. Reads the settings, serves, says what is in use, and drains on SIGTERM: live calls end, new ones are
// turned to the queue, and after DRAIN_TIMEOUT_S the rest hears a goodbye.

import { errorText } from './base/errors.ts'
import { createLog } from './base/log.ts'
import { type Config, misspelt, readConfig } from './config.ts'
import { type Server, serve } from './server/serve.ts'

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

function read(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    return fail(error)
  }
}

const config = read()
const { log, flush } = createLog({ level: config.LOG_LEVEL, showPrivate: config.LOG_PRIVATE })

/**
 * Signals within this are one. A terminal and systemd send theirs to the whole group, and `bun run` and npx pass theirs
 * on: one Ctrl-C comes two or three times within a millisecond.
 */
const oneSignalMs = 1_000

let stoppingAtMs: number | undefined
const stop = (server: Server, signal: string) => {
  if (stoppingAtMs !== undefined) {
    if (performance.now() - stoppingAtMs < oneSignalMs) return
    // A second one means it.
    log.warn('ended at once', { signal, calls: server.registry.liveCalls })
    flush()
      .then(() => process.exit(1))
      .catch(fail)
    return
  }
  stoppingAtMs = performance.now()
  const calls = server.registry.liveCalls
  log.info('draining', { signal, calls, limitMs: config.DRAIN_TIMEOUT_S * 1_000 })
  if (calls > 0)
    process.stdout.write(
      `\n  ${calls === 1 ? 'One call goes' : `${calls} calls go`} on, for ${config.DRAIN_TIMEOUT_S} s at most (DRAIN_TIMEOUT_S); ` +
        'new callers are sent to the queue. Once more (Ctrl-C) ends at once.\n\n',
    )
  server
    .drain(config.DRAIN_TIMEOUT_S * 1_000)
    .then(() => {
      log.info('stopped')
      return flush()
    })
    .then(() => process.exit(0))
    .catch(fail)
}

function recordsIn({ notRecorded }: Server): string {
  if (config.RECORDINGS_DIR === '') return 'nothing (RECORDINGS_DIR is empty)'
  return notRecorded === undefined
    ? config.RECORDINGS_DIR
    : `NOTHING, set RECORDINGS_DIR to a folder that can be written: ${notRecorded}`
}

// Whoever read the first lines may have gone (`| head`); the calls go on.
process.stdout.on('error', () => {})

// A defect in a timer must not end the calls of everybody else.
process.on('uncaughtException', (error) =>
  log.error('an exception was not caught', { error: errorText(error) }),
)
process.on('unhandledRejection', (error) => log.error('a promise was lost', { error: errorText(error) }))

for (const slip of misspelt(process.env)) process.stderr.write(`${slip}\n`)

try {
  const server = await serve(config, log)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(server, signal))
  const { stt, llm, tts } = server.inUse
  const missing = [...new Set(server.skipped.map(({ reason }) => reason))]
  process.stdout.write(
    [
      '',
      `  Wouippleul voicebot, ready after ${Math.round(performance.now())} ms`,
      `  AudioSocket  ${config.AUDIOSOCKET_HOST}:${server.audioSocketPort}   (Asterisk: extension 777, assets/asterisk/extensions.conf)`,
      `  admin        ${server.adminUrl}${config.ADMIN_TOKEN === '' ? '   (no token: loopback only)' : ''}`,
      `  hears with   ${stt}`,
      `  thinks with  ${llm}`,
      `  speaks with  ${tts}`,
      `  records in   ${recordsIn(server)}`,
      ...(missing.length > 0 ? [`  not in use   ${missing.join(', ')}`] : []),
      '',
      '',
    ].join('\n'),
  )
} catch (error) {
  fail(error)
}
