// The command `bun run phrases`: makes the recordings of the fixed sentences with the embedded voice, or checks them.
// As a command, like src/main.ts, it may import a provider.

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { wantsHelp } from '../base/command-line.ts'
import { errorText } from '../base/errors.ts'
import { embeddedVoiceName } from '../providers/embedded/tts.ts'
import { createVoice, type Voice } from '../providers/embedded/voice.ts'
import { checkPhrases, generatePhrases, type PhraseSpeaker } from './generate.ts'

const usage = `usage: bun run phrases [--check] [--lang fr] [--force] [--assets assets]

  makes the audio of new and changed phrases of assets/phrases/*.json, and removes audio whose text is gone
  --check   changes nothing; lists where texts and audio differ, and then ends with 1
  --lang    only this language
  --force   makes all audio again
  --assets  another folder of assets`

type Out = { write(text: string): unknown; isTTY?: boolean }

/** @returns the exit code: 0 done, or texts and audio agree; 1 they differ, or it failed; 2 the arguments are wrong */
export async function runPhrases(
  args: string[],
  out: Out = process.stdout,
  speaker?: PhraseSpeaker & { close(): void },
): Promise<number> {
  if (wantsHelp(args)) {
    out.write(`${usage}\n`)
    return 0
  }
  let options: ReturnType<typeof parse>
  try {
    options = parse(args)
  } catch (error) {
    out.write(`${errorText(error)}\n\n${usage}\n`)
    return 2
  }
  const { check, lang, force, assets } = options
  try {
    return check ? await runCheck(assets, lang, out) : await runMake(assets, lang, force, out, speaker)
  } catch (error) {
    out.write(`\n${errorText(error)}\n`)
    return 1
  }
}

function parse(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      check: { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
      lang: { type: 'string' },
      assets: { type: 'string', default: 'assets' },
    },
  })
  return values
}

async function runCheck(assets: string, lang: string | undefined, out: Out): Promise<number> {
  const faults = await checkPhrases(assets, lang)
  for (const { file, reason } of faults) out.write(`${file} ${reason}\n`)
  out.write(faults.length === 0 ? 'texts and recordings agree\n' : `${faults.length} out of date\n`)
  return faults.length === 0 ? 0 : 1
}

async function runMake(
  assetsDir: string,
  language: string | undefined,
  force: boolean,
  out: Out,
  given?: PhraseSpeaker & { close(): void },
): Promise<number> {
  const speaker = given ?? embeddedSpeaker(join(assetsDir, 'voices'))
  try {
    const onProgress = out.isTTY
      ? (done: number, all: number, { file }: { file: string }) => out.write(bar(done, all, file))
      : undefined
    const result = await generatePhrases({ assetsDir, speaker, language, force, onProgress })
    const { made, current, removed } = result
    const megabytes = (result.bytes / 1_048_576).toFixed(1)
    if (out.isTTY) out.write('\r\x1b[K')
    out.write(`${made.length} made, ${current} already current, ${removed.length} removed, ${megabytes} MB\n`)
    return 0
  } finally {
    speaker.close()
  }
}

function embeddedSpeaker(folder: string): PhraseSpeaker & { close(): void } {
  const voices = new Map<string, Voice>()
  return {
    voice: embeddedVoiceName,
    async speak(text, language) {
      const voice = voices.get(language) ?? (await createVoice({ language, folder }))
      voices.set(language, voice)
      return { samples: await voice.speak(text), rateHz: voice.rateHz }
    },
    close() {
      for (const voice of voices.values()) voice.close()
    },
  }
}

const barWidth = 30

function bar(done: number, all: number, file: string): string {
  const full = Math.round((done / all) * barWidth)
  return `\r\x1b[K[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}] ${done}/${all} ${file}`
}

if (import.meta.main) process.exit(await runPhrases(Bun.argv.slice(2)))
