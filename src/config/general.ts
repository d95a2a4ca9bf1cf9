// The settings that are not about providers: addresses, limits, folders, technicians, logs.

import { join } from 'node:path'
import { parseExceptions } from '../asterisk/exceptions.ts'
import { parseSchedule } from '../asterisk/schedule.ts'
import { programFile, workDir } from '../base/program.ts'
import { choice, flag, list, number, numberOrAuto, secret, text, url } from '../base/setting.ts'
import { recordingPolicies } from '../desk/types.ts'
import { languages } from '../understanding/languages/index.ts'
import { checkedText, host } from './checked.ts'
import { cluster } from './cluster.ts'
import { integrations } from './integrations.ts'
import { isLastDay, isMessage, lastDayFault, messageFault } from './message.ts'
import { network } from './network.ts'
import { configFileName } from './sources.ts'
import { spending } from './spending.ts'
import { waiting } from './waiting.ts'
import { webrtc } from './webrtc.ts'

/** A folder whose default lies in the project, wherever the program starts; in an executable see base/program.ts. */
const folder = (name: string, about: string, actualDefault = join(workDir, name)) => ({
  ...text(name, about),
  actualDefault,
})

/** The answer to the dialplan allows no other characters (asterisk/next-steps.ts). */
const dialTarget = (fallback: string, about: string) =>
  checkedText(
    fallback,
    about,
    (value) => /^[\w./@:+-]{0,80}$/.test(value),
    'may contain only letters, digits and _ - . / @ : +, at most 80',
  )

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}

/** Text that `read` must be able to read. @param read throws an error whose text completes a sentence with the name */
function readable(fallback: string, about: string, read: (value: string) => unknown) {
  const { schema, ...rest } = text(fallback, about)
  const checked = schema.superRefine((value, context) => {
    try {
      read(value)
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error))
    }
  })
  return { ...rest, schema: checked }
}

const files = {
  CONFIG_FILE: {
    ...text(configFileName, 'file of settings, looked for in the working folder; empty reads none'),
    emptyIsValue: true,
  },
}

const calls = {
  MAX_CALLS: numberOrAuto(
    100,
    'calls',
    1,
    10_000,
    'most calls at once; further callers hear the busy phrase and go to the queue; auto: what this machine carries',
  ),
  OVERLOAD: choice(
    ['refuse', 'ignore'],
    'refuse',
    'what happens to new calls while the server is late: refuse sends them to the queue; ignore takes MAX_CALLS always',
  ),
  MAX_CALL_S: number(900, 's', 10, 86_400, 'longest call; the bot then ends it politely'),
  DRAIN_ANNOUNCE_S: numberOrAuto(
    'auto',
    's',
    0,
    60,
    'how long calls are taken while a drain is announced; auto: 3 with AGENT_PORT or REDIS_URL, else 0',
  ),
  DRAIN_TIMEOUT_S: number(60, 's', 0, 3_600, 'how long live calls may continue after SIGTERM'),
}

const storage = {
  ASSETS_DIR: folder('assets', 'folder of phrases, voices and prompts', programFile('assets')),
  DATA_DIR: folder(
    'data',
    'folder for what this site changes and what the server keeps; created at the start',
  ),
  RECORDINGS_DIR: {
    ...folder('recordings', 'folder of recordings; empty records nothing'),
    emptyIsValue: true,
  },
  RECORDING: choice(
    recordingPolicies,
    'notice',
    'whether calls are recorded: off, notice (told at the start, unless the caller objects) or consent (after a yes)',
  ),
  RECORDING_PAUSE: flag('1 keeps telephone numbers out of the audio and the transcript while they are given'),
  RECORDINGS_DAYS: number(30, 'days', 1, 3_650, 'how long the audio of calls is kept'),
  TRANSCRIPTS_DAYS: number(
    0,
    'days',
    0,
    3_650,
    'how long transcripts, names and numbers are kept; 0 keeps them as long as the audio',
  ),
  STATISTICS_DAYS: number(
    0,
    'days',
    0,
    3_650,
    'how long outcome, states and times of a call are kept, without words, names and numbers; 0 keeps none',
  ),
  ARCHIVE_HOUR: number(3, 'h', 0, 23, 'hour of the night when recordings become MP3'),
  RECORDINGS_MIN_FREE_MB: number(
    500,
    'MB',
    0,
    10_000_000,
    'with less free disk space, recording pauses and calls continue',
  ),
}

const machine = {
  LANGUAGE: {
    ...choice(languages, 'fr', 'language of the desk'),
    // glibc has a LANGUAGE for its messages: many desktops set LANGUAGE=en_US:en.
    isForeign: (value: string) => /[_:]/.test(value),
  },
  LANGUAGES: list(
    languages,
    '',
    'languages that a call may be in besides LANGUAGE: the dialplan (VBLANG) or the caller chooses; empty offers none',
  ),
  TIME_ZONE: checkedText(
    'Europe/Paris',
    'time zone of opening hours and nightly jobs',
    isTimeZone,
    'is not a time zone such as Europe/Paris',
  ),
  AUDIO_WORKERS: number(3, 'threads', 1, 16, 'threads for audio conversion'),
  PHRASE_CACHE_MB: number(64, 'MB', 16, 4_096, 'memory for ready-made phrases'),
  REVOICE: choice(
    ['on', 'off'],
    'on',
    'whether the first voice of TTS speaks the ready-made phrases too, once; off keeps the shipped voice',
  ),
  VAD: choice(
    ['neural', 'energy'],
    'neural',
    'how caller speech is detected: by a neural model and the sound level, or by the sound level alone',
  ),
  ECHO: choice(
    ['auto', 'off'],
    'auto',
    'whether the agent’s own voice, sent back by a telephone on its loudspeaker, is kept from interrupting the agent',
  ),
}

const technicians = {
  TRANSFER_QUEUE: dialTarget('support', 'dialplan queue that receives transferred calls'),
  TRANSFER_DIAL: dialTarget(
    '',
    'phone that receives them instead, such as PJSIP/tech1; empty uses the queue',
  ),
  TECHNICIANS: choice(
    ['schedule', 'asterisk', 'always', 'never'],
    'schedule',
    'how the bot knows whether a technician is free; schedule: during the opening hours',
  ),
  OPENING_HOURS: readable(
    'mo-sa 08:00-20:00',
    'when technicians work, as the bot also says it: lun-ven 9h-12h, 14h-18h; sam 9h-12h; closed on public holidays',
    (value) => parseSchedule(value),
  ),
  OPENING_EXCEPTIONS: readable(
    '',
    'dates with hours of their own: 2026-12-24 9h-16h; 2026-12-26 fermé; 05-08 closed (every year)',
    parseExceptions,
  ),
  MESSAGE_OF_THE_DAY: checkedText(
    '',
    'sentence that every caller hears after the welcome, spoken by the voice in use; empty says none',
    isMessage,
    messageFault,
  ),
  MESSAGE_OF_THE_DAY_UNTIL: checkedText(
    '',
    'last day of that message, such as 2026-12-24; empty sets no end',
    isLastDay,
    lastDayFault,
  ),
  AMI_HOST: host('address of the Asterisk manager interface, for TECHNICIANS=asterisk'),
  AMI_PORT: number(5038, '', 1, 65_535, 'port of the manager interface'),
  AMI_USER: text('', 'user of the manager interface'),
  AMI_SECRET: secret('password of the manager interface'),
}

const observation = {
  OTEL_EXPORTER_OTLP_ENDPOINT: url(
    ['https:', 'http:'],
    '',
    'collector that receives one span per turn (OTLP over HTTP); empty sends none',
  ),
  LOG_LEVEL: choice(
    ['debug', 'info', 'warn', 'error', 'silent'],
    'info',
    'least important log level written',
  ),
  LOG_PRIVATE: flag('1 writes what callers say and key into the log'),
}

/** The settings in groups, as `bun run settings --init` writes them. */
export const generalGroups = {
  'Asterisk and the operator: addresses, ports, tokens': network,
  Calls: calls,
  'Calls from a browser by WebRTC': webrtc,
  'Several machines together': cluster,
  'Folders, recordings and how long they are kept': storage,
  'Language, time zone, threads and memory': machine,
  'Technicians, opening hours and transfers': technicians,
  'Your own systems: who a caller is, and events of calls': integrations,
  'What vendors may cost': spending,
  'Replies and waiting': waiting,
  'Logs and traces': observation,
} as const

export const generalSettings = {
  ...files,
  ...network,
  ...calls,
  ...webrtc,
  ...cluster,
  ...storage,
  ...machine,
  ...technicians,
  ...integrations,
  ...spending,
  ...waiting,
  ...observation,
}
