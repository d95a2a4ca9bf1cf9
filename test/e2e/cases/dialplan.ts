// assets/asterisk/extensions.conf alone: what it does with each answer to "what next?". The bot is a stand-in that
// hangs up at once.

import { header } from '../../support/phone/sip-message.ts'
import { amplitudeAt, tone } from '../../support/phone/sound.ts'
import { Technician } from '../../support/phone/technician.ts'
import { type Case, check } from '../case.ts'
import { type StandIn, startStandIn } from '../standin.ts'
import type { World } from '../world.ts'

const tooLateMs = 4_000

type Row = { answer: string; respond: () => Response | Promise<Response> }

/** Everything that is not one of the three verbs means a bot that is not well. */
const nonsense: Row[] = [
  { answer: 'an error page', respond: () => new Response('<html>"oops", (500) | ]</html>', { status: 500 }) },
  { answer: 'nothing', respond: () => new Response('') },
  { answer: 'an unknown verb', respond: () => new Response('exec|rm') },
  { answer: 'a verb with a quote in its target', respond: () => new Response('queue|a"b') },
  { answer: 'a dial without a target', respond: () => new Response('dial|') },
  { answer: 'a target that would add an option', respond: () => new Response('dial|PJSIP/tech1,1,g') },
  {
    answer: 'silence',
    respond: async () => {
      await Bun.sleep(tooLateMs)
      return new Response('hangup|')
    },
  },
]

const nonsenseCases = nonsense.map(
  ({ answer, respond }): Case<World> => ({
    title: `a caller whose bot answers ${answer} goes to the queue`,
    limitMs: 15_000,
    async run(world, cleanup) {
      const standIn = begin(respond, cleanup)
      const { callId, phone } = await world.dial(standIn, cleanup, { fallbackQueue: 'nobody' })
      const joined = await world.lab.queued(callId)
      check(joined.Queue === 'nobody', `queue ${joined.Queue}`)
      check(phone.isUp, 'the caller was hung up on')
      return undefined
    },
  }),
)

const hangupCase: Case<World> = {
  title: 'when the bot answers hangup, the dialplan hangs up and reports to the bot how the call ended',
  limitMs: 15_000,
  async run(world, cleanup) {
    const standIn = begin(() => new Response('hangup|\n'), cleanup)
    const { phone } = await world.dial(standIn, cleanup)
    await phone.over
    check(phone.peerHungUpAtMs > 0, 'the caller hung up')
    check(standIn.asked[0] === '?visit=1&rescue=0&audiosocket=SUCCESS', `asked ${standIn.asked[0]}`)
    return undefined
  },
}

const rescueCase: Case<World> = {
  title: 'a caller whose bot died comes back to a bot once; after a second loss the caller goes to the queue',
  limitMs: 20_000,
  async run(world, cleanup) {
    const standIn = begin(() => new Response('bot|\n'), cleanup)
    const { callId, phone } = await world.dial(standIn, cleanup, { fallbackQueue: 'nobody' })
    const joined = await world.lab.queued(callId)
    check(joined.Queue === 'nobody', `queue ${joined.Queue}`)
    check(phone.isUp, 'the caller was hung up on')
    const asked = standIn.asked.join(' ')
    const expected = [0, 1].map((rescue) => `?visit=1&rescue=${rescue}&audiosocket=SUCCESS`).join(' ')
    check(asked === expected, `asked ${asked}`)
    return undefined
  },
}

const dialCase: Case<World> = {
  title:
    'dial rings one technician, whose phone shows what the bot found out, and Asterisk’s log shows none of it',
  limitMs: 20_000,
  async run(world, cleanup) {
    const technician = await Technician.open({ toneHz: 600 })
    cleanup(() => technician.close())
    // Brackets, a colon, a comma and quotes are what a dialplan trips over; the \r is what some servers send.
    const name = 'Zoé (dite "Z", :) d\'Arc = ]'
    const answer = `dial|PJSIP/tech2/sip:x@127.0.0.1:${technician.port}\r\nNAME=${name}\r\nVB_PHONE=0612345678\r\n`
    const standIn = begin(() => new Response(answer), cleanup)
    const { phone } = await world.dial(standIn, cleanup)
    phone.media.play(tone(1_000), true)
    await technician.until((each) => each.isTalking)
    const [call] = technician.calls
    check(header(call.invite, 'x-voicebot-name') === name, `name ${header(call.invite, 'x-voicebot-name')}`)
    check(header(call.invite, 'x-voicebot-phone') === '0612345678', 'no phone number')
    check(header(call.invite, 'x-voicebot-summary') === '', 'a summary out of nowhere')
    await Bun.sleep(1_200)
    const atTechnician = amplitudeAt(call.media.heard.last(500), 1_000)
    const atCaller = amplitudeAt(phone.media.heard.last(500), 600)
    check(atTechnician > 4_000 && atCaller > 4_000, `amplitudes ${atTechnician} and ${atCaller}`)
    technician.hangUp()
    await phone.over
    const log = await world.lab.log()
    check(log.includes('NoOp('), 'the log does not show what the dialplan did')
    check(!/Zo(é|e)|d'Arc|0612345678/.test(log), 'a name or a number is in Asterisk’s log')
    return undefined
  },
}

const againCase: Case<World> = {
  title: 'a caller whom no technician answers in the queue comes back to the bot once, with the same UUID',
  limitMs: 20_000,
  async run(world, cleanup) {
    const standIn = begin(() => new Response('queue|offline\n'), cleanup)
    const { phone } = await world.dial(standIn, cleanup, { waitS: 1 })
    await phone.over
    check(standIn.visits.length === 2, `${standIn.visits.length} visits`)
    check(standIn.visits[0] === standIn.visits[1], 'another UUID')
    check(standIn.asked[1] === '?visit=2&rescue=0&audiosocket=SUCCESS', `asked ${standIn.asked[1]}`)
    return undefined
  },
}

const defaultQueueCase: Case<World> = {
  title: 'queue without a name is the queue of VBQUEUE',
  limitMs: 15_000,
  async run(world, cleanup) {
    const standIn = begin(() => new Response('queue|\n'), cleanup)
    const { callId } = await world.dial(standIn, cleanup, { fallbackQueue: 'nobody' })
    const joined = await world.lab.queued(callId)
    check(joined.Queue === 'nobody', `queue ${joined.Queue}`)
    return undefined
  },
}

/**
 * Alone, because calls beside it were seen to break: a timer and a write of theirs failed with bad descriptors. A
 * refused socket that Asterisk 22.10.1 closes twice would explain it; its source was not read for this.
 */
const unreachableCase: Case<World> = {
  title: 'a caller whose bot is not running goes to the queue',
  limitMs: 15_000,
  async run(world, cleanup) {
    const nobody = { audioSocket: '127.0.0.1:9', http: 'http://127.0.0.1:9' }
    const { callId, phone } = await world.dial(nobody, cleanup, { fallbackQueue: 'nobody' })
    await world.lab.queued(callId)
    check(phone.isUp, 'the caller was hung up on')
    return undefined
  },
}

export const dialplanCases: Case<World>[] = [
  ...nonsenseCases,
  hangupCase,
  rescueCase,
  dialCase,
  againCase,
  defaultQueueCase,
]
export const refusedCases: Case<World>[] = [unreachableCase]

function begin(respond: () => Response | Promise<Response>, cleanup: (end: () => unknown) => void): StandIn {
  const standIn = startStandIn(respond)
  cleanup(() => standIn.close())
  return standIn
}
