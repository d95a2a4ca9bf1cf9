// One sentence for each recogniser in use: a stream is opened, the sentence is sent as a call would send it, and the
// stream is closed once the words came back.

import { RingPool } from '../../audio/call-ring.ts'
import { frameSamples, rateHz } from '../../audio/pcm.ts'
import { type Clock, waitMs } from '../../base/clock.ts'
import { ProviderFailure } from '../../providers/errors.ts'
import type { Stt, SttEvent } from '../../providers/stt.ts'
import type { About, Check } from './check.ts'
import { failed } from './failed.ts'

/** Share of the sentence's words that must come back. */
const leastShare = 0.5
/** Silence before the sentence and after it, as around a caller's. */
const [leadMs, tailMs] = [300, 1_500]

/** Whisper's session ends with the reason only at the second request that fails, so one sentence would not show it. */
const mostTimes = 2

export type Sentence = { text: string; language: string; samples: Int16Array }

/**
 * @param frameMs how long a frame takes; 20 is real time
 * @param wordsMs how long the words are waited for after the end of the sentence
 */
export async function checkRecogniser(
  about: About,
  stt: Stt,
  { text, language, samples }: Sentence,
  { clock, wordsMs: longestMs, frameMs }: { clock: Clock; wordsMs: number; frameMs: number },
): Promise<Check> {
  const { part, name } = about
  const heard: string[] = []
  let openMs: number | undefined
  let failure: ProviderFailure | undefined
  const startMs = clock.now()
  const onEvent = (event: SttEvent) => {
    if (event.kind === 'transcript' && event.isFinal) heard.push(event.text)
    if (event.kind !== 'link') return
    if (event.state === 'open') openMs ??= clock.now() - startMs
    if (event.state === 'failed')
      failure =
        event.failure ??
        new ProviderFailure('unavailable', `${stt.name} could not be reached, or did not stay`)
  }
  const audio = new RingPool().take()
  const session = stt.open({ language, callId: crypto.randomUUID(), audio, from: 0, onEvent })
  const share = () => shareOf(text, heard.join(' '))
  const done = () => failure !== undefined || share() >= leastShare
  const { signal } = new AbortController()
  try {
    const frames = framesOf(samples)
    for (let time = 0; time < mostTimes && heard.length === 0; time++) {
      const sentAtMs = clock.now()
      for (const [i, frame] of frames.entries()) {
        if (failure !== undefined) break
        audio.write(frame)
        const dueMs = sentAtMs + (i + 1) * frameMs
        if (dueMs > clock.now()) await waitMs(clock, dueMs - clock.now(), signal)
      }
      session.finalize()
      const spokenMs = clock.now()
      while (!done() && clock.now() < spokenMs + longestMs) {
        audio.write(new Int16Array(frameSamples))
        await waitMs(clock, frameMs, signal)
      }
      if (failure !== undefined) throw failure
      const wordsMs = Math.round(clock.now() - spokenMs)
      if (done()) {
        const says = `hears: the whole sentence ${wordsMs} ms after its end, open after ${Math.round(openMs ?? 0)} ms`
        return { part, name, verdict: 'ok', says, ms: wordsMs }
      }
    }
    if (openMs === undefined) throw new ProviderFailure('timeout', `${stt.name} did not open a stream`)
    return unheard(about, heard.join(' '))
  } catch (error) {
    return failed(about, error)
  } finally {
    session.close()
  }
}

function unheard({ part, name }: About, words: string): Check {
  const says = words === '' ? 'heard nothing of a sentence' : `heard another sentence: "${words}"`
  const advice =
    'Check its model and language; a server of your own must accept audio at 8 kHz, or DEEPGRAM_RATE=16000 be set.'
  return { part, name, verdict: 'failed', code: 'unheard', says, advice }
}

function framesOf(samples: Int16Array): Int16Array[] {
  const [lead, tail] = [leadMs, tailMs].map((ms) => (ms * rateHz) / 1_000)
  const whole = new Int16Array(lead + samples.length + tail)
  whole.set(samples, lead)
  const count = Math.floor(whole.length / frameSamples)
  return Array.from({ length: count }, (_, i) => whole.slice(i * frameSamples, (i + 1) * frameSamples))
}

const wordsIn = (text: string): string[] =>
  text
    .normalize('NFD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .match(/[\p{L}\p{N}]+/gu) ?? []

/** @returns how many of the sentence's words are among those heard, 0 to 1 */
export function shareOf(sentence: string, heard: string): number {
  const words = wordsIn(sentence)
  const found = new Set(wordsIn(heard))
  return words.filter((word) => found.has(word)).length / Math.max(1, words.length)
}
