// What a real Asterisk tells the bot of who calls.

import { BadServer, type Mood } from '../../integrations/bad-server.ts'
import { askAdmin } from '../../support/lab/admin.ts'
import type { Bot } from '../bot.ts'
import { type Case, check } from '../case.ts'
import { hears } from '../listen.ts'
import type { Dialled, DialOptions, World } from '../world.ts'
import { welcome } from './callers.ts'

const number = '+33698765432'
const name = 'Zoé "Z" O’Neil, 100% (fils) $'
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
    const dialled = '0199000043'
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
  title: 'an incident is said first and a call-back needs no number; a bad look-up changes nothing',
  limitMs: 120_000,
  async run(world, cleanup) {
    const system = new BadServer((body) => moods[JSON.parse(body).callerNumber])
    cleanup(() => system.stop())
    const bot = await world.ownBot(cleanup, {
      ANNOUNCE_SECRET: world.lab.announceSecret,
      LOOKUP_URL: system.url,
    })
    const talk = async (number: string, phrase: string) => {
      const call = await world.dial(bot, cleanup, { number, saysCaller: true })
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
    const logs = `${await world.lab.log()}${bot.lines.join('\n')}`
    check(!logs.includes('6987654'), 'a number is in a log')
    return undefined
  },
}

export const whoCallsCases = [whoCalls, lookedUp]
