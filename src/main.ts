// Start here. Reads the settings, starts the server, prints what is in use, and drains on SIGTERM: live calls go on
// until they end, new callers are sent to the queue, and after DRAIN_TIMEOUT_S the remaining calls hear a goodbye.

import './base/plain-zod.ts'

import { systemClock } from './base/clock.ts'
import { commandLine } from './base/command-line.ts'
import { errorText } from './base/errors.ts'
import { createLog } from './base/log.ts'
import { dangers } from './config/dangers.ts'
import { loadConfig } from './config.ts'
import { type Server, serve } from './server/serve.ts'

const usage = `usage: bun run start (or, as a service: bun src/main.ts)

  starts the server: AudioSocket for Asterisk, and the operator's page
  Settings are environment variables, such as AUDIOSOCKET_PORT=9092 ADMIN_PORT=8080 DEEPGRAM_API_KEY=…, or lines of
  the file voicebot.env, which \`bun run settings --init\` writes with all settings in it.
  SIGTERM or Ctrl-C drains: live calls go on for DRAIN_TIMEOUT_S at most, new callers are sent to the queue.
  A second Ctrl-C ends at once.`

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

function read(): ReturnType<typeof loadConfig> {
  try {
    return loadConfig(process.env, { forServer: true })
  } catch (error) {
    return fail(error)
  }
}

commandLine(usage, {})
// What the server writes holds callers' voices and words: nothing of it is for other users of the machine.
process.umask(0o027)
const { config, warnings } = read()
const { log, flush } = createLog({ level: config.LOG_LEVEL, showPrivate: config.LOG_PRIVATE })

/**
 * Signals within this time count as one. A terminal and systemd signal the whole process group, and `bun run` and npx
 * forward theirs too: one Ctrl-C arrives two or three times within a millisecond.
 */
const oneSignalMs = 1_000

let stoppingAtMs: number | undefined
const stop = (server: Server, signal: string) => {
  if (stoppingAtMs !== undefined) {
    if (performance.now() - stoppingAtMs < oneSignalMs) return
    // A second signal is deliberate.
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
      `\n  ${calls === 1 ? 'One call goes' : `${calls} calls go`} on, ` +
        `for ${config.DRAIN_TIMEOUT_S} s at most (DRAIN_TIMEOUT_S); ` +
        'new callers are sent to the queue. A second Ctrl-C ends at once.\n\n',
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
    : `NOTHING; set RECORDINGS_DIR to a writable folder: ${notRecorded}`
}

// The reader of stdout may close it after the first lines (`| head`); the calls go on.
process.stdout.on('error', () => {})

// A defect in one timer must not end all other calls.
process.on('uncaughtException', (error) => log.error('uncaught exception', { error: errorText(error) }))
process.on('unhandledRejection', (error) =>
  log.error('unhandled promise rejection', { error: errorText(error) }),
)

const risks = dangers(config, process.getuid?.())
for (const warning of [...warnings, ...risks]) process.stderr.write(`${warning}\n`)

try {
  const server = await serve(config, log, systemClock, { dangers: risks })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(server, signal))
  const { stt, llm, tts } = server.inUse
  const missing = [...new Set(server.skipped.map(({ reason }) => reason))]
  process.stdout.write(
    [
      '',
      `  Wouippleul voicebot, ready after ${Math.round(performance.now())} ms`,
      `  AudioSocket  ${config.AUDIOSOCKET_HOST}:${server.audioSocketPort}` +
        '   (Asterisk: extension 777, assets/asterisk/extensions.conf)',
      `  admin        ${server.adminUrl}`,
      ...(server.pageLink === undefined
        ? []
        : [
            `  open         ${server.pageLink}`,
            '               (works once, for 15 minutes; `bun run tokens link` prints another)',
          ]),
      `  hears with   ${stt}`,
      `  thinks with  ${llm}`,
      `  speaks with  ${tts}`,
      `  phrases in   ${server.phrasesIn}`,
      `  records in   ${recordsIn(server)}`,
      ...(missing.length > 0 ? [`  not in use   ${missing.join(', ')}`] : []),
      '',
      '',
    ].join('\n'),
  )
} catch (error) {
  fail(error)
}
