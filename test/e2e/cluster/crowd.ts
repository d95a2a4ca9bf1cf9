// SIP callers beside the one that a case is about: keys bring each to the same question. And what they hear when bots
// die or freeze.

import type { CallInfo } from '../../../src/calls/views.ts'
import type { Heard } from '../../support/phone/heard.ts'
import { symptomMenu, topicMenu } from '../../support/shipped-desk.ts'
import { type Cleanup, check } from '../case.ts'
import type { Dialled, World } from '../world.ts'
import { keysLead, untilCall, untilSaid, voiceAfter, wordings } from './conversation.ts'
import { until } from './until.ts'
import type { Cluster, Machine } from './world.ts'

export type Placed = Dialled & { number: string; owner: Machine }

/** Settles when each has said what is broken and who calls, and is asked for the symptom. */
export async function keyedCalls(
  sip: World,
  cluster: Cluster,
  cleanup: Cleanup,
  count: number,
): Promise<Placed[]> {
  const dial = async (i: number) => {
    const number = `061234560${i}`
    const announced = { number: `+33${number.slice(1)}`, saysCaller: true, fallbackQueue: 'hotline' }
    const call = await sip.dial(cluster.callee, cleanup, announced)
    const owner = await cluster.ownerOf(call.callId)
    await keysLead(owner.bot, call, ['1', 'identification'], ['1', 'diagnostic'])
    return { ...call, number, owner }
  }
  return Promise.all(Array.from({ length: count }, (_, i) => dial(i)))
}

/** The questions that these callers have answered. */
const answered = [...topicMenu, 'confirm_line_before', 'confirm_line_after', 'confirm_line_after_keys']

/**
 * Settles when another bot has apologised and goes on.
 *
 * @param asked a bot that is alive, and may or may not be the one that goes on
 */
export async function goesOn({ bot }: Machine, { callId }: Placed): Promise<void> {
  await untilSaid(bot, callId, 'cut_off')
  const menu = symptomMenu('internet').flatMap(wordings)
  const call = await untilCall(bot, callId, 'the agent asks for the symptom', ({ transcript }) =>
    transcript.slice(apologyAt(transcript)).some(({ text }) => menu.includes(text)),
  )
  isOne(call, answered)
  check(call.state === 'diagnostic', `the call goes on in state ${call.state}`)
}

const apologyAt = (transcript: CallInfo['transcript']) =>
  transcript.findIndex(({ text }) => wordings('cut_off').includes(text))

/** One transcript: one welcome, which a key may have cut to nothing, one apology, and behind it no question of before. */
export function isOne({ transcript }: CallInfo, questions: readonly string[]): void {
  const said = transcript.map(({ text }) => text)
  const cutAt = apologyAt(transcript)
  const again = questions.flatMap(wordings).filter((text) => said.includes(text, cutAt))
  const welcomes = said.filter((text) => wordings('welcome').some((line) => line.startsWith(text)))
  const apologies = said.filter((text) => wordings('cut_off').includes(text))
  check(
    cutAt > 0 && welcomes.length < 2 && apologies.length === 1 && again.length === 0,
    `the transcript is not one: ${said.join(' / ')}`,
  )
}

/** How long after a moment the first word came behind the silence that began then. */
export async function nextWordMs(heard: Heard, fromMs: number, silenceMs: number): Promise<number> {
  const silence = () => {
    const came = heard.packets.map(({ atMs }) => atMs).filter((atMs) => atMs > fromMs - 200)
    return came.find((atMs, i) => i > 0 && atMs - came[i - 1]! > silenceMs)
  }
  await until('the caller hears another bot', () => {
    const endMs = silence()
    return endMs !== undefined && voiceAfter(heard, endMs - 1).length > 0
  })
  return voiceAfter(heard, silence()! - 1)[0]!.atMs - fromMs
}

export const longestGap = (calls: readonly Dialled[], fromMs: number, toMs?: number): number =>
  Math.max(...calls.flatMap(({ phone }) => phone.media.heard.gaps(fromMs, toMs)))
