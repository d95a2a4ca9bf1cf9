// What a real Asterisk tells the bot of who calls.

import { BadServer, type Mood } from '../../integrations/bad-server.ts'
import { WebhookReceiver } from '../../integrations/webhook-receiver.ts'
import { askAdmin } from '../../support/lab/admin.ts'
import type { Bot } from '../bot.ts'
import { type Case, check } from '../case.ts'
import { hears } from '../listen.ts'
import type { Dialled, DialOptions, World } from '../world.ts'
import { welcome } from './callers.ts'

const number = '+33698765432'
const name = 'Zoé "Z" O’Neil, 100% (fils) $'
const dialled = '0199000043'
const nobody = { callerNumber: null, callerName: null }

/** What a phone sends, and what the bot is to know of it. */
const callers: readonly { sends: DialOptions; knows: Partial<Announced> }[] = [
  { sends: { number, name }, knows: { callerNumber: '0698765432', callerName: name } },
  { sends: { number: '1042', name: 'Accueil' }, knows: nobody },
  { sends: { number: 'anonymous', name: 'Anonymous' }, knows: nobody },
  { sends: { number, name, headers: { Privacy: 'id' } }, knows: nobody },
  {
    sends: { number: 'trunk', headers: { 'P-Asserted-Identity': `"Zo%C3%A9" <sip:${number}@127.0.0.1>` } },
    knows: { callerNumber: '0698765432', callerName: 'Zo%C3%A9' },
  },
  {
    sends: {
      number: 'trunk',
      headers: { 'P-Asserted-Identity': `<sip:${number}@127.0.0.1>`, Privacy: 'id' },
    },
    knows: nobody,
  },
]

type Announced = { callerNumber: string | null; callerName: string | null; dialled: string | null }

const whoCalls: Case<World> = {
  title: 'the bot knows who calls and what they dialled, unless they withhold it; no log does',
  limitMs: 60_000,
  async run(world, cleanup) {
    const bot = await world.ownBot(cleanup, { ANNOUNCE_SECRET: world.lab.announceSecret })
    const calls = await Promise.all(
      callers.map(({ sends }) => world.dial(bot, cleanup, { ...sends, dialled, saysCaller: true })),
    )
    for (const [i, call] of calls.entries()) {
      const { callerNumber, callerName, dialled: known } = await callOf(bot, call)
      const want = JSON.stringify({ ...callers[i].knows, dialled })
      const got = JSON.stringify({ callerNumber, callerName, dialled: known })
      check(got === want, `${i}: ${got} instead of ${want}`)
    }
    const logs = `${await world.lab.log()}${bot.lines.join('\n')}`
    for (const secret of ['98765432', dialled, 'O’Neil', 'Zo%C3%A9'])
      check(!logs.includes(secret), `${secret} is in a log`)
    return undefined
  },
}

/** Bounded by the case's own time limit. */
async function callOf(bot: Bot, { callId }: Dialled): Promise<Announced> {
  for (;;) {
    const answer = await askAdmin(bot.http, `/api/calls/${callId}`)
    if (answer.ok) return (await answer.json()) as Announced
    await Bun.sleep(50)
  }
}

/** What the operator's system answers for each caller's line; two of its three answers are useless. */
const moods: Readonly<Record<string, Mood>> = {
  '0698765401': { answers: { incident: { topic: 'internet' } } },
  '0698765402': 'hangs',
  '0698765403': { megabytes: 10 },
}

const lookedUp: Case<World> = {
  title:
    'an incident is said first and a call-back needs no number, which signed events tell; a bad look-up changes nothing',
  limitMs: 120_000,
  async run(world, cleanup) {
    const system = new BadServer((body) => moods[JSON.parse(body).callerNumber])
    cleanup(() => system.stop())
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const receiver = new WebhookReceiver(secret)
    cleanup(() => receiver.server.stop())
    const bot = await world.ownBot(cleanup, {
      ANNOUNCE_SECRET: world.lab.announceSecret,
      LOOKUP_URL: system.url,
      WEBHOOK_URL: receiver.server.url,
      WEBHOOK_SECRET: secret,
    })
    const talk = async (number: string, phrase: string) => {
      const call = await world.dial(bot, cleanup, { number, dialled, saysCaller: true })
      // The welcome waits for nobody, and a key chooses the topic.
      const { endMs } = await hears(call.phone, welcome, call.phone.answeredAtMs)
      call.phone.media.press('1')
      return { ...call, heard: await hears(call.phone, phrase, endMs) }
    }
    const [told] = await Promise.all([
      talk('0698765401', 'incident'),
      talk('0698765402', 'confirm_line_before'),
      talk('0698765403', 'confirm_line_before'),
    ])
    await hears(told.phone, 'call_back_line_before', told.heard.endMs)
    told.phone.media.press('1')
    await told.phone.over
    const next = await (await fetch(`${bot.http}/asterisk/calls/${told.callId}/next?visit=1`)).text()
    for (const fact of ['hangup|', 'VB_CALLBACK=1', 'VB_PHONE=0698765401', 'VB_INCIDENT=1'])
      check(next.includes(fact), `${fact} is not in ${next}`)
    await toldOf(receiver, told.callId)
    const logs = `${await world.lab.log()}${bot.lines.join('\n')}`
    for (const text of ['6987654', dialled, 'whsec_']) check(!logs.includes(text), `${text} is in a log`)
    return undefined
  },
}

/** Waits for the events of a call that ends with a promised call-back. Bounded by the case's own time limit. */
async function toldOf(receiver: WebhookReceiver, callId: string): Promise<void> {
  const events = () => receiver.events.filter(({ data }) => data.callId === callId)
  while (!events().some(({ type }) => type === 'call.ended')) await Bun.sleep(50)
  const types = events().map(({ type }) => type)
  check(types.join() === 'call.started,callback.promised,call.ended', `events ${types.join()}`)
  const [started, promised, ended] = events().map(({ data }) => data)
  const caller = '0698765401'
  for (const [field, value] of [
    ['dialled', started.dialled === dialled && ended.dialled === dialled],
    ['callerNumber', started.callerNumber === caller && ended.callerNumber === caller],
    ['phone', promised.phone === caller && ended.phone === caller],
    ['outcome', ended.outcome === 'goodbye' && ended.callBack === true],
    ['summary', typeof ended.summary === 'string' && ended.summary.includes('Internet')],
  ] as const)
    check(value, `another ${field} than wanted in the events`)
  check(receiver.faults.length === 0, receiver.faults.join())
}

export const whoCallsCases = [whoCalls, lookedUp]
