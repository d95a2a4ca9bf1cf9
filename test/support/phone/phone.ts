// A caller's SIP phone: dials, sends and hears audio, presses keys, hangs up, and notes when the other side hangs up.

import type { udp } from 'bun'
import { Media, type MediaOptions } from './media.ts'
import { addressOf, header, parse, request, respond, rtpPortOf, type SipMessage, sdp } from './sip-message.ts'

export type PhoneOptions = {
  media?: Partial<MediaOptions>
  /** The caller's number, as the From header has it. */
  number?: string
  /** The name before it, in UTF-8. */
  name?: string
  /** Further headers of the INVITE. */
  headers?: Record<string, string>
}

const answerWithinMs = 10_000
const resendMs = 500

export class Phone {
  answeredAtMs = 0
  /** When the other side hung up, or 0. */
  peerHungUpAtMs = 0
  readonly callId = crypto.randomUUID()
  /** Settles when the call is over, whichever side ended it. */
  readonly over: Promise<void>
  private endCall!: () => void
  private readonly tag = crypto.randomUUID().slice(0, 8)
  private cseq = 1
  private to: string
  private peerContact: string
  private isOver = false
  private onResponse: ((message: SipMessage) => void) | undefined

  private constructor(
    private readonly socket: udp.Socket<'buffer'>,
    readonly media: Media,
    private readonly sipPort: number,
    extension: string,
    private readonly options: PhoneOptions,
  ) {
    this.peerContact = `sip:${extension}@127.0.0.1:${sipPort}`
    this.to = `<${this.peerContact}>`
    this.over = new Promise((resolve) => {
      this.endCall = resolve
    })
  }

  /**
   * Calls `extension` and settles when the call is answered.
   *
   * @throws {Error} when it is refused, or not answered within 10 s
   */
  static async dial(sipPort: number, extension: string, options: PhoneOptions = {}): Promise<Phone> {
    const media = await Media.open(options.media)
    let phone: Phone | undefined
    const socket = await Bun.udpSocket({
      hostname: '127.0.0.1',
      socket: {
        data: (_socket, data) => phone?.receive(data.toString()),
        error: () => phone?.unreachable(),
      },
    })
    phone = new Phone(socket, media, sipPort, extension, options)
    await phone.invite()
    return phone
  }

  get isUp(): boolean {
    return !this.isOver
  }

  hangUp(): void {
    if (this.isOver) return
    this.cseq++
    this.send(this.request('BYE'))
    this.finish()
  }

  /** Gives the sockets back. The recording stays. */
  close(): void {
    this.hangUp()
    this.socket.close()
  }

  private async invite(): Promise<void> {
    const invite = this.request('INVITE', {
      extra: this.options.headers,
      body: sdp(this.media.port, this.media.payloadType, this.media.options.ptimeMs),
    })
    const answered = Promise.withResolvers<void>()
    // RFC 3261 17.1.1.2: over UDP an INVITE is sent again until something answers.
    const resend = setInterval(() => this.send(invite), resendMs)
    const late = setTimeout(
      () => answered.reject(new Error(`no answer within ${answerWithinMs} ms`)),
      answerWithinMs,
    )
    this.onResponse = (message) => {
      clearInterval(resend)
      if (message.status < 200) return
      if (message.status >= 300) {
        this.acknowledge(message)
        answered.reject(new Error(`refused: ${message.status}`))
        return
      }
      this.to = header(message, 'to')
      this.peerContact = addressOf(header(message, 'contact'))
      this.acknowledge(message)
      if (this.answeredAtMs !== 0) return
      this.answeredAtMs = performance.now()
      this.media.start(rtpPortOf(message.body))
      answered.resolve()
    }
    this.send(invite)
    try {
      await answered.promise
    } catch (error) {
      this.finish()
      this.socket.close()
      throw error
    } finally {
      clearInterval(resend)
      clearTimeout(late)
    }
  }

  private receive(text: string): void {
    const message = parse(text)
    if (!message) return
    if (message.status > 0) {
      if (header(message, 'cseq').endsWith('INVITE')) this.onResponse?.(message)
      return
    }
    if (message.method === 'ACK') return
    const body =
      message.method === 'INVITE'
        ? sdp(this.media.port, this.media.payloadType, this.media.options.ptimeMs)
        : undefined
    this.send(
      respond(message, '200 OK', { tag: this.tag, contact: `sip:phone@127.0.0.1:${this.socket.port}`, body }),
    )
    if (message.method === 'INVITE') this.media.start(rtpPortOf(message.body))
    if (message.method === 'BYE' && !this.isOver) {
      this.peerHungUpAtMs = performance.now()
      this.finish()
    }
  }

  /** Nothing listens at the SIP port: an Asterisk that is gone. The call is over. */
  private unreachable(): void {
    if (!this.isOver) this.finish()
  }

  private acknowledge(response: SipMessage): void {
    this.send(this.request('ACK', { to: header(response, 'to') }))
  }

  private request(
    method: string,
    more: { extra?: Record<string, string>; body?: string; to?: string } = {},
  ): string {
    return request({
      method,
      uri: this.peerContact,
      from: `${quoted(this.options.name)}<sip:${this.options.number ?? '+33612345678'}@127.0.0.1>;tag=${this.tag}`,
      to: more.to ?? this.to,
      callId: this.callId,
      cseq: this.cseq,
      port: this.socket.port,
      branch: crypto.randomUUID(),
      extra: more.extra,
      body: more.body,
    })
  }

  private send(text: string): void {
    if (!this.socket.closed) this.socket.send(text, this.sipPort, '127.0.0.1')
  }

  private finish(): void {
    this.isOver = true
    this.media.close()
    this.endCall()
  }
}

/** A display name as SIP writes it (RFC 3261, quoted-string). */
const quoted = (name: string | undefined): string =>
  name === undefined ? '' : `"${name.replace(/["\\]/g, '\\$&')}" `
