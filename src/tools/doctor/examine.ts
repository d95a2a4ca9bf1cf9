// All checks, one adapter after the other: what a call would do, once.

import { join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { createLog } from '../../base/log.ts'
import { Metrics } from '../../base/metrics.ts'
import { createConverter } from '../../codecs/convert.ts'
import { audioWorker } from '../../codecs/jobs.ts'
import { speechOnly } from '../../codecs/speech-only.ts'
import type { Config } from '../../config.ts'
import type { Texts } from '../../desk/texts.ts'
import { parseTemplates } from '../../dialogue/model/prompt.ts'
import type { InUse, Providers } from '../../providers/catalog.ts'
import { openVendors } from '../../server/vendors.ts'
import { createPool } from '../../threads/pool.ts'
import { checkAsterisk } from './asterisk.ts'
import type { About, Check } from './check.ts'
import { checkDesk } from './desk.ts'
import { checkList } from './lists.ts'
import { checkModel, promptOf } from './models.ts'
import type { Report } from './print.ts'
import { checkRecogniser, type Sentence } from './recognisers.ts'
import { checkVoice } from './voices.ts'

export type ExamineOptions = {
  /** For one answer as a whole; the adapters' own deadlines are shorter. */
  limitMs: number
  /** How long a frame of the sentence takes; 20 is real time. */
  frameMs: number
  /** From the end of the sentence to its words. */
  wordsMs: number
}
export const examineDefaults: ExamineOptions = { limitMs: 15_000, frameMs: 20, wordsMs: 8_000 }

/** @throws {ConfigError} when a list leaves no recogniser or no voice, or the assets cannot be read */
export async function examine(
  config: Config,
  clock: Clock,
  given: Partial<ExamineOptions> = {},
): Promise<Report> {
  const { limitMs, ...pace } = { ...examineDefaults, ...given }
  const metrics = new Metrics()
  const { log } = createLog({ level: 'error', showPrivate: false, write: () => {} })
  const vendors = openVendors(config, clock, metrics)
  const pool = createPool({ name: 'audio', worker: audioWorker, size: 1, clock, log, metrics })
  const tools = { converter: speechOnly(createConverter(pool)), clock, limitMs, ...pace }
  try {
    const checks = skippedLines(vendors)
    const offered = await readLists(vendors, tools, checks)
    const about = (part: Check['part'], one: InUse): About => ({
      ...{ part, name: one.label, definition: one.definition, values: config },
      offered: offered.get(one) ?? [],
    })
    // What the first call would wait for: SDKs and threads. What cannot be loaded fails in its own check.
    await vendors.warm().catch(() => undefined)
    const { checks: ofDesk, desk, texts } = await checkDesk(config)
    checks.push(...ofDesk)
    const asked = { text: sentenceOf(texts), language: config.LANGUAGE }
    let samples: Int16Array | undefined
    for (const voice of vendors.adapters.tts) {
      const spoken = await checkVoice(about('voice', voice), voice.adapter, asked, tools)
      checks.push(spoken.check)
      samples ??= spoken.samples
    }
    if (vendors.adapters.llm.length > 0) {
      const messages = promptOf(desk, texts, await templatesFrom(config))
      for (const model of vendors.adapters.llm)
        checks.push(await checkModel(about('model', model), model.adapter, { desk, messages }, tools))
    }
    const hearing = vendors.adapters.stt.filter(({ adapter }) => adapter.hearsWords)
    if (hearing.length > 0) samples ??= await shippedSpeech(config)
    for (const one of hearing) {
      const sentence: Sentence = { ...asked, samples: samples ?? new Int16Array(0) }
      checks.push(await checkRecogniser(about('recogniser', one), one.adapter, sentence, tools))
    }
    if (config.AMI_USER !== '') checks.push(...(await checkAsterisk(config, clock, limitMs)))
    return { ok: checks.every(({ verdict }) => verdict !== 'failed'), checks }
  } finally {
    vendors.close()
    pool.close()
  }
}

const partOf = { stt: 'recogniser', llm: 'model', tts: 'voice' } as const

/** The adapters that the settings name and that have no credentials. */
function skippedLines({ skipped }: Providers): Check[] {
  return skipped.map(({ adapter, reason }) => {
    const [service, name] = adapter.split(' ')
    return {
      part: partOf[service as keyof typeof partOf],
      name,
      verdict: 'unused',
      says: `not in use: ${reason}`,
    }
  })
}

async function readLists(
  { adapters: { stt, llm, tts } }: Providers,
  tools: { clock: Clock; limitMs: number },
  checks: Check[],
): Promise<Map<InUse, readonly string[]>> {
  const all: readonly InUse[] = [...tts, ...llm, ...stt]
  const findings = await Promise.all(all.map((one) => checkList(one, tools)))
  for (const { check } of findings) if (check) checks.push(check)
  return new Map(all.map((one, i) => [one, findings[i].offered]))
}

const assetOf = ({ ASSETS_DIR }: Config, name: string) => Bun.file(join(ASSETS_DIR, name))

const templatesFrom = async (config: Config) =>
  parseTemplates(await assetOf(config, `prompts/${config.LANGUAGE}.md`).text())

/** What each voice says and each recogniser hears. */
const sentenceOf = ({ lines: { welcome } }: Texts): string =>
  typeof welcome === 'string' ? welcome : welcome[0]

/** When no voice in use spoke, the recognisers hear the shipped audio of the same sentence, slin8. */
const shippedSpeech = async (config: Config): Promise<Int16Array> =>
  new Int16Array(await assetOf(config, `cache/${config.LANGUAGE}.welcome.raw`).arrayBuffer())
