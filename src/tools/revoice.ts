// `bun run phrases --voice`: lets the first voice of TTS speak the phrases, as a server does in the background. It
// writes to the site folder only; a running server uses the audio after a reload.

import { join } from 'node:path'
import { systemClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { Metrics } from '../base/metrics.ts'
import { createConverter } from '../codecs/convert.ts'
import { audioWorker, createAudioJobs } from '../codecs/jobs.ts'
import { speechOnly } from '../codecs/speech-only.ts'
import { offeredLanguages } from '../config/languages.ts'
import type { Config } from '../config.ts'
import type { PhraseSpeaker } from '../phrases/generate.ts'
import { readPhrases } from '../phrases/read.ts'
import { Revoicer } from '../phrases/revoicer.ts'
import { priceOf } from '../providers/prices.ts'
import { openPrices } from '../server/spending/prices.ts'
import { openVendors, speakerOf } from '../server/vendors.ts'
import { openSite } from '../site/store.ts'
import { createPool } from '../threads/pool.ts'

type Out = { write(text: string): unknown; isTTY?: boolean }

/** Pauses in a row after which the command gives up; what is spoken stays. */
const mostPauses = 3
const progressEveryMs = 500

/**
 * @param isCheck names what there is to do and what it costs, and does nothing
 * @param given speaks in the place of the first voice of TTS, for tests
 * @returns the exit code: 0 when the voice has spoken all phrases
 */
export async function revoice(
  config: Config,
  out: Out,
  isCheck: boolean,
  given?: PhraseSpeaker,
): Promise<number> {
  const metrics = new Metrics()
  const vendors = openVendors(config, systemClock, metrics)
  const base = { clock: systemClock, log: silentLog, metrics }
  const pool = createPool({ name: 'audio', worker: audioWorker, size: config.AUDIO_WORKERS, ...base })
  const audio = createAudioJobs(pool)
  const site = await openSite({ dir: join(config.DATA_DIR, 'site'), wallMs: Date.now })
  const speaker = given ?? speakerOf(vendors.tts, speechOnly(createConverter(pool)))
  const wanted = { languages: offeredLanguages(config), voice: speaker.voice }
  const prices = await openPrices(config.ASSETS_DIR, site)
  const voice = vendors.voices[0]?.billed
  let pauses = 0
  const load = async () => {
    await site.refresh()
    const { own, arena } = await readPhrases(config.ASSETS_DIR, 0, site, wanted)
    revoicer.loaded({ own, bytes: arena.buffer.byteLength })
  }
  const revoicer: Revoicer = new Revoicer({
    ...{ ...base, site, speaker, renew: load },
    finish: (spoken, rateHz) => audio.finish(spoken, rateHz),
    price: () => voice && priceOf(prices, voice),
    megabytes: config.PHRASE_CACHE_MB,
    onPause(reason) {
      pauses = reason === undefined ? 0 : pauses + 1
      if (reason !== undefined) out.write(`${out.isTTY ? '\r\x1b[K' : ''}${reason}\n`)
      if (pauses >= mostPauses) revoicer.close()
    },
  })
  try {
    await load()
    const { voice, phrases, done, cost } = revoicer.state
    out.write(`${voice} has spoken ${done} of ${phrases} phrases; the rest: ${cost}\n`)
    if (isCheck) return done === phrases ? 0 : 1
    const progress = () => out.write(`\r\x1b[K${revoicer.state.done} of ${revoicer.state.phrases}`)
    const timer = out.isTTY ? setInterval(progress, progressEveryMs) : undefined
    await revoicer.work().finally(() => clearInterval(timer))
    const { phase, onAir } = revoicer.state
    const end = onAir
      ? 'all are spoken; a running server uses them after a reload'
      : `not all are spoken (${phase})`
    out.write(`${out.isTTY ? '\r\x1b[K' : ''}${end}\n`)
    return onAir ? 0 : 1
  } finally {
    revoicer.close()
    pool.close()
    vendors.close()
  }
}
