// The command line of `bun run call`, read once into plain values. Nothing is opened here.

import { parseArgs } from 'node:util'
import { uuidBytes } from '../audiosocket/message.ts'
import { isKey } from '../base/keys.ts'
import type { KeyPress } from './phone.ts'
import { scriptHelp } from './script.ts'

/** `atMs` undefined: when the agent is silent. */
export type Sentence = { text: string; atMs: number | undefined }

export type Arguments = {
  host: string
  port: number
  callId: string | undefined
  ptimeMs: number
  maxMs: number
  keys: KeyPress[]
  say: Sentence[]
  wav: string | undefined
  script: string | undefined
  save: string | undefined
  language: string
  admin: string
  token: string | undefined
}

export type Parsed = { arguments: Arguments } | { help: true } | { fault: string }

export const usage = `usage: bun run call [options]

  calls a running server, as Asterisk would, and prints what happens

  --host 127.0.0.1 --port 9092      where the server listens for Asterisk
  --keys 1@3s,2@8.5s                keys and when to press them, counted from the start of the call
  --say "text"                      speaks when the agent is silent; may be given again;
                                    "text@3s" speaks at 3 s
  --script file                     takes turns with the agent, as the file says; see below
  --wav file                        speaks a WAV file (16 bit, any rate) from the start of the call
  --save out.wav                    records both sides: caller on the left, agent on the right
  --max 60s                         hangs up after this time, at most 3600s
  --uuid 00000000-0000-…            the call's id; a random one when left out
  --ptime 20                        packet time of the telephone: 10, 20, 30, 40 or 60 ms
  --language fr                     language of the voice that speaks --say and the script
  --admin http://127.0.0.1:8080     admin server to get the transcript and the latencies from;
                                    the call works without it
  --token …                         token of the admin server; default: ADMIN_TOKEN, or on the
                                    server's machine the one it keeps for commands in DATA_DIR

${scriptHelp}`

const ptimes = [10, 20, 30, 40, 60]

/** @returns the arguments, or one sentence about what is wrong with them */
export function parseArguments(argv: readonly string[]): Parsed {
  try {
    return read(argv)
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

function read(argv: readonly string[]): Parsed {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...argv],
    options: {
      host: { ...text, default: '127.0.0.1' },
      port: { ...text, default: '9092' },
      uuid: text,
      ptime: { ...text, default: '20' },
      max: { ...text, default: '60s' },
      keys: text,
      say: { ...text, multiple: true, default: [] },
      wav: text,
      script: text,
      save: text,
      language: { ...text, default: 'fr' },
      admin: { ...text, default: 'http://127.0.0.1:8080' },
      token: text,
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return { help: true }
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`--port ${values.port} is not a port`)
  const ptimeMs = Number(values.ptime)
  if (!ptimes.includes(ptimeMs)) throw new Error(`--ptime ${values.ptime} is not one of ${ptimes.join(', ')}`)
  const maxMs = durationMs(values.max)
  if (maxMs === undefined || maxMs <= 0 || maxMs > 3_600_000)
    throw new Error(`--max ${values.max} is not a time from 0.001s to 3600s, such as 60s`)
  if (values.uuid !== undefined && !uuidBytes(values.uuid))
    throw new Error(`--uuid ${values.uuid} is not a UUID`)
  if (!URL.canParse(values.admin)) throw new Error(`--admin ${values.admin} is not a URL`)
  const { host, wav, script, save, language, admin, token } = values
  const shared = { host, port, ptimeMs, maxMs, wav, script, save, language, admin, token }
  return {
    arguments: {
      ...shared,
      callId: values.uuid,
      keys: keysOf(values.keys ?? ''),
      say: values.say.map(sentenceOf),
    },
  }
}

function keysOf(text: string): KeyPress[] {
  if (text === '') return []
  return text.split(',').map((part) => {
    const [key, time, ...rest] = part.trim().split('@')
    const atMs = durationMs(time ?? '')
    if (!isKey(key) || atMs === undefined || rest.length > 0)
      throw new Error(`--keys: "${part}" is not a key and a time, such as 1@3s`)
    return { key, atMs }
  })
}

function sentenceOf(text: string): Sentence {
  const at = text.lastIndexOf('@')
  const atMs = at < 0 ? undefined : durationMs(text.slice(at + 1))
  const words = atMs === undefined ? text : text.slice(0, at)
  if (words.trim() === '') throw new Error('--say: there is nothing to say')
  return { text: words, atMs }
}

/** `3s`, `2.5s`, `300ms`; undefined for anything else. */
function durationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text)
  return match ? Number(match[1]) * (match[2] === 's' ? 1_000 : 1) : undefined
}
