// SIP phones on their loudspeakers: the agent's voice comes back, and does not interrupt him.

import { Caller } from '../caller.ts'
import { type Case, check } from '../case.ts'
import { hears } from '../listen.ts'
import type { World } from '../world.ts'
import { welcome } from './callers.ts'

const echo = { db: -10, delayMs: 250 }
const calls = 20
/** Calls at the same time: more would keep this process from sending packets in time. */
const together = 5

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
    const bot = await world.bot({ ...world.asking('hotline'), ...(await world.hearing()) })
    const caller = await Caller.dial(world, bot, cleanup, 'marie', { echo })
    await caller.hears('welcome')
    const stoppedAfterMs = await caller.breaksInto(
      'recording_notice',
      "je n'ai plus internet",
      'sorry_trouble',
    )
    check(stoppedAfterMs < 3_000, `the agent spoke on for ${stoppedAfterMs.toFixed(0)} ms`)
    return `the agent stopped ${stoppedAfterMs.toFixed(0)} ms after the caller began`
  },
}

export const echoCases: Case<World>[] = [whole, over]
