// Starts the threads and loads SDKs and the admin app once the server is ready: beside the start they would take a
// third of its time on two cores. A call that comes sooner begins with ready-made phrases and needs none of them: it is
// judged by energy until the judge is there, what it says waits in its ring, and a voice's first words start a worker.

import { createResampler } from '../audio/resample.ts'
import type { VoiceJudge } from '../audio/voice-judge.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { prepared } from '../understanding/lexicons.ts'
import type { Admin } from './admin.ts'
import { behindCalls, type Pace, type Step } from './behind-calls.ts'
import type { CallNeeds } from './calls.ts'
import type { SpeechParts } from './speech.ts'

export type WarmUp = Pick<CallNeeds, 'vendors' | 'speech' | 'recording'> & {
  log: Log
  judge: VoiceJudge | undefined
  admin: Pick<Admin, 'start'>
}

/** Never rejects: what fails is logged, and the rest goes on. */
export async function warmUp(
  { log, vendors, speech, recording, judge, admin }: WarmUp,
  pace: Pace,
): Promise<void> {
  const tried = (what: string, work: Promise<unknown> | undefined) =>
    work?.catch((error: unknown) => log.warn(what, { error: errorText(error) }))
  const threads = [() => judge?.start(), () => recording.start(), () => speech.pool.startAll()]
  // What a first turn waits for comes before the rest.
  await tried('a thread could not be started', behindCalls(threads, pace))
  await tried('sounds and rules could not be prepared', behindCalls(preparing(speech), pace))
  // It logs its failure itself, and a request tries again.
  await admin.start().catch(() => {})
  await tried('an adapter could not be warmed up', vendors.warm())
  // The phrases are spoken afterwards: a voice that is still loading would miss their deadlines.
  await tried('the phrases could not be spoken', speech.revoicer?.work())
}

/** Sounds, and the rules of the languages, so that no first call or turn waits for them. */
function* preparing({ languages, waitingLoops }: SpeechParts): Generator<Step> {
  // Builds the filters of the two usual rates.
  for (const rateHz of [16_000, 24_000]) yield () => createResampler(rateHz, 8_000)
  yield () => waitingLoops?.noise
  const steps = prepared(languages)
  let isDone = false
  const next = () => {
    isDone = steps.next().done === true
  }
  while (!isDone) yield next
}
