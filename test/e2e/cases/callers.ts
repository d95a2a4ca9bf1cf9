// Callers of all kinds hear the welcome whole, and their keys reach the bot.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MediaOptions } from '../../support/phone/media.ts'
import { topicMenu } from '../../support/shipped-desk.ts'
import { type Case, check } from '../case.ts'
import { findIn, hears, phraseVariants } from '../listen.ts'
import type { World } from '../world.ts'

/** The first words of a desk, and all that is said before the first question of a recorded call led by keys. */
export const welcome = 'welcome'
export const opening = [welcome, 'recording_notice_keys', ...topicMenu] as const
const longestGapMs = 40
const betweenCallersMs = 250

type Row = { caller: string; media: Partial<MediaOptions> }

const rows: Row[] = [
  ...(['alaw', 'ulaw'] as const).flatMap((law) =>
    [10, 20, 30, 60].map((ptimeMs) => ({ caller: `${law} at ptime ${ptimeMs}`, media: { law, ptimeMs } })),
  ),
  { caller: 'alaw with 15 ms of jitter', media: { jitterMs: 15, random: randomOf(1) } },
  { caller: 'alaw with 60 ms of jitter, out of order', media: { jitterMs: 60, random: randomOf(2) } },
  { caller: 'ulaw with 5 % of its packets lost', media: { law: 'ulaw', loss: 0.05, random: randomOf(3) } },
  {
    caller: 'alaw with jitter, loss and ptime 30',
    media: { ptimeMs: 30, jitterMs: 20, loss: 0.1, random: randomOf(4) },
  },
]

const sipCases: Case<World>[] = rows.map(({ caller, media }, index) => ({
  title: `a SIP caller (${caller}) hears the welcome without a hole, and a key is understood`,
  limitMs: 60_000,
  async run(world, cleanup) {
    const bot = await world.bot()
    // One after the other: setting up twelve calls at once keeps this process from seeing packets in time.
    await Bun.sleep(index * betweenCallersMs)
    const { phone } = await world.dial(bot, cleanup, { media })
    const heard = await hears(phone, welcome, phone.answeredAtMs)
    const hole = `${heard.longestGapMs.toFixed(1)} ms at ${heard.longestGapAtMs.toFixed(0)} ms`
    check(heard.longestGapMs <= longestGapMs, `a hole of ${hole} in the welcome`)
    phone.media.press('1')
    await hears(phone, 'ask_phone_keys', heard.endMs)
    return `correlation ${heard.correlation.toFixed(4)}, longest gap ${hole}`
  },
}))

const localCase: Case<World> = {
  title: 'a caller on a Local channel hears the welcome whole',
  limitMs: 60_000,
  async run(world, cleanup) {
    const bot = await world.bot()
    const folder = mkdtempSync(join(tmpdir(), 'voicebot-local-'))
    cleanup(() => rmSync(folder, { recursive: true, force: true }))
    const callId = crypto.randomUUID()
    const [phrase] = await phraseVariants(welcome)
    const staySeconds = Math.ceil(phrase.length / 8_000) + 1
    await world.lab.originate('777', {
      __CALLID: callId,
      __BOT: bot.audioSocket,
      __BOTHTTP: bot.http,
      RECORD: join(folder, 'call'),
      STAY: String(staySeconds),
    })
    await world.lab.ami.event(
      (event) =>
        event.Event === 'MixMonitorStop' ||
        (event.Event === 'Hangup' &&
          event.Exten === 's' &&
          event.Context === 'caller' &&
          event.ChanVariable?.includes(callId)),
    )
    const heard = new Int16Array(await Bun.file(join(folder, 'call-heard.sln')).arrayBuffer())
    const { correlation } = await findIn(heard, phrase)
    check(correlation >= 0.9, `correlation ${correlation.toFixed(3)} in ${heard.length / 8_000} s`)
    return `correlation ${correlation.toFixed(4)}`
  },
}

export const callerCases: Case<World>[] = [localCase, ...sipCases]

/** A small repeatable random source (mulberry32), so that every run loses the same packets. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296
  }
}
