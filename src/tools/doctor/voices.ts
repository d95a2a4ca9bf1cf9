// One sentence from each voice in use: is it speech, and how long does it take.

import { joinSamples, rateHz } from '../../audio/pcm.ts'
import type { Clock } from '../../base/clock.ts'
import type { Converter } from '../../codecs/convert.ts'
import { ProviderFailure } from '../../providers/errors.ts'
import type { Tts } from '../../providers/tts.ts'
import { within } from '../../providers/watchdog.ts'
import type { About, Check } from './check.ts'
import { failed } from './failed.ts'

/** A sentence takes at least so long; less is a click or a part of it. */
const leastSPerChar = 0.02

export type Spoken = { check: Check; samples: Int16Array | undefined }

/** @param converter lets only speech pass. @param limitMs for the whole sentence */
export async function checkVoice(
  about: About,
  tts: Tts,
  asked: { text: string; language: string },
  { converter, clock, limitMs }: { converter: Converter; clock: Clock; limitMs: number },
): Promise<Spoken> {
  const control = new AbortController()
  const { signal } = control
  const startMs = clock.now()
  let firstMs = 0
  const speak = async () => {
    const speech = await tts.speak({ ...asked, signal })
    firstMs = Math.round(clock.now() - startMs)
    return joinSamples(await Array.fromAsync(converter.convert(speech, signal)))
  }
  try {
    const watch = { clock, who: about.definition.name, signal }
    const samples = await within(speak(), startMs + limitMs, watch)
    const seconds = samples.length / rateHz
    if (seconds < leastSPerChar * asked.text.length)
      throw new ProviderFailure('badAudio', `${about.definition.name} spoke only ${seconds.toFixed(1)} s`)
    const says = `speaks: ${seconds.toFixed(1)} s of speech in ${Math.round(clock.now() - startMs)} ms`
    const { part, name } = about
    return { check: { part, name, verdict: 'ok', says, ms: firstMs }, samples }
  } catch (error) {
    return { check: failed(about, error), samples: undefined }
  } finally {
    control.abort()
  }
}
