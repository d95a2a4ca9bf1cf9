// SIP phones on their loudspeakers: the agent's voice comes back, and does not interrupt him.

import { askAdmin } from '../../support/lab/admin.ts'
import type { Bot } from '../bot.ts'
import { type Case, check } from '../case.ts'
import { hears } from '../listen.ts'
import { speech } from '../speech.ts'
import type { World } from '../world.ts'
import { welcome } from './callers.ts'

const echo = { db: -10, delayMs: 250 }
const calls = 20
/** Calls at the same time: more would keep this process from sending packets in time. */
const together = 5
const lookEveryMs = 100

const whole: Case<World> = {
  title: `a phone that echoes at ${echo.db} dB and ${echo.delayMs} ms hears the welcome whole in ${calls} of ${calls} calls`,
  limitMs: 180_000,
  async run(world, cleanup) {
    const bot = await world.bot()
    for (let done = 0; done < calls; done += together)
      await Promise.all(
        Array.from({ length: together }, async () => {
          const { phone } = await world.dial(bot, cleanup, { media: { echo } })
          await hears(phone, welcome, phone.answeredAtMs)
          await phone.hangUp()
        }),
      )
    return `${calls} calls`
  },
}

const over: Case<World> = {
  title: `a caller who speaks over the agent on a phone that echoes at ${echo.db} dB is heard`,
  limitMs: 90_000,
  async run(world, cleanup) {
    const bot = await world.bot()
    const { callId, phone } = await world.dial(bot, cleanup, { media: { echo } })
    const words = await speech('marie', "je n'ai plus internet depuis ce matin")
    await hears(phone, 'recording_notice_keys', phone.answeredAtMs, 1_000)
    phone.media.play(words)
    // The echo lies under the words, so the fake recogniser, which knows sounds by heart, is not asked for them.
    for (;;) {
      const { transcript } = await infoOf(bot, callId)
      const cut = transcript.find((line) => line.cut)
      if (cut) {
        check(cut.text.startsWith('Cet appel est enregistré'), `the agent was cut at '${cut.text}'`)
        return undefined
      }
      check(phone.isUp, 'the call ended, and the agent was never cut')
      await Bun.sleep(lookEveryMs)
    }
  },
}

async function infoOf(bot: Bot, callId: string): Promise<{ transcript: { text: string; cut: boolean }[] }> {
  const answer = await askAdmin(bot.http, `/api/calls/${callId}`)
  return (await answer.json()) as { transcript: { text: string; cut: boolean }[] }
}

export const echoCases: Case<World>[] = [whole, over]
