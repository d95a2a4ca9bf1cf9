// `bun run call`: one simulated call to a running server. Prints what happens; can record both sides as a stereo WAV.

import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { commandToken } from '../access/command-token.ts'
import { resample } from '../audio/resample.ts'
import { readWav, writeWav } from '../audio/wav.ts'
import { systemClock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import { loadConfig } from '../config.ts'
import { type Arguments, parseArguments, usage } from './arguments.ts'
import { converse } from './conversation.ts'
import { parseScript } from './script.ts'
import { Transcript } from './transcript.ts'
import type { ReadyAct } from './turns.ts'

const telephoneHz = 8_000

/** @returns the exit code: 0 the call ended well, 1 no answer or the agent violated the protocol, 2 wrong arguments */
export async function runCall(
  argv: readonly string[],
  print: (line: string) => void,
  signal?: AbortSignal,
): Promise<number> {
  const parsed = parseArguments(argv)
  if ('help' in parsed || 'fault' in parsed) {
    if ('fault' in parsed) print(`${parsed.fault}\n`)
    print(usage)
    return 'help' in parsed ? 0 : 2
  }
  const given = parsed.arguments
  const callId = (given.callId ?? randomUUID()).toLowerCase()
  let prepared: Prepared
  try {
    prepared = await prepare(given)
  } catch (error) {
    print(`cannot prepare what the caller says: ${errorText(error)}`)
    return 2
  }
  print(`calling ${given.host}:${given.port} as ${callId}`)
  const transcript = new Transcript(new URL(`/api/calls/${callId}`, given.admin).href, tokenFor(given))
  const result = await converse({
    ...given,
    ...prepared,
    callId,
    clock: systemClock,
    transcript,
    print,
    signal,
  })
  if (given.save) {
    await Bun.write(
      given.save,
      writeWav(stereo(result.said, result.heard), { rateHz: telephoneHz, channels: 2 }),
    )
    print(`saved ${given.save}: caller left, agent right`)
  }
  if (result.end === 'no answer')
    print(
      `no server answers at ${given.host}:${given.port}: ` +
        'start the server there (`bun run start`), or give --host and --port',
    )
  return result.end === 'no answer' || result.end === 'violation' ? 1 : 0
}

/** The token for the transcript; the call itself needs none, so faulty settings only leave the transcript out. */
function tokenFor({ admin, token }: Arguments): string | undefined {
  if (token !== undefined) return token
  try {
    const { ADMIN_TOKEN, DATA_DIR } = loadConfig(process.env).config
    return commandToken({ url: admin, dir: DATA_DIR, given: ADMIN_TOKEN })
  } catch {
    return undefined
  }
}

type Prepared = { speech: { samples: Int16Array; atMs: number }[]; acts: ReadyAct[] }

/** Makes all speech before the call begins, so that it does not delay the caller. */
async function prepare(given: Arguments): Promise<Prepared> {
  const { script } = given
  const acts = script === undefined ? [] : parseScript(await Bun.file(script).text(), script)
  const speaks = given.say.length > 0 || acts.some(({ kind }) => kind === 'says' || kind === 'saysOver')
  // Load the voice only when it is needed; loading takes longer than the rest of the command.
  const { createVoice } = speaks ? await import('../providers/embedded/voice.ts') : {}
  const voice = await createVoice?.({ language: given.language })
  const spoken = async (text: string): Promise<Int16Array> =>
    voice ? resample(await voice.speak(text), voice.rateHz, telephoneHz) : new Int16Array(0)
  const prepared: Prepared = { speech: [], acts: [] }
  try {
    if (given.wav !== undefined) prepared.speech.push({ samples: await readSpeech(given.wav), atMs: 0 })
    for (const { text, atMs } of given.say) {
      const samples = await spoken(text)
      if (atMs === undefined) prepared.acts.push({ kind: 'says', text, samples })
      else prepared.speech.push({ samples, atMs })
    }
    for (const act of acts) {
      if (act.kind === 'says' || act.kind === 'saysOver')
        prepared.acts.push({ ...act, samples: await spoken(act.text) })
      else if (act.kind === 'plays') {
        const samples = await readSpeech(join(dirname(script ?? ''), act.file))
        prepared.acts.push({ kind: 'says', text: act.file, samples })
      } else prepared.acts.push(act)
    }
  } finally {
    voice?.close()
  }
  return prepared
}

async function readSpeech(file: string): Promise<Int16Array> {
  const { samples, rateHz, channels } = readWav(await Bun.file(file).bytes())
  return resample(mono(samples, channels), rateHz, telephoneHz)
}

function mono(samples: Int16Array, channels: number): Int16Array {
  if (channels === 1) return samples
  const mixed = new Int16Array(Math.floor(samples.length / channels))
  for (let i = 0; i < mixed.length; i++) {
    let sum = 0
    for (let c = 0; c < channels; c++) sum += samples[i * channels + c]
    mixed[i] = sum / channels
  }
  return mixed
}

function stereo(left: Int16Array, right: Int16Array): Int16Array {
  const both = new Int16Array(Math.max(left.length, right.length) * 2)
  for (let i = 0; i < left.length; i++) both[2 * i] = left[i]
  for (let i = 0; i < right.length; i++) both[2 * i + 1] = right[i]
  return both
}

if (import.meta.main) {
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  process.exit(await runCall(Bun.argv.slice(2), console.log, interrupted.signal))
}
