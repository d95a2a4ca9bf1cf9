// A SIP caller goes through the dialogue by keys and leaves it: to goodbye, to a technician, and back from an empty
// queue. What the caller hears is compared with the phrases, so that a step counts only when it was audible.

import type { Phone } from '../../support/phone/phone.ts'
import { header } from '../../support/phone/sip-message.ts'
import { amplitudeAt, tone } from '../../support/phone/sound.ts'
import { Technician, type TechnicianCall } from '../../support/phone/technician.ts'
import { symptomMenu } from '../../support/shipped-desk.ts'
import { type Case, check } from '../case.ts'
import { hears } from '../listen.ts'
import { recordOf } from '../records.ts'
import type { World } from '../world.ts'
import { opening } from './callers.ts'

/** One exchange: keys pressed, and the phrases heard after them, in order. */
type Exchange = readonly [keys: string, ...phrases: string[]]

/** A tone this strong was put through: it is sent at 8 000, and a recording of nothing has less than 10. */
const clearlyAudible = 4_000

const toGoodbye: Case<World> = {
  title: 'keys lead a SIP caller from welcome to goodbye, every sentence audible, and the call is hung up',
  limitMs: 150_000,
  async run(world, cleanup) {
    const bot = await world.bot()
    const { callId, phone } = await world.dial(bot, cleanup)
    const endMs = await converse(phone, [
      ['', ...opening],
      ['1', 'ask_phone_keys'],
      ['0612345678#', 'confirm_phone_after_keys'],
      ['1', ...symptomMenu('internet')],
      ['1', 'step_box_restart', 'step_keys'],
      ['1', 'verify_keys'],
      ['1', 'solved', 'goodbye'],
    ])
    await phone.over
    check(phone.peerHungUpAtMs >= endMs - 20, 'hung up before the goodbye was over')
    const record = await recordOf(bot, callId)
    check(record.outcome === 'goodbye', `outcome ${record.outcome}`)
    const visited = record.states.map(({ state }) => state).join(' ')
    check(
      /welcome identification diagnostic solution verification goodbye$/.test(visited),
      `states ${visited}`,
    )
    return `hung up ${(phone.peerHungUpAtMs - endMs).toFixed(0)} ms after the last word`
  },
}

const toHuman: Case<World> = {
  title: 'key 0 brings a technician, and both hear each other until the technician hangs up',
  limitMs: 60_000,
  async run(world, cleanup) {
    const bot = await world.bot()
    const { callId, phone } = await world.dial(bot, cleanup)
    const endMs = await converse(phone, [['0', 'transfer']])
    const call = await talk(world, callId, phone)
    world.technician.hangUp()
    await phone.over
    return `phone rang ${(call.invitedAtMs - endMs).toFixed(0)} ms after the last word`
  },
}

const toTechnician: Case<World> = {
  title:
    'when no step helps, a technician on duty gets the call with what was tried, and both hear each other',
  limitMs: 120_000,
  async run(world, cleanup) {
    const bot = await world.bot(world.asking('support'))
    const { callId, phone } = await world.dial(bot, cleanup)
    await converse(phone, [
      ['1', 'ask_phone_keys'],
      ['0612345678#', 'confirm_phone_after_keys'],
      ['1', ...symptomMenu('internet')],
      ['1', 'step_box_restart'],
      ['2', 'step_box_lights'],
      ['2', 'step_box_cables'],
      ['2', 'technician_found'],
    ])
    const { invite } = await talk(world, callId, phone)
    check(header(invite, 'x-voicebot-phone') === '0612345678', 'the technician does not see the number')
    const summary = header(invite, 'x-voicebot-summary')
    for (const word of [
      'Internet',
      'plus de connexion',
      'box redémarrée',
      'voyants regardés',
      'câbles vérifiés',
    ])
      check(summary.includes(word), `no ${word} in the summary`)
    phone.hangUp()
    await world.technician.until((each) =>
      each.calls.every((call) => call.invite !== invite || call.endedAtMs > 0),
    )
    return undefined
  },
}

const toNobody: Case<World> = {
  title: 'with the technician’s phone off, the desk says so, offers a call-back and says goodbye',
  limitMs: 120_000,
  async run(world, cleanup) {
    const bot = await world.bot(world.asking('offline'))
    const { callId, phone } = await world.dial(bot, cleanup)
    await converse(phone, [
      ['1', 'ask_phone_keys'],
      ['#', ...symptomMenu('internet')],
      ['1', 'step_box_restart'],
      ['2', 'step_box_lights'],
      ['2', 'step_box_cables'],
      ['2', 'no_technician', 'opening_hours', 'ask_call_back_keys'],
      ['2', 'call_back_declined', 'goodbye'],
    ])
    await phone.over
    check(phone.peerHungUpAtMs > 0, 'the bot did not hang up')
    check((await recordOf(bot, callId)).outcome === 'goodbye', 'another outcome than goodbye')
    return undefined
  },
}

const backAgain: Case<World> = {
  title:
    'a caller whom no technician answers comes back to the bot, which knows the call and offers a call-back',
  limitMs: 90_000,
  async run(world, cleanup) {
    const bot = await world.bot({ TRANSFER_QUEUE: 'offline' })
    const { callId, phone } = await world.dial(bot, cleanup, { waitS: 2 })
    await converse(phone, [['0', 'transfer']])
    await world.lab.queued(callId)
    await converse(phone, [
      ['', 'welcome_back', 'ask_call_back_keys'],
      ['2', 'call_back_declined', 'goodbye'],
    ])
    await phone.over
    check(phone.peerHungUpAtMs > 0, 'the bot did not hang up')
    return undefined
  },
}

const toPhone: Case<World> = {
  title: 'where a phone takes the calls instead of a queue, it rings and shows what the caller told',
  limitMs: 60_000,
  async run(world, cleanup) {
    const technician = await Technician.open({ toneHz: 600 })
    cleanup(() => technician.close())
    const bot = await world.ownBot(cleanup, {
      TRANSFER_DIAL: `PJSIP/tech2/sip:x@127.0.0.1:${technician.port}`,
    })
    const { callId, phone } = await world.dial(bot, cleanup)
    await converse(phone, [
      ['2', 'ask_phone_keys'],
      ['0#', 'transfer'],
    ])
    await technician.until((each) => each.isTalking)
    const [{ invite }] = technician.calls
    check(header(invite, 'x-voicebot-call') === callId, 'the technician sees another call')
    check(header(invite, 'x-voicebot-topic') === 'mobile', `topic ${header(invite, 'x-voicebot-topic')}`)
    technician.hangUp()
    await phone.over
    return undefined
  },
}

export const deskCases: Case<World>[] = [toGoodbye, toHuman, toTechnician, toNobody, backAgain, toPhone]

/** @returns when the last phrase ended */
async function converse(phone: Phone, exchanges: readonly Exchange[]): Promise<number> {
  let fromMs = phone.answeredAtMs
  // Asterisk answers before the bot has the call: a key pressed in between would reach nobody.
  while (phone.isUp && phone.media.heard.packets.length === 0) await Bun.sleep(20)
  for (const [keys, ...phrases] of exchanges) {
    // A key pressed while the bot speaks interrupts it.
    phone.media.press(keys)
    for (const phrase of phrases) fromMs = (await hears(phone, phrase, fromMs)).endMs
  }
  return fromMs
}

/** Waits until the technician has this call, and checks that each hears the other's tone. */
async function talk(world: World, callId: string, phone: Phone): Promise<TechnicianCall> {
  const ofThisCall = (call: TechnicianCall) =>
    header(call.invite, 'x-voicebot-call') === callId && call.answeredAtMs > 0
  await world.technician.until((each) => each.calls.some(ofThisCall))
  const call = world.technician.calls.find(ofThisCall)!
  phone.media.play(tone(1_000), true)
  await Bun.sleep(1_500)
  const atTechnician = amplitudeAt(call.media.heard.last(500), 1_000)
  const atCaller = amplitudeAt(phone.media.heard.last(500), world.technician.options.toneHz)
  check(atTechnician > clearlyAudible, `the technician hears the caller at ${atTechnician.toFixed(0)}`)
  check(atCaller > clearlyAudible, `the caller hears the technician at ${atCaller.toFixed(0)}`)
  return call
}
