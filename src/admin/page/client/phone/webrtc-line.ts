// A call by WebRTC (docs/webrtc.md): begins it, and moves it to a new peer when the network has changed or the peer has
// failed. What is pressed and typed meanwhile is sent afterwards.

import type { ToCaller } from '../../../../calls/caller-view.ts'
import { RequestError } from '../requests.ts'
import * as crashed from './crashed-call.ts'
import { type FromCaller, type Line, type LineOptions, languageQuery } from './line.ts'
import { connectMs, Peer } from './peer.ts'
import { StallWatch } from './stall.ts'

const lookEveryMs = 60
const retryMs = 300
/** How long a peer of a move may take to connect: its network may have gone meanwhile, and the caller waits. */
const moveMs = 2_000
/** A move that takes longer than this is shown: the caller has missed something. */
const showAfterMs = 400
/** The server notices after 30 s that a peer is gone, and the call ends. */
const giveUpMs = 30_000
/** From the last message to the end of the sound. */
const lastWordsMs = 700
/** Messages that wait for a peer. */
const maxWaiting = 50

const delay = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

export class WebrtcLine implements Line {
  readonly way = 'webrtc'
  private peer: Peer | undefined
  private iceServers: RTCIceServer[] = []
  private place = ''
  private state: 'open' | 'moving' | 'ended' | 'over' = 'open'
  private waiting: string[] = []
  private readonly watch: ReturnType<typeof setInterval>
  private readonly stall = new StallWatch()
  private network = networkType()

  /** @throws {RequestError} when the server refuses, and an Error when no peer can be connected */
  static async open(options: LineOptions): Promise<Line> {
    const { iceServers } = (await (await options.request('/webrtc')).json()) as {
      iceServers: RTCIceServer[]
    }
    const line = new WebrtcLine(options)
    try {
      line.iceServers = iceServers
      line.use(await line.resume())
      return line
    } catch (error) {
      // The server would wait for the peer.
      line.hangUp()
      throw error
    }
  }

  private constructor(private readonly options: LineOptions) {
    this.watch = setInterval(() => void this.look(), lookEveryMs)
    window.addEventListener('online', this.onNetwork)
    networkOf()?.addEventListener('change', this.onNetwork)
    window.addEventListener('pagehide', this.onHide)
  }

  send(message: FromCaller): void {
    const text = JSON.stringify(message)
    if (!this.peer?.send(text) && this.waiting.length < maxWaiting) this.waiting.push(text)
  }

  hangUp(): void {
    if (this.state === 'over') return
    const { place } = this
    this.close()
    // `keepalive`, because the page may be closing.
    if (place !== '') this.options.request(place, { method: 'DELETE', keepalive: true }).catch(() => {})
  }

  // ---- peers

  /** Goes on with the call that this tab had when it crashed, or begins one. */
  private async resume(): Promise<Peer> {
    this.place = crashed.take() ?? ''
    if (this.place === '') return this.connect()
    return this.connect().catch((error: unknown) => {
      if (!(error instanceof RequestError && error.code === 'unknown_call')) throw error
      this.place = ''
      return this.connect()
    })
  }

  private connect(): Promise<Peer> {
    const { request, language, sound } = this.options
    const path = this.place === '' ? `/webrtc${languageQuery(language)}` : this.place
    let peer: Peer | undefined
    const opening = Peer.open({
      iceServers: this.iceServers,
      connectMs: this.peer === undefined ? connectMs : moveMs,
      microphone: sound.microphone,
      exchange: async (offer) => {
        const headers = { 'Content-Type': 'application/sdp' }
        const response = await request(path, { method: 'POST', headers, body: offer })
        this.place = response.headers.get('Location') ?? this.place
        crashed.keep(this.place)
        return response.text()
      },
      onChange: () => this.changed(peer),
      onText: (text) => this.read(text),
    })
    return opening.then((opened) => {
      peer = opened
      return opened
    })
  }

  private use(peer: Peer): void {
    const before = this.peer
    this.peer = peer
    before?.close()
    this.stall.begin(performance.now())
    const { sound } = this.options
    sound.measureAgent(new MediaStreamAudioSourceNode(sound.context, { mediaStream: peer.stream }))
    this.flush()
  }

  private flush(): void {
    while (this.waiting.length > 0 && this.peer?.send(this.waiting[0] ?? '')) this.waiting.shift()
  }

  private changed(peer: Peer | undefined): void {
    if (peer === undefined || peer !== this.peer) return
    if (this.state === 'ended') {
      if (peer.isGone) this.over('ended')
      return
    }
    this.flush()
    if (peer.isGone) void this.move()
  }

  private read(text: string): void {
    const message = JSON.parse(text) as ToCaller
    if (message.type === 'ended' && this.state !== 'over') {
      this.state = 'ended'
      setTimeout(() => this.over('ended'), lastWordsMs)
    }
    this.options.listener.message(message)
  }

  // ---- moves

  private readonly onNetwork = (): void => {
    // Estimates of the speed change all the time; only another kind of network is a change.
    const network = networkType()
    const hasChanged = network !== this.network || !this.peer?.isConnected
    this.network = network
    if (hasChanged) void this.move()
  }

  private readonly onHide = (): void => this.hangUp()

  private async look(): Promise<void> {
    const { peer } = this
    if (peer === undefined || this.state !== 'open') return
    const count = await peer.received().catch(() => -1)
    if (peer !== this.peer || this.state !== 'open') return
    if (this.stall.look(count, performance.now()) || peer.isGone) await this.move()
  }

  /** Replaces the peer; the old one is used until the new one is connected. */
  private async move(): Promise<void> {
    if (this.state !== 'open') return
    this.state = 'moving'
    const show = setTimeout(() => this.options.listener.reconnecting(true), showAfterMs)
    const endMs = performance.now() + giveUpMs
    while (this.state === 'moving') {
      try {
        const next = await this.connect()
        clearTimeout(show)
        if (this.state !== 'moving') return next.close()
        this.state = 'open'
        this.use(next)
        this.options.listener.reconnecting(false)
      } catch (error) {
        if (error instanceof RequestError && error.code === 'unknown_call') return this.over('ended')
        if (performance.now() > endMs) return this.over('lost')
        await delay(retryMs)
      }
    }
  }

  // ---- the end

  private over(reason: 'ended' | 'lost'): void {
    if (this.state === 'over') return
    this.close()
    this.options.listener.closed(reason)
  }

  private close(): void {
    this.state = 'over'
    crashed.forget()
    clearInterval(this.watch)
    window.removeEventListener('online', this.onNetwork)
    networkOf()?.removeEventListener('change', this.onNetwork)
    window.removeEventListener('pagehide', this.onHide)
    this.peer?.close()
  }
}

/** The Network Information API, which only some browsers have. */
const networkOf = () => (navigator as { connection?: EventTarget & { type?: string } }).connection
const networkType = () => networkOf()?.type
