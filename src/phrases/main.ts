// The command `bun run phrases`: makes the audio of the site's own phrases again, lets another voice speak the desk, or
// makes the shipped recordings with the embedded voice. As a command, like src/main.ts, it may import every room.

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { wantsHelp } from '../base/command-line.ts'
import { errorText } from '../base/errors.ts'
import { loadConfig } from '../config.ts'
import { embeddedVoiceName } from '../providers/embedded/tts.ts'
import { createVoice, type Voice } from '../providers/embedded/voice.ts'
import { openSite, type Site } from '../site/store.ts'
import { revoice } from '../tools/revoice.ts'
import { checkPhrases, generatePhrases, type PhraseSpeaker } from './generate.ts'
import { checkSite, repairSite } from './repair.ts'

const usage = `usage: bun run phrases [--voice | --shipped] [--check] [--lang fr] [--force] [--assets dir] [--data dir]

  makes missing audio of the site's own phrases; folders as the server has them, from ASSETS_DIR and DATA_DIR
  --voice   lets the first voice of TTS speak all phrases that calls can hear, as a server does in the background, and
            writes them to DATA_DIR; names the price first
  --shipped for a change of the program: makes the audio of new and changed phrases of assets/phrases/*.json with the
            embedded voice, and removes audio whose text is gone
  --check   changes nothing; lists where texts and audio differ, and then ends with 1; with --voice the price
  --lang    only this language of the program's phrases
  --force   makes all audio of the program again, with --shipped
  --assets  another folder of assets, without the site's phrases
  --data    another folder of the site's phrases`

type Out = { write(text: string): unknown; isTTY?: boolean }
type Environment = Record<string, string | undefined>

/** @returns the exit code: 0 done, or texts and audio agree; 1 they differ, or it failed; 2 the arguments are wrong */
export async function runPhrases(
  args: string[],
  out: Out = process.stdout,
  speaker?: PhraseSpeaker & { close(): void },
  environment: Environment = {},
): Promise<number> {
  if (wantsHelp(args)) {
    out.write(`${usage}\n`)
    return 0
  }
  let options: ReturnType<typeof parse>
  try {
    options = parse(args, environment)
  } catch (error) {
    out.write(`${errorText(error)}\n\n${usage}\n`)
    return 2
  }
  try {
    if (options.voice) return await revoice(loadConfig(environment).config, out, options.check, speaker)
    const { dataDir } = options
    const site =
      dataDir === undefined ? undefined : await openSite({ dir: join(dataDir, 'site'), wallMs: Date.now })
    return options.check ? await runCheck(options, site, out) : await runMake(options, site, out, speaker)
  } catch (error) {
    out.write(`\n${errorText(error)}\n`)
    return 1
  }
}

function parse(args: string[], environment: Environment) {
  const { values } = parseArgs({
    args,
    options: {
      check: { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
      voice: { type: 'boolean', default: false },
      shipped: { type: 'boolean', default: false },
      lang: { type: 'string' },
      assets: { type: 'string' },
      data: { type: 'string' },
    },
  })
  const { lang: language, assets, data, ...flags } = values
  if (flags.voice && (flags.shipped || assets !== undefined))
    throw new Error('--voice has the folders of the server, and goes without --shipped.')
  if (flags.force && !flags.shipped) throw new Error('--force goes with --shipped.')
  if (assets !== undefined) return { ...flags, language, assetsDir: assets, dataDir: data }
  const { ASSETS_DIR, DATA_DIR } = loadConfig(environment).config
  return { ...flags, language, assetsDir: ASSETS_DIR, dataDir: data ?? DATA_DIR }
}
type Options = ReturnType<typeof parse>

async function runCheck({ assetsDir, language }: Options, site: Site | undefined, out: Out): Promise<number> {
  const faults = await checkPhrases(assetsDir, language)
  if (site) faults.push(...(await checkSite(assetsDir, site)))
  for (const { file, reason } of faults) out.write(`${file} ${reason}\n`)
  out.write(faults.length === 0 ? 'texts and recordings agree\n' : `${faults.length} out of date\n`)
  return faults.length === 0 ? 0 : 1
}

async function runMake(
  { assetsDir, language, force, shipped }: Options,
  site: Site | undefined,
  out: Out,
  given?: PhraseSpeaker & { close(): void },
): Promise<number> {
  const speaker = given ?? embeddedSpeaker(join(assetsDir, 'voices'))
  try {
    if (shipped) await makeShipped()
    const repaired = site ? await repairSite(assetsDir, site, speaker, 'bun run phrases') : []
    if (repaired.length > 0)
      out.write(`the site's own: ${repaired.join(', ')}; a running server uses them after a reload\n`)
    const faults = await checkPhrases(assetsDir, language)
    if (faults.length > 0)
      out.write(
        `${faults.length} of the program's are out of date; \`bun run phrases --shipped\` makes them\n`,
      )
    else if (!shipped && repaired.length === 0) out.write('texts and recordings agree\n')
    return 0
  } finally {
    speaker.close()
  }

  async function makeShipped(): Promise<void> {
    const onProgress = out.isTTY
      ? (done: number, all: number, { file }: { file: string }) => out.write(bar(done, all, file))
      : undefined
    const result = await generatePhrases({ assetsDir, speaker, language, force, onProgress })
    const { made, current, removed } = result
    const megabytes = (result.bytes / 1_048_576).toFixed(1)
    if (out.isTTY) out.write('\r\x1b[K')
    out.write(`${made.length} made, ${current} already current, ${removed.length} removed, ${megabytes} MB\n`)
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

if (import.meta.main) {
  process.exit(await runPhrases(Bun.argv.slice(2), process.stdout, undefined, process.env))
}
