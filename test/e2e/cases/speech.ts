// SIP callers go through the dialogue by voice. The fake recogniser knows the sentences only by their sound (speech.ts),
// so that a step is taken only when the audio came through Asterisk and the bot undamaged.

import { header } from '../../support/phone/sip-message.ts'
import type { TechnicianCall } from '../../support/phone/technician.ts'
import type { Bot } from '../bot.ts'
import { Caller } from '../caller.ts'
import { type Case, check } from '../case.ts'
import { findIn, hearsOneOf } from '../listen.ts'
import { recordedSide, recordOf } from '../records.ts'
import { speech } from '../speech.ts'
import type { World } from '../world.ts'

/**
 * The agent falls silent at the latest so long after a sentence that was said over it. Mostly 0.6 s of voice cut it
 * before that; where the sentence's own pauses break the voice up, its words do, and they come when it is over.
 */
const stopsWithinMs = 500
/** The least correlation with a sentence that counts as that sentence; two others have under 0.3. */
const sameEnough = 0.9
const another = 0.5

const withTechnician: Case<World> = {
  title:
    'a SIP caller who speaks, breaks in and keys is understood, and talks with a technician who knows what was said',
  limitMs: 150_000,
  async run(world, cleanup) {
    const bot = await world.bot({ ...world.asking('hotline'), ...(await world.hearing()) })
    const caller = await Caller.dial(world, bot, cleanup, 'marie')
    await caller.hears('welcome', 'recording_notice', 'ask_help')
    await caller.says("je n'ai plus internet", 'sorry_trouble', 'ask_name')
    await caller.says('Marie Dupont', 'thanks_name', 'ask_phone')
    await caller.says(
      'zéro six douze trente-quatre cinquante-six soixante-dix-huit',
      ...['confirm_phone_before', 'number-06', 'number-12', 'number-34', 'number-56', 'number-78'],
      'confirm_phone_after',
    )
    await caller.says('oui', 'ok', 'steps_intro')
    const sentence = 'ça ne marche pas'
    const sentenceMs = (await caller.saying(sentence)).length / 8
    const stoppedAfterMs = await caller.breaksInto('step_box_restart', sentence, 'next_step')
    check(
      stoppedAfterMs > 0 && stoppedAfterMs < sentenceMs + stopsWithinMs,
      `the agent spoke on for ${stoppedAfterMs.toFixed(0)} ms`,
    )
    await caller.hears('step_box_lights', 'step_say')
    await caller.says('ça ne marche toujours pas', 'next_step', 'step_box_cables', 'step_say')
    await caller.says("c'est fait", 'verify')
    await caller.presses('2', 'check_technician', 'technician_found')

    const figures = await talk(world, caller)
    const record = await recordedAs(bot, caller, 'transfer', {
      name: 'Marie Dupont',
      phone: '0612345678',
      topic: 'internet',
      callBack: false,
    })
    const visited = record.states.map(({ state }) => state).join(' ')
    // "It does not work" leads to the next step at once: to be asked whether it works would be deaf.
    const expected = 'init welcome identification diagnostic solution verification transfer'
    check(visited === expected, `states ${visited}`)
    const cut = record.transcript.filter((line) => line.cut).map(({ text }) => text)
    check(cut.length === 1 && cut[0].startsWith('Débranchez votre box'), `cut: ${JSON.stringify(cut)}`)
    return `the agent stopped ${stoppedAfterMs.toFixed(0)} ms after the caller began; ${figures}`
  },
}

const declined: Case<World> = {
  title: 'with the technician off duty, a SIP caller hears the hours, says no to a call-back, and is let go',
  limitMs: 150_000,
  async run(world, cleanup) {
    const bot = await world.bot({ ...world.asking('offline'), ...(await world.hearing()) })
    const caller = await Caller.dial(world, bot, cleanup, 'paul')
    await caller.hears('welcome', 'recording_notice', 'ask_help')
    await caller.says('mon mobile ne capte plus', 'sorry_trouble', 'ask_name')
    await caller.says('Paul Martin', 'thanks_name', 'ask_phone')
    // Whoever keys is asked for keys, and may speak all the same.
    await caller.presses(
      '0798765432',
      ...['confirm_phone_before', 'number-07', 'number-98', 'number-76', 'number-54', 'number-32'],
      'confirm_phone_after_keys',
    )
    await caller.says('oui', 'ok', 'steps_intro', 'step_plane_mode', 'step_say')
    await untilNobody(caller, 'step_phone_restart', 'step_sim')
    await caller.says('non merci', 'call_back_declined', 'goodbye')
    await caller.isHungUpOn()
    const who = { name: 'Paul Martin', phone: '0798765432', topic: 'mobile', callBack: false }
    await recordedAs(bot, caller, 'goodbye', who)
    check(!world.lab.steps(caller.callId).some((step) => step.startsWith('Queue(')), 'went to a queue')
    return undefined
  },
}

const accepted: Case<World> = {
  title: 'with the technician off duty, a SIP caller says yes to a call-back, and the dialplan knows of it',
  limitMs: 150_000,
  async run(world, cleanup) {
    const bot = await world.bot({ ...world.asking('offline'), ...(await world.hearing()) })
    const caller = await Caller.dial(world, bot, cleanup, 'luc')
    await caller.hears('welcome', 'recording_notice', 'ask_help')
    await caller.says("je n'ai plus internet", 'sorry_trouble', 'ask_name')
    await caller.says('Paul Martin', 'thanks_name', 'ask_phone')
    await caller.says(
      'zéro sept quatre-vingt-dix-huit soixante-seize cinquante-quatre trente-deux',
      ...['confirm_phone_before', 'number-07', 'number-98', 'number-76', 'number-54', 'number-32'],
      'confirm_phone_after',
    )
    await caller.presses('1', 'ok', 'steps_intro', 'step_box_restart', 'step_keys')
    await untilNobody(caller, 'step_box_lights', 'step_box_cables')
    await caller.says('oui je veux bien', 'call_back_noted', 'goodbye')
    await caller.isHungUpOn()
    const who = { name: 'Paul Martin', phone: '0798765432', topic: 'internet', callBack: true }
    await recordedAs(bot, caller, 'goodbye', who)
    const steps = world.lab.steps(caller.callId)
    const note = `ExecIf(1?Log(NOTICE,voicebot: call back wanted by the caller of ${caller.callId}))`
    check(steps.includes(note), `the dialplan did not take the step ${note}; it took ${steps.join(' ')}`)
    for (const value of ['0798765432', 'Paul Martin'])
      check(!steps.some((step) => step.includes(value)), "the caller's name or number is in Asterisk's log")
    return undefined
  },
}

export const speechCases: Case<World>[] = [withTechnician, declined, accepted]

/** None of the three steps helps, and no technician is free. */
async function untilNobody(caller: Caller, second: string, third: string): Promise<void> {
  await caller.says('ça ne marche pas', 'next_step', second, 'step_say')
  await caller.says('ça ne marche pas', 'next_step', third, 'step_say')
  await caller.says('ça ne marche toujours pas')
  await caller.hears('check_technician', 'no_technician', 'opening_hours', 'ask_call_back')
}

/** The technician sees who calls and why, both hear each other speak, and the technician ends it. */
async function talk(world: World, caller: Caller): Promise<string> {
  const { callId, phone } = caller
  const connected = await world.lab.connected(callId)
  check(connected.Queue === 'hotline', `queue ${connected.Queue}`)
  const told: Record<string, string> = {
    VB_NAME: 'Marie Dupont',
    VB_PHONE: '0612345678',
    VB_TOPIC: 'internet',
    VB_SYMPTOM: 'no_connection',
    VB_STEPS: 'box_restart box_lights box_cables',
    VB_OUTCOME: 'transfer',
    VB_SUMMARY: 'Internet / plus de connexion. Essayé : box redémarrée / voyants regardés / câbles vérifiés.',
  }
  for (const [name, value] of Object.entries(told)) {
    const there = await world.lab.variable(connected.DestChannel, name)
    check(there === value, `on the technician's channel ${name} is '${there}'`)
  }
  const ofThisCall = (call: TechnicianCall) =>
    header(call.invite, 'x-voicebot-call') === callId && call.answeredAtMs > 0
  await world.hotline.until((each) => each.calls.some(ofThisCall))
  const call = world.hotline.calls.find(ofThisCall)!
  for (const name of ['name', 'phone', 'topic', 'summary']) {
    const shown = header(call.invite, `x-voicebot-${name}`)
    check(shown === told[`VB_${name.toUpperCase()}`], `the technician's phone shows ${name} '${shown}'`)
  }

  const fromMs = performance.now()
  const ofCaller = await speech('marie', 'bonjour, je suis Marie Dupont')
  const ofTechnician = await speech('technician', 'bonjour madame, je regarde votre dossier')
  phone.media.play(ofCaller)
  call.media.play(ofTechnician)
  const technicianSide = {
    heard: call.media.heard,
    get isUp() {
      return call.endedAtMs === 0
    },
  }
  const [atTechnician, atCaller] = await Promise.all([
    hearsOneOf(technicianSide, [ofCaller], { name: 'the caller', fromMs }),
    hearsOneOf({ heard: phone.media.heard, isUp: true }, [ofTechnician], { name: 'the technician', fromMs }),
  ])
  // Each heard the other and not their own voice come back.
  const echo = await findIn(phone.media.heard.samples(fromMs).samples, ofCaller)
  check(echo.correlation < another, `the caller hears themself: ${echo.correlation.toFixed(2)}`)
  world.hotline.hangUp()
  await phone.over
  const { Reason } = await world.lab.completed(callId)
  check(Reason === 'agent', `the queue says that the ${Reason} hung up`)
  const heard = [atTechnician, atCaller].map(({ correlation }) => correlation.toFixed(3))
  return `technician heard the caller with a correlation of ${heard[0]}, the caller the technician ${heard[1]}`
}

type Identity = { name: string; phone: string; topic: string; callBack: boolean }

/** The bot's record says who called, and has every word of the caller's once, in text and in sound. */
async function recordedAs(bot: Bot, caller: Caller, outcome: string, who: Identity) {
  const record = await recordOf(bot, caller.callId)
  check(record.outcome === outcome, `outcome ${record.outcome}`)
  for (const field of ['name', 'phone', 'topic', 'callBack'] as const)
    check(record[field] === who[field], `${field} ${record[field]}`)
  // What was keyed is a line of the caller's as well.
  const isSpoken = ({ who, text }: { who: string; text: string }) => who === 'caller' && !text.startsWith('⌨')
  const heard = record.transcript.filter(isSpoken).map(({ text }) => text)
  check(heard.join('|') === caller.said.join('|'), `understood ${JSON.stringify(heard)}`)
  const recorded = await recordedSide(bot, caller.callId, 'caller')
  const { correlation } = await findIn(recorded, await caller.saying(who.name))
  check(correlation > sameEnough, `the name is recorded with a correlation of ${correlation.toFixed(3)}`)
  return record
}
