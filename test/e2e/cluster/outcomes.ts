// SIP calls that end in every way that leads somewhere else, and what is right after each: in Asterisk, and on every
// machine that the dialplan may ask.

import { join } from 'node:path'
import { runSite } from '../../../src/site/main.ts'
import { askAdmin } from '../../support/lab/admin.ts'
import { header } from '../../support/phone/sip-message.ts'
import type { Technician } from '../../support/phone/technician.ts'
import { type Cleanup, check } from '../case.ts'
import type { Dialled, World } from '../world.ts'
import { act, keysLead, pressUntil, untilCall, untilSaid } from './conversation.ts'
import { until } from './until.ts'
import type { Cluster, Machine } from './world.ts'

export type Way = 'queue' | 'dial' | 'callBack' | 'hangup' | 'leaves'

export type Call = Dialled & {
  way: Way
  /** As the bot has it: `0612340001`. */
  number: string
  owner: Machine
  /** One that does not have the call. The operator asks it. */
  other: Machine
}

/** Twelve callers, and one who hangs up. */
const ways: readonly Way[] = [
  ...Array.from({ length: 3 }, (): Way[] => ['queue', 'dial', 'callBack', 'hangup']).flat(),
  'leaves',
]
/** Who dialled this goes to the queue `nobody`, and all others to the phone of TRANSFER_DIAL. */
const queuesNumber = '+33199000001'
const table = 'numbers: { "01 99 00 00 01": { queue: nobody } }'

/** The operator's own system: who calls. @returns LOOKUP_URL */
export function customers(cleanup: Cleanup): string {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const { callerNumber } = (await request.json()) as { callerNumber: string }
      return Response.json(customerOf(callerNumber))
    },
  })
  cleanup(() => server.stop(true))
  return server.url.href
}

const isOf = (number: string, way: Way) => ways[Number(number.slice(-2))] === way
const contractOf = (number: string) => `F-${number.slice(-4)}`

const customerOf = (number: string) => ({
  name: 'Marie Dupont',
  contract: contractOf(number),
  vulnerable: true,
  ...(isOf(number, 'callBack') && { incident: { topic: 'internet' } }),
})

/** Puts the table of dialled numbers on air, as an operator does on one of the machines. */
export async function layTable({ bots }: Cluster): Promise<void> {
  const [bot] = bots
  const file = join(bot!.recordings, 'desk.yaml')
  await Bun.write(file, table)
  const environment = { DATA_DIR: join(bot!.recordings, '.data'), CONFIG_FILE: '' }
  const code = await runSite(['desk', file], { write: () => {} }, environment)
  check(code === 0, `bun run site desk ends with ${code}`)
  const { ok } = await askAdmin(bot!.http, '/api/desk/reload', { method: 'POST' })
  check(ok, 'the table is refused')
  await until('the table is on air on every machine', async () => {
    const answer = await askAdmin(bot!.http, '/api/machines')
    const { machines } = (await answer.json()) as { machines: { phrases: number }[] }
    return (
      machines.length === bots.length && machines.every(({ phrases }) => phrases === machines[0]!.phrases)
    )
  })
}

/** Dials all of them at once, each with a number of its own. @param lot tells the numbers of two lots apart */
export async function dialAll(sip: World, cluster: Cluster, cleanup: Cleanup, lot: number): Promise<Call[]> {
  const { machines, callee } = cluster
  const dialled = await Promise.all(
    ways.map(async (way, i) => {
      const number = `06123${lot}00${String(i).padStart(2, '0')}`
      const isQueued = way === 'queue' || way === 'leaves'
      const call = await sip.dial(callee, cleanup, {
        ...{ number: `+33${number.slice(1)}`, saysCaller: true },
        ...(isQueued && { dialled: queuesNumber }),
      })
      return { ...call, way, number }
    }),
  )
  const calls = await Promise.all(
    dialled.map(async (call) => {
      const owner = await cluster.ownerOf(call.callId)
      return { ...call, owner, other: machines[(machines.indexOf(owner) + 1) % machines.length]! }
    }),
  )
  check(new Set(calls.map(({ owner }) => owner)).size === machines.length, 'a bot has no call')
  return calls
}

/** The caller hears the welcome whole, and goes on to where the call ends. */
export async function leads(call: Call): Promise<void> {
  const { way, phone, callId, other } = call
  await untilSaid(other.bot, callId, 'welcome')
  if (way === 'leaves') phone.hangUp()
  if (way === 'hangup') await act(other.bot, callId, 'hangup')
  if (way === 'callBack') {
    await keysLead(other.bot, call, ['1', 'goodbye'])
    await pressUntil(other.bot, call, '1', 'the call-back is promised', ({ outcome }) => outcome !== null)
  }
  if (way === 'queue' || way === 'dial') {
    await keysLead(other.bot, call, ['1', 'identification'], ['1', 'diagnostic'])
    await keysLead(other.bot, call, ['1', 'solution'], ['1', 'verification'])
    await act(other.bot, callId, 'transfer')
  }
}

/** What Asterisk did with the caller. */
export async function arrives({ lab }: World, technician: Technician, call: Call): Promise<void> {
  const { way, callId, phone, other } = call
  const over = await untilCall(other.bot, callId, 'the call is over', ({ outcome }) => outcome !== null)
  check(over.outcome === outcomes[way], `${way} has the outcome ${over.outcome}`)
  if (way === 'queue') {
    const { Queue, Channel } = await lab.queued(callId)
    check(Queue === 'nobody' && phone.isUp, `queue ${Queue}`)
    for (const [name, value] of Object.entries(expected(call).variables)) {
      const told = await lab.variable(Channel!, name)
      check(told === value, `people are told ${name} '${told}'`)
    }
  }
  if (way === 'dial') {
    const rings = () => technician.calls.find(({ invite }) => header(invite, 'x-voicebot-call') === callId)
    await until('the technician’s phone rings', () => rings() !== undefined)
    check(header(rings()!.invite, 'x-voicebot-phone') === call.number, 'the phone shows another number')
    check(phone.isUp, 'the caller was hung up on')
  }
  if (way === 'hangup' || way === 'callBack') {
    await phone.over
    check(phone.peerHungUpAtMs > 0, `${way}: the caller hung up`)
  }
  if (way === 'callBack') {
    const notice = `call back wanted by the caller of ${callId}`
    await until('the dialplan knows of the call-back', async () => (await lab.log()).includes(notice))
  }
  const hasPeople = () => lab.steps(callId).some((step) => /^(Queue|Dial)\(/.test(step))
  // Asterisk tells of its steps a moment after the telephone rings.
  if (way === 'queue' || way === 'dial') await until(`${way} goes to people`, hasPeople)
  else check(!hasPeople(), `${way} went to people`)
}

/** Every machine gives the right answer. */
export async function isKnownEverywhere({ bots }: Cluster, call: Call, dialTarget: string): Promise<void> {
  const { verb, variables } = expected(call)
  const first = verb === 'dial|' ? verb + dialTarget : verb
  for (const { http } of bots) {
    const answer = await fetch(`${http}/asterisk/calls/${call.callId}/next`)
    const [found = '', ...lines] = (await answer.text()).split('\n')
    check(answer.headers.get('X-Known') !== '0', `a bot does not know a call that ended by ${call.way}`)
    check(found === first, `${call.way} leads to ${found}`)
    for (const [name, value] of Object.entries(variables))
      check(lines.includes(`${name}=${value}`), `after ${call.way} a bot lacks ${name}=${value}`)
  }
}

const outcomes: Record<Way, string> = {
  ...{ queue: 'transfer', dial: 'transfer', callBack: 'goodbye', hangup: 'goodbye', leaves: 'hangup' },
}

/** First line and variables of the answer. */
function expected({ way, number }: Call): { verb: string; variables: Record<string, string> } {
  const who = {
    ...{ VB_NAME: 'Marie Dupont', VB_PHONE: number, VB_CONTRACT: contractOf(number), VB_VULNERABLE: '1' },
    ...{ VB_LANGUAGE: 'fr', VB_NOTES: 'vulnerable', VB_TOPIC: 'internet' },
  }
  switch (way) {
    case 'queue':
    case 'dial': {
      const variables = {
        ...who,
        ...{ VB_SYMPTOM: 'no_connection', VB_STEPS: 'box_restart', VB_OUTCOME: 'transfer' },
        VB_SUMMARY: 'Internet / plus de connexion. Essayé : box redémarrée. Client fragile.',
      }
      return { verb: way === 'queue' ? 'queue|nobody' : 'dial|', variables }
    }
    case 'callBack': {
      const variables = {
        ...who,
        ...{ VB_SYMPTOM: '', VB_STEPS: '', VB_OUTCOME: 'goodbye', VB_CALLBACK: '1', VB_INCIDENT: '1' },
      }
      return { verb: 'hangup|', variables }
    }
    case 'hangup':
      return { verb: 'hangup|', variables: {} }
    case 'leaves':
      return { verb: 'queue|nobody', variables: { VB_OUTCOME: 'hangup', VB_LANGUAGE: 'fr' } }
  }
}
