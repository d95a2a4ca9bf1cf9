// How far a call has come, by a bot's API and by the packets that a phone got. The cases wait for this, and not for whole
// phrases: on a busy machine packets come late, and a phrase of five seconds no longer sounds like itself.

import type { CallInfo } from '../../../src/calls/views.ts'
import { askAdmin } from '../../support/lab/admin.ts'
import type { Heard } from '../../support/phone/heard.ts'
import { rms } from '../../support/phone/sound.ts'
import { texts } from '../../support/shipped-desk.ts'
import type { Dialled } from '../world.ts'
import { until } from './until.ts'

/** A packet this loud has a voice in it. */
const audibleRms = 100
/** A turn of keys and answers on a busy machine. */
const turnMs = 60_000
/** Between two looks at one call: a dozen callers look at once. */
const lookEveryMs = 50
/** A key that has led nowhere for so long came before its question was heard, and is pressed once more. */
const pressEveryMs = 1_500

export type Api = { readonly http: string }

/** The wordings of a line of the shipped French texts. */
export const wordings = (line: string): readonly string[] => [texts.fr.lines[line] ?? []].flat()

/** Settles with the call when this holds of it. */
export async function untilCall(
  { http }: Api,
  callId: string,
  what: string,
  holds: (call: CallInfo) => boolean,
): Promise<CallInfo> {
  let call: CallInfo | undefined
  const isSo = async () => {
    const answer = await askAdmin(http, `/api/calls/${callId}`)
    // Not ok: the bot that has the call did not answer this one within 300 ms.
    if (answer.ok) call = (await answer.json()) as CallInfo
    if (answer.ok && holds(call!)) return true
    await Bun.sleep(lookEveryMs)
    return false
  }
  await until(what, isSo, turnMs)
  return call!
}

/** Settles when the agent has said a line to its end. */
export async function untilSaid(api: Api, callId: string, line: string): Promise<void> {
  await untilCall(api, callId, `the agent says ${line}`, ({ transcript }) =>
    transcript.some(({ who, text, cut }) => who === 'agent' && !cut && wordings(line).includes(text)),
  )
}

/** Presses a key until the call has got where the key leads. */
export async function pressUntil(
  api: Api,
  { callId, phone }: Dialled,
  key: string,
  what: string,
  holds: (call: CallInfo) => boolean,
): Promise<CallInfo> {
  let pressedMs = Number.NEGATIVE_INFINITY
  return untilCall(api, callId, what, (call) => {
    if (holds(call)) return true
    if (performance.now() - pressedMs > pressEveryMs) {
      pressedMs = performance.now()
      phone.media.press(key)
    }
    return false
  })
}

/** Keys lead a call through these states, each to the next. */
export async function keysLead(api: Api, dialled: Dialled, ...moves: [key: string, state: string][]) {
  for (const [key, state] of moves)
    await pressUntil(api, dialled, key, `the call gets to ${state}`, (call) => call.state === state)
}

/** Asks a bot, whether it has the call or not; again when the one that has it was too busy to answer. */
export async function act({ http }: Api, callId: string, action: 'hangup' | 'transfer'): Promise<void> {
  await until(`the bots take the ${action}`, async () => {
    const { status } = await askAdmin(http, `/api/calls/${callId}/${action}`, { method: 'POST' })
    return status === 200 || status === 409
  })
}

/** Packets with a voice in them that came after a time of `performance.now()`. */
export const voiceAfter = ({ packets }: Heard, fromMs: number) =>
  packets.filter(({ atMs, samples }) => atMs > fromMs && rms(samples) > audibleRms)
