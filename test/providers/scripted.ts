// Adapters that follow a script, on the test's clock.

import { type Clock, waitMs } from '../../src/base/clock.ts'
import { type ProviderCode, ProviderFailure } from '../../src/providers/errors.ts'
import type { Llm, LlmRequest } from '../../src/providers/llm.ts'
import type { AudioFormat, SpeakRequest, Tts } from '../../src/providers/tts.ts'
import type { FakeClock } from '../support/lab/fake-clock.ts'

/** One thing an adapter does: hand out text or seconds of audio, wait, fail, or hang for ever. */
export type Step<T> = T | { waitMs: number } | { fail: ProviderCode; retryAfterMs?: number } | 'hang'

export type Told<R> = { atMs: number; request: R }

async function act<T>(step: Step<T>, clock: Clock, signal: AbortSignal): Promise<T | undefined> {
  if (step === 'hang') {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    throw new ProviderFailure('aborted', 'ended')
  }
  if (typeof step === 'object' && step !== null && 'waitMs' in step) {
    await waitMs(clock, step.waitMs, signal)
    return undefined
  }
  if (typeof step === 'object' && step !== null && 'fail' in step)
    throw new ProviderFailure(step.fail, `as scripted: ${step.fail}`, {
      retryable: !['auth', 'refused'].includes(step.fail),
      retryAfterMs: step.retryAfterMs,
    })
  return step as T
}

/** @param replies what each request gets, in order; the last one is repeated */
export function scriptedLlm(
  clock: Clock,
  name: string,
  replies: readonly (readonly Step<string | { text: string }>[])[],
) {
  const asked: Told<LlmRequest>[] = []
  const llm: Llm = {
    name,
    model: 'm',
    async *reply(request) {
      const steps = replies[Math.min(asked.length, replies.length - 1)]
      asked.push({ atMs: clock.now(), request })
      for (const step of steps) {
        const piece = await act(step, clock, request.signal)
        if (typeof piece === 'object') yield piece.text
        else if (piece !== undefined) yield piece
      }
    },
    close() {},
  }
  return { llm, asked }
}

/** A number stands for seconds of audio in the voice's format. */
export function scriptedTts(
  clock: Clock,
  name: string,
  answers: readonly (readonly Step<number>[])[],
  format: AudioFormat = { encoding: 's16le', rateHz: 8_000 },
) {
  const asked: Told<SpeakRequest>[] = []
  const perS = 'rateHz' in format && format.rateHz ? format.rateHz * 2 : 4_000
  const tts: Tts = {
    name,
    voice: `${name}/voice`,
    voiceKey: `${name}/voice`,
    async speak(request) {
      const steps = [...answers[Math.min(asked.length, answers.length - 1)]]
      asked.push({ atMs: clock.now(), request })
      let first: number | undefined
      while (first === undefined && steps.length > 0)
        first = await act(steps.shift() as Step<number>, clock, request.signal)
      return {
        format,
        chunks: (async function* () {
          if (first !== undefined) yield new Uint8Array(first * perS)
          for (const step of steps) {
            const seconds = await act(step, clock, request.signal)
            if (seconds !== undefined) yield new Uint8Array(seconds * perS)
          }
        })(),
      }
    },
    close() {},
  }
  return { tts, asked }
}

/** Moves the clock on by 10 ms at a time until `work` is done; every promise settles in between. */
export async function drive(clock: FakeClock, work: Promise<unknown>, limitMs = 60_000): Promise<void> {
  let done = false
  const end = work.finally(() => {
    done = true
  })
  // Awaited below; without this an earlier failure would count as an unhandled rejection.
  end.catch(() => undefined)
  for (let ms = 0; !done && ms < limitMs; ms += 10) {
    await nextLoop()
    if (!done) await clock.run(10)
  }
  if (!done) throw new Error(`not done after ${limitMs} ms of the fake clock`)
  await end
}

const nextLoop = () => new Promise<void>((resolve) => setImmediate(resolve))
