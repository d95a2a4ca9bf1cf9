// The bot, or the caller, disappears during a call.

import { amplitudeAt, tone } from '../../support/phone/sound.ts'
import { topicMenu } from '../../support/shipped-desk.ts'
import { type Case, check } from '../case.ts'
import { findIn, hears, phraseVariants } from '../listen.ts'
import { recordedSide, recordOf } from '../records.ts'
import type { Dialled, World } from '../world.ts'
import { welcome } from './callers.ts'

const callers = 20

const killed: Case<World> = {
  title: `a bot that is killed with ${callers} callers leaves every one of them in the queue`,
  limitMs: 60_000,
  async run(world, cleanup) {
    const bot = await world.ownBot(cleanup)
    const calls = await Promise.all(
      Array.from({ length: callers }, () => world.dial(bot, cleanup, { fallbackQueue: 'nobody' })),
    )
    await Promise.all(calls.map(hearsSomething))
    const killedAtMs = performance.now()
    bot.signal('SIGKILL')
    const joined = await Promise.all(calls.map(({ callId }) => world.lab.queued(callId)))
    check(
      joined.every((event) => event.Queue === 'nobody'),
      'a caller is in another queue',
    )
    check(
      calls.every(({ phone }) => phone.isUp),
      'a caller was hung up on',
    )
    const last = Math.max(...joined.map((event) => event.atMs)) - killedAtMs
    return `the last one after ${last.toFixed(0)} ms`
  },
}

const frozen: Case<World> = {
  title: 'a bot that freezes loses its caller to the queue when the time limit is up',
  limitMs: 30_000,
  async run(world, cleanup) {
    const bot = await world.ownBot(cleanup)
    const call = await world.dial(bot, cleanup, { fallbackQueue: 'nobody', maxS: 3 })
    await hearsSomething(call)
    bot.signal('SIGSTOP')
    const frozenAtMs = performance.now()
    const joined = await world.lab.queued(call.callId)
    check(call.phone.isUp, 'the caller was hung up on')
    // Only the T extension, where the time limit leads, goes there.
    check(world.lab.steps(call.callId).includes('Goto(s,ask)'), 'it was not the time limit')
    return `after ${((joined.atMs - frozenAtMs) / 1_000).toFixed(1)} s`
  },
}

const full: Case<World> = {
  title: 'a caller for whom a full bot has no room hears so and goes to the queue',
  limitMs: 60_000,
  async run(world, cleanup) {
    const bot = await world.ownBot(cleanup, { MAX_CALLS: '1', TRANSFER_QUEUE: 'nobody' })
    const first = await world.dial(bot, cleanup)
    await hearsSomething(first)
    const second = await world.dial(bot, cleanup)
    await hears(second.phone, 'busy', second.phone.answeredAtMs)
    const joined = await world.lab.queued(second.callId)
    check(joined.Queue === 'nobody', `queue ${joined.Queue}`)
    check(first.phone.isUp && second.phone.isUp, 'a caller was hung up on')
    return undefined
  },
}

const hungUp: Case<World> = {
  title: 'a caller who hangs up ends the call in the bot, and both sides are recorded whole',
  limitMs: 60_000,
  async run(world, cleanup) {
    const bot = await world.bot()
    const { callId, phone } = await world.dial(bot, cleanup)
    await hears(phone, welcome, phone.answeredAtMs)
    // Without the notice nothing would be kept.
    await hears(phone, 'recording_notice_keys', phone.answeredAtMs)
    phone.media.play(tone(1_000))
    await Bun.sleep(1_200)
    const talkedMs = performance.now() - phone.answeredAtMs
    phone.hangUp()
    const record = await recordOf(bot, callId)
    check(Math.abs((record.durationMs ?? 0) - talkedMs) < 500, `${record.durationMs} ms of ${talkedMs}`)
    const caller = await recordedSide(bot, callId, 'caller')
    const agent = await recordedSide(bot, callId, 'agent')
    check(
      caller.length === agent.length,
      `${caller.length} samples of the caller, ${agent.length} of the agent`,
    )
    check(caller.length === record.audio.samples, `the record says ${record.audio.samples} samples`)
    const [phrase] = await phraseVariants(welcome)
    const { correlation } = await findIn(agent, phrase)
    check(correlation > 0.9, `the welcome is recorded with a correlation of ${correlation.toFixed(3)}`)
    const loudness = amplitudeAt(caller.subarray(caller.length - 8_000, caller.length - 2_000), 1_000)
    check(loudness > 4_000, `the caller's last second is recorded at ${loudness.toFixed(0)}`)
    return undefined
  },
}

const objects: Case<World> = {
  title: 'a caller who presses 8 leaves no audio on the disk, and the call goes on',
  limitMs: 60_000,
  async run(world, cleanup) {
    const bot = await world.bot()
    const { callId, phone } = await world.dial(bot, cleanup)
    const heard = await hears(phone, 'recording_notice_keys', phone.answeredAtMs)
    phone.media.press('8')
    const stopped = await hears(phone, 'recording_stopped', heard.endMs)
    // A key answers only what the caller has heard.
    const asked = await hears(phone, topicMenu[0], stopped.endMs)
    phone.media.press('1')
    await hears(phone, 'ask_phone_keys', asked.endMs)
    phone.hangUp()
    const record = await recordOf(bot, callId)
    check(record.recording?.choice === 'objected', `choice ${record.recording?.choice}`)
    check(record.audio.samples === 0, `${record.audio.samples} samples are recorded`)
    const audio = (await bot.filesOf(callId)).filter((file) => !file.endsWith('.json'))
    check(audio.length === 0, `left on the disk: ${audio.join(', ')}`)
    return undefined
  },
}

const announced: Case<World> = {
  title:
    'a bot that takes only announced calls serves those that the dialplan announces, each time they come',
  limitMs: 60_000,
  async run(world, cleanup) {
    const secret = world.lab.announceSecret
    const settings = { AUDIOSOCKET_REGISTERED: '1', ANNOUNCE_SECRET: secret, TRANSFER_QUEUE: 'offline' }
    const bot = await world.ownBot(cleanup, settings)
    const stranger = await world.dial(bot, cleanup, { fallbackQueue: 'nobody' })
    await world.lab.queued(stranger.callId)
    const later = Promise.withResolvers<string>()
    const site = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      async fetch(request) {
        later.resolve(JSON.stringify([...request.headers, await request.text()]))
        return new Response('ok')
      },
    })
    cleanup(() => site.stop(true))
    const known = await world.dial(bot, cleanup, {
      fallbackQueue: 'nobody',
      isAnnounced: true,
      waitS: 1,
      later: site.url.href,
    })
    const heard = await hears(known.phone, welcome, known.phone.answeredAtMs)
    known.phone.media.press('0')
    // No technician answers there, so that the same UUID comes a second time.
    await hears(known.phone, 'welcome_back', heard.endMs)
    check(known.phone.isUp && stranger.phone.isUp, 'a caller was hung up on')
    known.phone.hangUp()
    const asked = await later.promise
    check(!asked.includes(secret) && !asked.includes('authorization'), `a later request has it: ${asked}`)
    check(!(await world.lab.log()).includes(secret), 'the secret is in Asterisk’s log')
    return undefined
  },
}

const inEnglish: Case<World> = {
  title: 'a call that the dialplan announces with VBLANG=en hears the English welcome',
  limitMs: 120_000,
  async run(world, cleanup) {
    const bot = await world.ownBot(cleanup, {
      LANGUAGES: 'en',
      ANNOUNCE_SECRET: world.lab.announceSecret,
    })
    const dialled = '0199000042'
    const english = await world.dial(bot, cleanup, { language: 'en', dialled })
    const french = await world.dial(bot, cleanup, { language: 'xx' })
    await hears(english.phone, 'en.welcome', english.phone.answeredAtMs)
    await hears(french.phone, welcome, french.phone.answeredAtMs)
    // Without the notice no record would be kept.
    await hears(english.phone, 'en.recording_notice_keys', english.phone.answeredAtMs)
    english.phone.hangUp()
    const record = await recordOf(bot, english.callId)
    check(record.language === 'en' && record.dialled === dialled, JSON.stringify(record.dialled))
    check(!(await world.lab.log()).includes(dialled), 'the dialled number is in Asterisk’s log')
    return undefined
  },
}

const noSocketLeft: Case<World> = {
  title: 'callers for whom a bot has no socket left are in the queue at once',
  limitMs: 60_000,
  async run(world, cleanup) {
    const bot = await world.ownBot(cleanup, { AUDIOSOCKET_PER_PEER: '1', MAX_CALLS: '5' })
    const first = await world.dial(bot, cleanup)
    await hearsSomething(first)
    const others = await Promise.all(
      Array.from({ length: 5 }, () => world.dial(bot, cleanup, { fallbackQueue: 'nobody' })),
    )
    const joined = await Promise.all(others.map(({ callId }) => world.lab.queued(callId)))
    check(others.every(({ phone }) => phone.isUp) && first.phone.isUp, 'a caller was hung up on')
    const waitedMs = joined.map(({ atMs }, i) => atMs - others[i].phone.answeredAtMs)
    check(Math.max(...waitedMs) < 1_000, `it took ${Math.max(...waitedMs).toFixed(0)} ms`)
    return `the last one after ${Math.max(...waitedMs).toFixed(0)} ms`
  },
}

export const faultCases: Case<World>[] = [
  killed,
  frozen,
  full,
  hungUp,
  objects,
  announced,
  inEnglish,
  noSocketLeft,
]

/** Settles when a second of audio has come from the bot. */
async function hearsSomething({ phone }: Dialled): Promise<void> {
  while (phone.isUp && phone.media.heard.packets.length < 50) await Bun.sleep(50)
  check(phone.isUp, 'the call ended before anything was heard')
}
