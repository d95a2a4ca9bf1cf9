// `bun run privacy`: the processing sheet, made from the settings: which data, where, for how long, which vendor gets
// what, and what callers are told. Markdown, French or English, for the operator's records. It is no legal advice.

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { wantsHelp } from '../base/command-line.ts'
import { errorText } from '../base/errors.ts'
import { type Config, loadConfig } from '../config.ts'
import { parseTexts, type Texts } from '../desk/texts.ts'
import { layOver } from '../phrases/overlay.ts'
import { loadTexts } from '../phrases/texts.ts'
import { destinationOf, hasCredentials } from '../providers/adapter.ts'
import { adaptersFor } from '../providers/adapters.ts'
import { openSite } from '../site/store.ts'
import { hostNotes, type Sheet, sheets, vendorNotes } from './privacy-texts.ts'

const usage = `usage: bun run privacy [--lang fr|en]

  prints the processing sheet of this server, made from its settings, as Markdown`

/** The place that a base URL names. */
/** Systems that get something of calls besides the vendors. */
function receivers(config: Config, sheet: Sheet): string[] {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: traces, LOOKUP_URL: lookup, WEBHOOK_URL: webhooks } = config
  return [
    { name: 'OpenTelemetry', gets: sheet.traces, url: traces },
    { name: 'LOOKUP_URL', gets: sheet.lookup, url: lookup },
    { name: 'WEBHOOK_URL', gets: sheet.webhooks, url: webhooks },
  ].flatMap(({ name, gets, url }) =>
    url === '' ? [] : [`| ${name} | ${gets} | ${hostOf(url, sheet)} | – |`],
  )
}

function hostOf(url: string, sheet: Sheet): string {
  const host = URL.canParse(url) ? new URL(url).hostname : url
  const isHere = /^(localhost|127\.|\[?::1)/.test(host)
  return `${host} (${isHere ? sheet.here : (hostNotes[host]?.[sheet.language] ?? sheet.unknownHost)})`
}

/** One row per adapter in use: a vendor without its key and without an address of its own is not asked. */
function vendorRows(config: Config, values: Readonly<Record<string, unknown>>, sheet: Sheet): string[] {
  const services = { stt: config.STT, llm: config.LLM, tts: config.TTS }
  return (['stt', 'llm', 'tts'] as const).flatMap((service) =>
    services[service].flatMap((name) =>
      adaptersFor(service)
        .filter((one) => one.name === name)
        .flatMap((one) => {
          const { vendor, credentials } = one
          if (credentials === undefined) return [`| ${name} | ${sheet.gets[service]} | ${sheet.inside} | – |`]
          if (!hasCredentials(one, values)) return []
          const note = vendorNotes[vendor]?.[sheet.language] ?? sheet.unknownVendor
          const place = hostOf(destinationOf(credentials, values).baseUrl, sheet)
          return [`| ${name} (${vendor}) | ${sheet.gets[service]} | ${place} | ${note} |`]
        }),
    ),
  )
}

/** What callers hear, in the texts' own words. */
function toldTo(config: Config, { lines }: Texts): string[] {
  const names = ['welcome']
  if (isRecorded(config) && config.RECORDING === 'notice') names.push('recording_notice', 'recording_stopped')
  if (isRecorded(config) && config.RECORDING === 'consent')
    names.push('ask_consent', 'recording_agreed', 'recording_declined')
  return names.map((name) => `- « ${[lines[name]].flat()[0]} »`)
}

const isRecorded = ({ RECORDING, RECORDINGS_DIR }: Config): boolean =>
  RECORDING !== 'off' && RECORDINGS_DIR !== ''

/**
 * The sheet as Markdown.
 *
 * @param texts of the language that callers hear
 */
export function privacySheet(config: Config, texts: Texts, language: 'fr' | 'en'): string {
  const sheet = sheets[language]
  const values = config as unknown as Readonly<Record<string, unknown>>
  const recorded = isRecorded(config)
  const { RECORDINGS_DIR, RECORDINGS_DAYS, TRANSCRIPTS_DAYS, STATISTICS_DAYS } = config
  const days = (count: number) => `${count} ${sheet.days}`
  const transcriptDays = Math.max(TRANSCRIPTS_DAYS, RECORDINGS_DAYS)
  const row = (what: string, where: string, time: string) => `| ${what} | ${where} | ${time} |`
  return [
    `# ${sheet.title}`,
    '',
    sheet.intro,
    '',
    `## ${sheet.dataTitle}`,
    '',
    `| ${sheet.dataHead.join(' | ')} |`,
    '|---|---|---|',
    ...(recorded
      ? [
          row(sheet.audio, `\`${RECORDINGS_DIR}\``, days(RECORDINGS_DAYS)),
          row(sheet.transcript, `\`${RECORDINGS_DIR}\``, days(transcriptDays)),
          row(sheet.inputs, `\`${RECORDINGS_DIR}\``, days(transcriptDays)),
          row(sheet.index, `\`${join(RECORDINGS_DIR, '.search.sqlite')}\``, days(transcriptDays)),
          row(
            sheet.statistics,
            `\`${RECORDINGS_DIR}\``,
            STATISTICS_DAYS === 0 ? sheet.none : days(STATISTICS_DAYS),
          ),
        ]
      : [row(sheet.audio, sheet.none, sheet.none), row(sheet.transcript, sheet.none, sheet.none)]),
    row(sheet.memory, sheet.inMemory, sheet.memoryTime),
    row(sheet.log, config.LOG_PRIVATE ? sheet.logPrivate : sheet.logPlain, sheet.logTime),
    row(sheet.next, 'Asterisk', sheet.nextTime),
    '',
    `## ${sheet.recordingTitle}`,
    '',
    `- ${sheet.policies[recorded ? config.RECORDING : 'off']}`,
    ...(recorded ? [`- ${config.RECORDING_PAUSE ? sheet.pauseOn : sheet.pauseOff}`] : []),
    '',
    `## ${sheet.toldTitle}`,
    '',
    ...toldTo(config, texts),
    '',
    `## ${sheet.vendorsTitle}`,
    '',
    `| ${sheet.vendorsHead.join(' | ')} |`,
    '|---|---|---|---|',
    ...vendorRows(config, values, sheet),
    ...receivers(config, sheet),
    '',
    sheet.vendorsNote,
    '',
    `## ${sheet.rightsTitle}`,
    '',
    ...sheet.rights.map((line) => `- ${line}`),
    '',
  ].join('\n')
}

/** The texts that callers hear: the shipped ones under what the site has changed. */
async function textsInUse({ ASSETS_DIR, DATA_DIR, LANGUAGE }: Config): Promise<Texts> {
  const site = await openSite({ dir: join(DATA_DIR, 'site'), wallMs: Date.now })
  const { texts } = layOver(await loadTexts(join(ASSETS_DIR, 'phrases')), site.state.phrases)
  return parseTexts(texts.find((one) => one.language === LANGUAGE))
}

/** @returns the exit code: 0, 1 when settings or texts cannot be read, 2 for wrong arguments */
export async function privacyMain(
  args: readonly string[],
  out: { write(text: string): void },
  environment: Record<string, string | undefined> = {},
): Promise<number> {
  if (wantsHelp(args)) {
    out.write(`${usage}\n`)
    return 0
  }
  let language: string
  try {
    const options = { lang: { type: 'string', default: 'fr' } } as const
    language = parseArgs({ args: [...args], options }).values.lang
    if (language !== 'fr' && language !== 'en') throw new Error('--lang is fr or en')
  } catch (error) {
    out.write(`${usage}\n\n${errorText(error)}\n`)
    return 2
  }
  try {
    const { config } = loadConfig(environment)
    out.write(privacySheet(config, await textsInUse(config), language))
    return 0
  } catch (error) {
    out.write(`${errorText(error)}\n`)
    return 1
  }
}

if (import.meta.main) process.exitCode = await privacyMain(Bun.argv.slice(2), process.stdout, process.env)
