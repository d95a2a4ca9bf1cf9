// A technician's SIP phone: says that it is there (OPTIONS), rings, answers after a while with a tone, hears, and can
// be switched off. One call at a time.

import type { udp } from 'bun'
import { Media } from './media.ts'
import { addressOf, header, parse, request, respond, rtpPortOf, type SipMessage, sdp } from './sip-message.ts'
import { tone } from './sound.ts'

export type TechnicianOptions = {
  /** Rings so long before it is picked up; `never` rings on. */
  answerAfterMs: number | 'never'
  /** What the technician "says". */
  toneHz: number
  isOn: boolean
}

export const technicianDefaults = {
  answerAfterMs: 500,
  toneHz: 700,
  isOn: true,
} as const satisfies TechnicianOptions

export type TechnicianCall = {
  invitedAtMs: number
  /** 0 until picked up. */
  answeredAtMs: number
  endedAtMs: number
  /** All headers of the INVITE by lower-case name. */
  invite: SipMessage
  media: Media
}

export class Technician {
  readonly calls: TechnicianCall[] = []
  private waiting: (() => void)[] = []

  private constructor(
    private readonly socket: udp.Socket<'buffer'>,
    readonly options: TechnicianOptions,
  ) {}

  static async open(options: Partial<TechnicianOptions> = {}): Promise<Technician> {
    let technician: Technician | undefined
    const socket = await Bun.udpSocket({
      hostname: '127.0.0.1',
      socket: {
        data: (_socket, data, port) => technician?.receive(data.toString(), port),
        error: () => technician?.unreachable(),
      },
    })
    technician = new Technician(socket, { ...technicianDefaults, ...options })
    return technician
  }

  get port(): number {
    return this.socket.port
  }

  get isTalking(): boolean {
    return this.calls.some((call) => call.answeredAtMs !== 0 && call.endedAtMs === 0)
  }

  /** Waits until `condition` holds, looked at whenever something happens here. Bounded by the case's own time limit. */
  async until(condition: (technician: Technician) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  hangUp(): void {
    const call = this.calls.find((other) => other.answeredAtMs !== 0 && other.endedAtMs === 0)
    if (!call) return
    const { invite } = call
    const bye = request({
      method: 'BYE',
      uri: addressOf(header(invite, 'contact')),
      from: `${header(invite, 'to')};tag=${this.tag}`,
      to: header(invite, 'from'),
      callId: header(invite, 'call-id'),
      cseq: 1,
      port: this.socket.port,
      branch: crypto.randomUUID(),
    })
    this.socket.send(
      bye,
      Number(/:(\d+)/.exec(addressOf(header(invite, 'contact')).split('@')[1])?.[1]),
      '127.0.0.1',
    )
    this.end(call)
  }

  close(): void {
    for (const call of this.calls) this.end(call)
    this.socket.close()
  }

  private get tag(): string {
    return `technician${this.port}`
  }

  private receive(text: string, port: number): void {
    const message = parse(text)
    if (!message || !this.options.isOn || message.method === '') return
    const call = this.calls.find((other) => header(other.invite, 'call-id') === header(message, 'call-id'))
    const answer = (status: string, body?: string) =>
      this.socket.send(
        respond(message, status, { tag: this.tag, contact: `sip:technician@127.0.0.1:${this.port}`, body }),
        port,
        '127.0.0.1',
      )
    switch (message.method) {
      case 'INVITE':
        if (call && call.answeredAtMs !== 0) answer('200 OK', this.description(call))
        else if (!call && this.isTalking) answer('486 Busy Here')
        else if (!call) void this.ring(message, answer)
        break
      case 'CANCEL':
        answer('200 OK')
        if (call) {
          this.socket.send(
            respond(call.invite, '487 Request Terminated', {
              tag: this.tag,
              contact: 'sip:technician@127.0.0.1',
            }),
            port,
            '127.0.0.1',
          )
          this.end(call)
        }
        break
      case 'BYE':
        answer('200 OK')
        if (call) this.end(call)
        break
      case 'ACK':
        break
      default:
        answer('200 OK')
    }
    this.changed()
  }

  private async ring(invite: SipMessage, answer: (status: string, body?: string) => void): Promise<void> {
    const media = await Media.open()
    const call: TechnicianCall = {
      invitedAtMs: performance.now(),
      answeredAtMs: 0,
      endedAtMs: 0,
      invite,
      media,
    }
    this.calls.push(call)
    answer('180 Ringing')
    this.changed()
    const { answerAfterMs } = this.options
    if (answerAfterMs === 'never') return
    setTimeout(() => {
      if (call.endedAtMs !== 0) return
      call.answeredAtMs = performance.now()
      media.play(tone(this.options.toneHz), true)
      media.start(rtpPortOf(invite.body))
      answer('200 OK', this.description(call))
      this.changed()
    }, answerAfterMs)
  }

  private description(call: TechnicianCall): string {
    return sdp(call.media.port, call.media.payloadType, 20)
  }

  private end(call: TechnicianCall): void {
    if (call.endedAtMs !== 0) return
    call.endedAtMs = performance.now()
    call.media.close()
    this.changed()
  }

  /** Nothing listens at the other SIP port: an Asterisk that is gone. */
  private unreachable(): void {
    for (const call of this.calls) this.end(call)
  }

  private changed(): void {
    for (const resolve of this.waiting.splice(0)) resolve()
  }
}
