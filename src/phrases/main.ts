// The command `bun run phrases`: makes the recordings of the fixed sentences with the embedded voice, or checks
// them. A command file like src/main.ts, so it may know a provider.

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { errorText } from '../base/errors.ts'
import { embeddedVoiceName } from '../providers/embedded/tts.ts'
import { createVoice, type Voice } from '../providers/embedded/voice.ts'
import { checkPhrases, generatePhrases, type PhraseSpeaker } from './generate.ts'

const usage = `bun run phrases [--check] [--lang fr] [--force] [--assets assets]

  makes the recordings of assets/phrases/*.json that are missing or of another text, and removes those without one
  --check   makes nothing; ends with 1 and a list when texts and recordings disagree
  --lang    only this language
  --force   makes all again
  --assets  the folder of assets`

type Out = { write(text: string): unknown; isTTY?: boolean }

/** @returns the exit status: 0 done or in step, 1 out of step or failed, 2 not understood */
export async function runPhrases(
  args: string[],
  out: Out = process.stdout,
  speaker?: PhraseSpeaker & { close(): void },
): Promise<number> {
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
  out.write(faults.length === 0 ? 'texts and recordings agree\n' : `${faults.length} out of step\n`)
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
    const megabytes = (result.bytes / 1_048_576).toFixed(1)
    if (out.isTTY) out.write('\r\x1b[K')
    out.write(
      `${result.made.length} made, ${result.current} were current, ${result.removed.length} removed, ${megabytes} MB\n`,
    )
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
