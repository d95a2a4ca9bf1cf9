// One call of `bun run call`: connects, takes turns with the agent, polls the transcript and prints what happens.

import type { Clock } from '../base/clock.ts'
import { waitMs } from '../base/clock.ts'
import { SimulatedAsterisk } from './asterisk.ts'
import type { CallResult } from './call.ts'
import type { KeyPress } from './phone.ts'
import { type SegmentEvent, Segments } from './segments.ts'
import type { Transcript } from './transcript.ts'
import { type ReadyAct, Turns } from './turns.ts'

export type ConversationOptions = {
  host: string
  port: number
  callId: string
  clock: Clock
  ptimeMs: number
  maxMs: number
  keys: readonly KeyPress[]
  /** Speech with its time, counted from the start of the call. 8 kHz mono. */
  speech: readonly { samples: Int16Array; atMs: number }[]
  /** The acts of the script, in turn with the agent. */
  acts: readonly ReadyAct[]
  transcript: Transcript
  print: (line: string) => void
  /** Makes the caller hang up. */
  signal?: AbortSignal
}

const pollMs = 1_000

/** @returns how the call ended; never rejects */
export async function converse(options: ConversationOptions): Promise<CallResult> {
  const { clock, print, transcript } = options
  const say = (atMs: number, text: string) => print(`${timeText(atMs)}  ${text}`)
  const segments = new Segments((event) => {
    say(...segmentText(event))
    if (event.kind === 'began') turns.agentBegan()
    else turns.agentEnded()
  })
  const call = await SimulatedAsterisk.call({
    ...options,
    onFrame: (frame, atMs) => segments.push(frame, atMs),
    onKey: (key, atMs) => say(atMs, `caller presses ${key}`),
  })
  const speak = (samples: Int16Array, text = '') => {
    say(call.nowMs, `caller speaks for ${seconds(samples.length / 8)}${text === '' ? '' : `: ${text}`}`)
    call.say(samples)
  }
  const turns = new Turns(options.acts, clock, {
    speak,
    press: (key) => call.press(key),
    hangUp: () => call.hangUp(),
  })
  const timers = options.speech.map(({ samples, atMs }) =>
    clock.at(clock.now() - call.nowMs + atMs, () => speak(samples)),
  )
  const over = new AbortController()
  const hangUp = () => call.hangUp()
  options.signal?.addEventListener('abort', hangUp, { once: true })
  // A line is in the transcript when it is over, so its own time is printed beside it and the output stays in order.
  const printTranscript = async () => {
    for (const { who, text, atMs } of await transcript.newLines())
      say(call.nowMs, `${who}, from ${timeText(atMs)}: ${text}`)
  }
  const follow = async () => {
    do await printTranscript()
    while (await waitMs(clock, pollMs, over.signal))
  }
  const following = follow()
  const result = await call.ended
  for (const timer of timers) timer.cancel()
  turns.end()
  options.signal?.removeEventListener('abort', hangUp)
  over.abort()
  await following
  await printTranscript()
  segments.end()
  for (const line of await transcript.turns()) print(line)
  say(result.durationMs, resultText(result))
  return result
}

function segmentText(event: SegmentEvent): [atMs: number, text: string] {
  if (event.kind === 'began') return [event.atMs, 'agent speaks']
  return [
    event.endMs,
    `agent is silent after ${seconds(event.endMs - event.startMs)} at ${event.levelDb.toFixed(0)} dB`,
  ]
}

function resultText({ end, violation, tryStatus, audioMessages, gaps }: CallResult): string {
  const why = violation ? `Asterisk hung up on the agent: ${violation}` : end
  const [p50, p99, max] = [gaps.p50Ms, gaps.p99Ms, gaps.maxMs].map((ms) => ms.toFixed(1))
  const cadence = `${audioMessages} audio messages, gaps p50 ${p50} p99 ${p99} max ${max} ms`
  return `call ended: ${why} (TryExec ${tryStatus}); ${cadence}`
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`

/** `01:02.345` */
function timeText(ms: number): string {
  const whole = Math.max(0, Math.round(ms))
  const minutes = String(Math.floor(whole / 60_000)).padStart(2, '0')
  return `${minutes}:${((whole % 60_000) / 1_000).toFixed(3).padStart(6, '0')}`
}
