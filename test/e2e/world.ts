// What the cases share: one Asterisk, technicians' phones, bots with different settings, and a recogniser for those that
// hear. Each is started at its first use.

import { join } from 'node:path'
import { Phone, type PhoneOptions } from '../support/phone/phone.ts'
import { Technician } from '../support/phone/technician.ts'
import { Lab } from './asterisk/lab.ts'
import { Bot, projectRoot } from './bot.ts'
import type { Cleanup } from './case.ts'
import { Recogniser } from './speech.ts'

/** Where a caller goes: a bot of this run, or a stand-in of the case's own. */
export type Callee = { audioSocket: string; http: string }

export type DialOptions = {
  media?: PhoneOptions['media']
  /** VBMAX, VBWAIT and VBQUEUE of the dialplan, for this call. */
  maxS?: number
  waitS?: number
  fallbackQueue?: string
  /** Announces the call (VBEXPECT), with the secret of voicebot.conf. */
  isAnnounced?: boolean
  /** VBLANG and VBDIALLED, announced too. */
  language?: string
  dialled?: string
  /** Announces the call with who calls (VBCALLER). */
  saysCaller?: boolean
  /** From header: number and name. */
  number?: string
  name?: string
  /** Further headers of the INVITE. */
  headers?: Record<string, string>
  /** URL that the site's own dialplan posts to when the call has ended. */
  later?: string
}

export type Dialled = { callId: string; phone: Phone }

export class World {
  private readonly bots = new Map<string, Promise<Bot>>()
  private recogniser: Promise<Recogniser> | undefined

  private constructor(
    readonly lab: Lab,
    /** Member of the queue `support`. */
    readonly technician: Technician,
    /** Member of the queue `hotline`. */
    readonly hotline: Technician,
  ) {}

  static async open(): Promise<World> {
    const technician = await Technician.open()
    const hotline = await Technician.open()
    try {
      const dialplan = join(projectRoot, 'assets/asterisk/extensions.conf')
      // The second technician's phone is off: nothing listens on the discard port.
      const lab = await Lab.start({ dialplan, technicianPorts: [technician.port, 9, hotline.port] })
      return new World(lab, technician, hotline)
    } catch (error) {
      technician.close()
      hotline.close()
      throw error
    }
  }

  /** The bot with these settings; cases that ask for the same ones share it. */
  bot(settings: Record<string, string> = {}): Promise<Bot> {
    const key = JSON.stringify(settings)
    const bot = this.bots.get(key) ?? Bot.start(settings)
    this.bots.set(key, bot)
    return bot
  }

  /** A bot for one case alone, which may be killed or frozen. */
  async ownBot(cleanup: Cleanup, settings: Record<string, string> = {}): Promise<Bot> {
    const bot = await Bot.start(settings)
    cleanup(() => bot.stop())
    return bot
  }

  /** Settings of a bot that asks this Asterisk's queue for technicians, and transfers to it. */
  asking(queue: string): Record<string, string> {
    const { port, user, secret } = this.lab.manager
    return {
      TECHNICIANS: 'asterisk',
      // Closed at every time: what the desk says of its hours is then the same whenever the test runs.
      OPENING_EXCEPTIONS: '01-01 au 12-31 fermé',
      TRANSFER_QUEUE: queue,
      AMI_PORT: String(port),
      AMI_USER: user,
      AMI_SECRET: secret,
    }
  }

  /** Settings of a bot that hears, by a recogniser who knows the sentences of `speech.ts` by their sound. */
  async hearing(): Promise<Record<string, string>> {
    this.recogniser ??= Recogniser.start()
    const { url } = await this.recogniser
    return { DEEPGRAM_BASE_URL: url, DEEPGRAM_API_KEY: 'a-key', TTS: 'embedded' }
  }

  /**
   * A SIP phone dials 777 and is answered. It hangs up when the case ends.
   *
   * @param callee left out, the bot that the dialplan's globals name
   */
  async dial(callee: Callee | undefined, cleanup: Cleanup, options: DialOptions = {}): Promise<Dialled> {
    const callId = crypto.randomUUID()
    const headers: Record<string, string> = {
      'X-Call-Id': callId,
      ...(callee && { 'X-Bot': callee.audioSocket, 'X-Bot-Http': callee.http }),
      ...(options.maxS !== undefined && { 'X-Max': String(options.maxS) }),
      ...(options.waitS !== undefined && { 'X-Wait': String(options.waitS) }),
      ...(options.fallbackQueue !== undefined && { 'X-Queue': options.fallbackQueue }),
      ...(options.isAnnounced && { 'X-Announced': '1' }),
      ...(options.language !== undefined && { 'X-Lang': options.language }),
      ...(options.dialled !== undefined && { 'X-Dialled': options.dialled }),
      ...(options.saysCaller && { 'X-Caller': '1' }),
      ...(options.later !== undefined && { 'X-Later': options.later }),
      ...options.headers,
    }
    const phone = await Phone.dial(this.lab.sipPort, '777', {
      ...{ media: options.media, headers, number: options.number, name: options.name },
    })
    cleanup(() => phone.close())
    return { callId, phone }
  }

  async close(options: { keepLab?: boolean } = {}): Promise<void> {
    for (const starting of await Promise.allSettled(this.bots.values()))
      if (starting.status === 'fulfilled') await starting.value.stop()
    await this.recogniser?.then((recogniser) => recogniser.stop())
    this.technician.close()
    this.hotline.close()
    await this.lab.stop({ keep: options.keepLab })
  }
}
