// A caller who talks to the bot as people do: listens to a question to its end, answers by voice or key when the bot
// listens, and interrupts. No move waits for a clock: each waits for what was heard or for what the bot says.

import { askAdmin } from '../support/lab/admin.ts'
import type { Phone } from '../support/phone/phone.ts'
import { rms } from '../support/phone/sound.ts'
import { type Cleanup, check } from './case.ts'
import { hears } from './listen.ts'
import { speech, type Voice } from './speech.ts'
import type { Callee, DialOptions, World } from './world.ts'

/** Longest wait for one phrase or for one's turn: a case that waits longer has gone another way than expected. */
const patienceMs = 40_000
const lookEveryMs = 50
/** A sentence is broken into after so much of it. */
const breakInAfterMs = 1_000
/** A packet this loud has the agent's voice in it. */
const audibleRms = 100

/** What is used of `GET /api/calls/:id`. */
type CallInfo = { phase: string; transcript: { who: string; text: string }[] }

export class Caller {
  /** What was said to the bot, in order. */
  readonly said: string[] = []
  /** When the last phrase heard was over. */
  heardUntilMs: number

  private constructor(
    private readonly bot: Callee,
    readonly callId: string,
    readonly phone: Phone,
    private readonly voice: Voice,
  ) {
    this.heardUntilMs = phone.answeredAtMs
  }

  static async dial(
    world: World,
    bot: Callee,
    cleanup: Cleanup,
    voice: Voice,
    options: DialOptions = {},
  ): Promise<Caller> {
    const { callId, phone } = await world.dial(bot, cleanup, options)
    return new Caller(bot, callId, phone, voice)
  }

  /** A sentence in this caller's voice. */
  saying(text: string): Promise<Int16Array> {
    return speech(this.voice, text)
  }

  /** Hears these phrases whole, one after the other. */
  async hears(...phrases: readonly string[]): Promise<void> {
    for (const phrase of phrases) {
      const heard = hears(this.phone, phrase, this.heardUntilMs)
      this.heardUntilMs = (await this.within(`hear ${phrase}`, heard)).endMs
    }
  }

  /** Says a sentence when the bot listens, and hears these phrases after it. */
  async says(text: string, ...phrases: readonly string[]): Promise<void> {
    const samples = await this.saying(text)
    await this.within('get the turn', this.listens())
    this.phone.media.play(samples)
    this.said.push(text)
    await this.hears(...phrases)
  }

  /** Presses keys when the bot listens, and hears these phrases after them. */
  async presses(keys: string, ...phrases: readonly string[]): Promise<void> {
    await this.within('get the turn', this.listens())
    this.phone.media.press(keys)
    await this.hears(...phrases)
  }

  /**
   * Says a sentence over a phrase of the agent's, once a second of that was heard.
   *
   * @param next the first phrase after it
   * @returns how long the agent was still heard from when the caller began to speak
   */
  async breaksInto(phrase: string, text: string, next: string): Promise<number> {
    const samples = await this.saying(text)
    const begun = hears(this.phone, phrase, this.heardUntilMs, breakInAfterMs)
    await this.within(`hear the beginning of ${phrase}`, begun)
    const { media } = this.phone
    const fromMs = performance.now()
    media.play(samples)
    this.said.push(text)
    const answer = await this.within(`hear ${next}`, hears(this.phone, next, fromMs))
    this.heardUntilMs = answer.endMs
    const audible = media.heard.packets.filter(
      (packet) => packet.atMs > fromMs && packet.atMs < answer.startMs && rms(packet.samples) > audibleRms,
    )
    return (audible.at(-1)?.atMs ?? fromMs) - fromMs
  }

  /** Hears that the line is dead. */
  async isHungUpOn(): Promise<void> {
    await this.within('be hung up on', this.phone.over)
    check(this.phone.peerHungUpAtMs >= this.heardUntilMs - 20, 'hung up before the last words were over')
  }

  private async listens(): Promise<void> {
    while (this.phone.isUp && (await this.info()).phase !== 'listening') await Bun.sleep(lookEveryMs)
    check(this.phone.isUp, 'the call ended before it was the caller’s turn')
  }

  private async info(): Promise<CallInfo> {
    const answer = await askAdmin(this.bot.http, `/api/calls/${this.callId}`)
    return (await answer.json()) as CallInfo
  }

  private async within<T>(what: string, promise: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error(`not within ${patienceMs / 1_000} s`)), patienceMs)
    try {
      return await Promise.race([promise, late.promise])
    } catch (cause) {
      const lines = (await this.info()).transcript.map(({ who, text }) => `${who}: ${text}`)
      throw new Error(`the caller did not ${what}: ${cause}; the bot has ${JSON.stringify(lines)}`, { cause })
    } finally {
      clearTimeout(timer)
    }
  }
}
