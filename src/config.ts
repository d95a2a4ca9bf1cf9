// The environment, read once: one variable per setting, all checked together, so that a failed start lists every fault in
// one message. docs/settings.md is made from this file (`bun run settings`).

import { isIP } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import { createAllowList } from './audiosocket/allow.ts'
import { ConfigError } from './base/errors.ts'

type Setting<T> = {
  schema: z.ZodType<T>
  default: string
  unit: string
  about: string
  secret?: boolean
  /** Its default lies in the project's folder, wherever the program is started from. */
  inProject?: boolean
  /** Values of another program's variable of the same name: they count as not set. */
  isForeign?: (value: string) => boolean
}

const projectDir = join(import.meta.dir, '..')

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'is not a whole number')
    .transform(Number)
    .refine((n) => n >= min && n <= max, `is not between ${min} and ${max}`)
const setting = <T>(schema: z.ZodType<T>, fallback: string, unit: string, about: string): Setting<T> => ({
  schema,
  default: fallback,
  unit,
  about,
})
const number = (fallback: number, unit: string, min: number, max: number, about: string) =>
  setting(whole(min, max), String(fallback), `${unit}${unit ? ', ' : ''}${min}–${max}`, about)
const share = (fallback: number, min: number, max: number, about: string) =>
  setting(
    z
      .string()
      .transform(Number)
      .refine((n) => n >= min && n <= max, `is not between ${min} and ${max}`),
    String(fallback),
    `${min}–${max}`,
    about,
  )
const text = (fallback: string, about: string) => setting(z.string(), fallback, '', about)
const choice = <const T extends string>(options: readonly T[], fallback: T, about: string) =>
  setting(z.enum(options, `is not one of ${options.join(', ')}`), fallback, options.join(' · '), about)
const list = <const T extends string>(options: readonly T[], fallback: string, about: string) =>
  setting(
    z
      .string()
      .transform((value) => value.split(',').map((part) => part.trim()))
      .refine((parts) => parts.every((part) => (options as readonly string[]).includes(part)), {
        error: `names something else than ${options.join(', ')}`,
      })
      .transform((parts) => parts as T[]),
    fallback,
    `list of ${options.join(' · ')}`,
    about,
  )
const words = (fallback: string, about: string) =>
  setting(
    z.string().transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    ),
    fallback,
    'list',
    about,
  )
/** CIDR; a list that lets nobody in is a slip. */
const ranges = (fallback: string, about: string) => {
  const { schema, ...rest } = words(fallback, about)
  return {
    ...rest,
    schema: schema.superRefine((given, context) => {
      try {
        createAllowList(given)
        if (given.length === 0) context.addIssue('lets nobody in; write 127.0.0.0/8 for this machine alone')
      } catch (error) {
        context.addIssue(`has a fault: ${error instanceof Error ? error.message : String(error)}`)
      }
    }),
  }
}
const folder = (fallback: string, about: string) => ({ ...text(fallback, about), inProject: true })
const flag = (about: string) =>
  setting(
    z.enum(['0', '1'], 'is neither 0 nor 1').transform((value) => value === '1'),
    '0',
    '0 · 1',
    about,
  )
const url = (schemes: readonly string[], fallback: string, about: string) =>
  setting(
    z.string().refine((value) => value === '' || schemes.includes(URL.parse(value)?.protocol ?? ''), {
      error: `is not a URL that begins with ${schemes.join('// or ')}//`,
    }),
    fallback,
    '',
    about,
  )
const secret = (about: string): Setting<string> => ({ ...text('', about), secret: true })

/** Every setting, by its environment variable. */
export const settings = {
  AUDIOSOCKET_HOST: text('127.0.0.1', 'address Asterisk connects to'),
  AUDIOSOCKET_PORT: number(9092, '', 0, 65_535, 'its port; 0 takes a free one'),
  AUDIOSOCKET_ALLOW: ranges('127.0.0.0/8,::1/128', 'address ranges that may open an AudioSocket (CIDR)'),
  AUDIOSOCKET_PER_PEER: number(
    0,
    'connections',
    0,
    100_000,
    'calls of one address at once, one more is closed; 0 is no limit besides that of all together',
  ),
  AUDIOSOCKET_REGISTERED: flag('1 takes only calls announced before by POST /api/calls/<uuid>/expect'),
  ADMIN_HOST: text('127.0.0.1', 'address of the operator’s side; another than loopback needs ADMIN_TOKEN'),
  ADMIN_PORT: number(8080, '', 0, 65_535, 'its port; 0 takes a free one'),
  ADMIN_TOKEN: secret('bearer token of the admin API'),
  ASTERISK_ALLOW: ranges('127.0.0.0/8,::1/128', 'address ranges that may ask for a call’s next step (CIDR)'),
  MAX_CALLS: number(
    100,
    'calls',
    1,
    10_000,
    'calls at once; one more hears the busy phrase and goes to the queue',
  ),
  MAX_CALL_S: number(900, 's', 10, 86_400, 'longest call, ended politely'),
  DRAIN_TIMEOUT_S: number(60, 's', 0, 3_600, 'how long live calls may go on after SIGTERM'),
  ASSETS_DIR: folder('assets', 'phrases, voices, prompts'),
  RECORDINGS_DIR: folder('recordings', 'where calls are recorded; empty records nothing'),
  RECORDINGS_DAYS: number(30, 'days', 1, 3_650, 'how long recordings are kept'),
  ARCHIVE_HOUR: number(3, 'h', 0, 23, 'hour of the night at which recordings become MP3 and old ones go'),
  RECORDINGS_MIN_FREE_MB: number(
    500,
    'MB',
    0,
    10_000_000,
    'with less disk space than this, recording pauses and calls go on',
  ),
  LANGUAGE: {
    ...choice(['fr', 'en'], 'fr', 'language of the desk'),
    // glibc's, for messages: many a desktop has LANGUAGE=en_US:en.
    isForeign: (value: string) => /[_:]/.test(value),
  },
  TIME_ZONE: text('Europe/Paris', 'zone of days, hours and nightly jobs'),
  AUDIO_WORKERS: number(3, 'threads', 1, 16, 'threads for audio conversion'),
  PHRASE_CACHE_MB: number(64, 'MB', 16, 4_096, 'memory for ready-made phrases'),
  TRANSFER_QUEUE: text('support', 'queue of the dialplan that takes transferred calls'),
  TRANSFER_DIAL: text('', 'phone that takes them instead, such as PJSIP/tech1; empty uses the queue'),
  TECHNICIANS: choice(
    ['schedule', 'asterisk', 'always', 'never'],
    'always',
    'how to know whether a technician is free',
  ),
  OPENING_HOURS: text(
    'mo-sa 08:00-20:00',
    'when technicians are there (the line opening_hours says the same); decides for TECHNICIANS=schedule',
  ),
  AMI_HOST: text('127.0.0.1', 'Asterisk manager, for TECHNICIANS=asterisk'),
  AMI_PORT: number(5038, '', 1, 65_535, 'its port'),
  AMI_USER: text('', 'its user'),
  AMI_SECRET: secret('its password'),
  VAD: choice(
    ['neural', 'energy'],
    'neural',
    'who says that the caller speaks: a neural judge beside the energy, or the energy alone',
  ),
  STT: list(
    ['deepgram', 'flux', 'whisper', 'embedded'],
    'deepgram,whisper,embedded',
    'recognisers, the first that can be used',
  ),
  LLM: list(['groq', 'openai', 'scripted'], 'groq,scripted', 'language models, likewise'),
  TTS: list(['openai', 'aura', 'embedded'], 'openai,aura,embedded', 'voices, likewise'),
  DEEPGRAM_API_KEY: secret('key of Deepgram (recogniser, Aura voice)'),
  DEEPGRAM_BASE_URL: url(
    ['wss:', 'ws:', 'https:', 'http:'],
    'wss://api.deepgram.com',
    'scheme and host, no path',
  ),
  GROQ_API_KEY: secret('key of Groq (language model, Whisper)'),
  GROQ_BASE_URL: url(['https:', 'http:'], 'https://api.groq.com', 'the SDK adds /openai/v1'),
  OPENAI_API_KEY: secret('key of OpenAI, or of any compatible server'),
  OPENAI_BASE_URL: url(['https:', 'http:'], 'https://api.openai.com/v1', 'OpenAI, or any compatible server'),
  DEEPGRAM_MODEL: text('nova-3', 'recogniser deepgram'),
  FLUX_MODEL: text('flux-general-multi', 'recogniser flux'),
  WHISPER_MODEL: text('', 'recogniser whisper; empty takes the vendor’s usual one'),
  STT_ENDPOINTING_MS: number(
    300,
    'ms',
    10,
    5_000,
    'silence after which Deepgram holds an utterance to be over',
  ),
  STT_UTTERANCE_END_MS: number(
    1_000,
    'ms',
    1_000,
    5_000,
    'gap between words after which nova holds the utterance to be over',
  ),
  STT_GIVE_UP_MS: number(
    4_000,
    'ms',
    500,
    60_000,
    'a recogniser that is lost this long gives way to the next',
  ),
  FLUX_EOT_THRESHOLD: share(0.7, 0.5, 1, 'confidence that ends a turn'),
  FLUX_EAGER_EOT_THRESHOLD: share(0.4, 0.3, 0.9, 'confidence at which a reply may be begun'),
  FLUX_EOT_TIMEOUT_MS: number(3_000, 'ms', 500, 60_000, 'silence that ends a turn whatever the confidence'),
  STT_KEYTERMS: words('Wouippleul', 'words worth hearing in every state'),
  GROQ_MODEL: text('openai/gpt-oss-20b', 'language model groq'),
  GROQ_FALLBACK_MODEL: text('openai/gpt-oss-120b', 'asked when the first does not answer; empty asks none'),
  OPENAI_MODEL: text('gpt-4o-mini', 'language model openai'),
  LLM_FIRST_TOKEN_MS: number(
    700,
    'ms',
    100,
    10_000,
    'thinking longer than this is filled with the wait phrase',
  ),
  LLM_ATTEMPT_MS: number(1_500, 'ms', 200, 20_000, 'first token of one attempt; then the next model'),
  LLM_DEADLINE_MS: number(4_000, 'ms', 500, 60_000, 'all attempts together; then the script speaks'),
  LLM_GAP_MS: number(1_000, 'ms', 100, 20_000, 'longest silence of a model in mid-answer'),
  GROQ_REASONING_EFFORT: choice(['none', 'low', 'medium', 'high'], 'low', 'gpt-oss knows no none'),
  LLM_TOKENS_PER_MINUTE: number(0, 'tokens', 0, 100_000_000, 'shared by all calls; 0 is no limit'),
  TTS_MODEL: text('gpt-4o-mini-tts', 'voice openai'),
  TTS_VOICE: text('coral', 'its voice'),
  TTS_FORMAT: choice(['pcm', 'mp3'], 'pcm', 'mp3 for a server that offers nothing else'),
  AURA_VOICE: text('aura-2-agathe-fr', 'voice aura'),
  TTS_INSTRUCTIONS: text('', 'how voice openai shall speak; empty takes the usual French text'),
  TTS_GAP_MS: number(1_500, 'ms', 100, 20_000, 'longest silence of a voice in mid-sentence'),
  BREAKER_FAILURES: number(3, 'failures', 1, 100, 'in a row, after which an adapter is left alone'),
  BREAKER_OPEN_MS: number(15_000, 'ms', 1_000, 600_000, 'how long, before it is tried again'),
  TTS_FIRST_BYTE_MS: number(2_000, 'ms', 100, 20_000, 'first byte of one attempt; then the next voice'),
  TTS_DEADLINE_MS: number(
    6_000,
    'ms',
    500,
    60_000,
    'all attempts together; then the error phrase and a human',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(
    ['https:', 'http:'],
    '',
    'collector that gets a span a turn (OTLP over HTTP); empty sends none',
  ),
  LOG_LEVEL: choice(['debug', 'info', 'warn', 'error', 'silent'], 'info', 'least important log line shown'),
  LOG_PRIVATE: flag('1 shows what callers say and key in the log'),
} as const

export type Config = { readonly [K in keyof typeof settings]: z.output<(typeof settings)[K]['schema']> }

/**
 * Reads and checks the environment. An empty variable counts as not set.
 *
 * @throws {ConfigError} `config`, with every fault on a line of its own
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const faults: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, one] of Object.entries(settings) as [string, Setting<unknown>][]) {
    const { schema, secret } = one
    const fallback = one.inProject ? join(projectDir, one.default) : one.default
    // A blank or a carriage return at the end is an env file's and never meant.
    const value = environment[name]?.trim()
    const given = value ?? ''
    const isUnset = (given === '' && name !== 'RECORDINGS_DIR') || one.isForeign?.(given) === true
    const result = schema.safeParse(isUnset ? fallback : (value ?? fallback))
    if (result.success) values[name] = result.data
    else
      faults.push(`${name} ${secret ? '' : `(${JSON.stringify(given)}) `}${result.error.issues[0].message}`)
  }
  const config = Object.freeze(values) as Config
  if (faults.length === 0) faults.push(...conflicts(config))
  if (faults.length > 0)
    throw new ConfigError(
      'config',
      `The settings cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    )
  return config
}

/**
 * Variables that look like a setting and are none, because a letter too many or a line in another place is nobody's
 * intention: `MAX_CALL`, `AUDIO_SOCKET_PORT`.
 *
 * @returns a sentence each
 */
export function misspelt(environment: Record<string, string | undefined>): string[] {
  const bare = (name: string) => name.toUpperCase().replaceAll('_', '').replace(/S$/, '')
  const known = Object.groupBy(Object.keys(settings), bare)
  return Object.keys(environment).flatMap((name) => {
    const meant = name in settings ? undefined : known[bare(name)]
    return meant === undefined ? [] : [`${name} is no setting: is ${meant.join(' or ')} meant?`]
  })
}

/** What a header carries as it is: for anything else browsers, curl and SDKs send other bytes, or throw. */
const headerWord = /^[\x21-\x7e]*$/

function conflicts(config: Config): string[] {
  const faults: string[] = []
  if (config.ADMIN_TOKEN === '' && !isLoopback(config.ADMIN_HOST))
    faults.push(
      `ADMIN_HOST ("${config.ADMIN_HOST}") is not loopback: set ADMIN_TOKEN, or leave ADMIN_HOST at 127.0.0.1`,
    )
  if (!headerWord.test(config.ADMIN_TOKEN))
    faults.push('ADMIN_TOKEN has spaces or letters that a header cannot hold: use A-Z, a-z, 0-9 and - . _ ~')
  for (const name of ['DEEPGRAM_API_KEY', 'GROQ_API_KEY', 'OPENAI_API_KEY'] as const)
    if (!headerWord.test(config[name]))
      faults.push(`${name} has spaces or letters that no key has: copy it again from the vendor's page`)
  if (config.TECHNICIANS === 'asterisk' && (config.AMI_USER === '' || config.AMI_SECRET === ''))
    faults.push('TECHNICIANS ("asterisk") needs AMI_USER and AMI_SECRET')
  // What the dialplan is told has no other characters (asterisk/next.ts).
  for (const name of ['TRANSFER_QUEUE', 'TRANSFER_DIAL'] as const)
    if (!/^[\w./@:+-]{0,80}$/.test(config[name]))
      faults.push(`${name} ("${config[name]}") may have letters, digits and _ - . / @ : + only, 80 at most`)
  if (config.AUDIOSOCKET_PORT !== 0 && config.AUDIOSOCKET_PORT === config.ADMIN_PORT)
    faults.push(
      `ADMIN_PORT ("${config.ADMIN_PORT}") is the AudioSocket's port as well: give one of them another`,
    )
  try {
    new Intl.DateTimeFormat('en', { timeZone: config.TIME_ZONE })
  } catch {
    faults.push(`TIME_ZONE ("${config.TIME_ZONE}") is not a time zone such as Europe/Paris`)
  }
  return faults
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
