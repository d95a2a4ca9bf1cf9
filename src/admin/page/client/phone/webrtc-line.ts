// A call by WebRTC (docs/webrtc.md): begins it, and moves it to a new peer when the network has changed or the peer has
// failed. What is pressed and typed meanwhile is sent afterwards.

import type { ToCaller } from '../../../../calls/caller-view.ts'
import { RequestError } from '../requests.ts'
import * as crashed from './crashed-call.ts'
import { type FromCaller, type Line, type LineOptions, languageQuery } from './line.ts'
import { MovePace } from './move-pace.ts'
import { connectMs, Peer } from './peer.ts'
import { StallWatch } from './stall.ts'

const lookEveryMs = 60
/** The first packet of a new peer comes within the time that connecting took, and at least within this. */
const firstPacketMs = 100
/** A move that takes longer than this is shown: the caller has missed something. */
const showAfterMs = 400
/** The server notices after 30 s that a peer is gone, and the call ends. */
const giveUpMs = 30_000
/** From the last message to the end of the sound. */
const lastWordsMs = 700
/** Messages that wait for a peer. */
const maxWaiting = 50

export class WebrtcLine implements Line {
  readonly way = 'webrtc'
  private peer: Peer | undefined
  private iceServers: RTCIceServer[] = []
  private place = ''
  private state: 'open' | 'moving' | 'ended' | 'over' = 'open'
  private waiting: string[] = []
  private readonly watch: ReturnType<typeof setInterval>
  private readonly stall = new StallWatch()
  private readonly pace = new MovePace()
  /** Peers that were begun, and the number of the one in use. */
  private begun = 0
  private used = 0
  /** How long the last peer took to connect. */
  private usualMs = 0
  /** Of a move: since when, whether packets that stopped are its reason, and the timer that shows it. */
  private movesSinceMs = 0
  private movesForStall = false
  private show: ReturnType<typeof setTimeout> | undefined
  private network = networkType()

  /** @throws {RequestError} when the server refuses, and an Error when no peer can be connected */
  static async open(options: LineOptions): Promise<Line> {
    const { iceServers } = (await (await options.request('/webrtc')).json()) as {
      iceServers: RTCIceServer[]
    }
    const line = new WebrtcLine(options)
    try {
      line.iceServers = iceServers
      line.use(await line.resume(), 1)
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

  private async connect(): Promise<Peer> {
    const { request, language, sound } = this.options
    const path = this.place === '' ? `/webrtc${languageQuery(language)}` : this.place
    const startMs = performance.now()
    let peer: Peer | undefined
    peer = await Peer.open({
      iceServers: this.iceServers,
      connectMs: this.peer === undefined ? connectMs : this.pace.lifeMs,
      microphone: sound.microphone,
      exchange: async (offer, signal) => {
        const headers = { 'Content-Type': 'application/sdp' }
        const response = await request(path, { method: 'POST', headers, body: offer, signal })
        this.place = response.headers.get('Location') ?? this.place
        crashed.keep(this.place)
        return response.text()
      },
      onChange: () => this.changed(peer),
      onText: (text) => this.read(text),
    })
    this.usualMs = performance.now() - startMs
    return peer
  }

  /** @param number of the peer: the newest that is connected is used, here and by the server */
  private use(peer: Peer, number: number): void {
    const before = this.peer
    this.peer = peer
    this.used = number
    this.begun = Math.max(this.begun, number)
    before?.close()
    this.stall.begin(performance.now(), before && Math.max(firstPacketMs, this.usualMs))
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
    if (peer.isGone) this.move(false)
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
    if (hasChanged) this.move(false)
  }

  private readonly onHide = (): void => this.hangUp()

  private async look(): Promise<void> {
    const { peer } = this
    if (peer === undefined || !this.isLive) return
    const count = await peer.received().catch(() => -1)
    const nowMs = performance.now()
    if (peer !== this.peer || !this.isLive) return
    const stalls = this.stall.look(count, nowMs)
    if (this.state === 'open') {
      if (stalls || peer.isGone) this.move(stalls)
    } else if (this.movesForStall && this.stall.isBack(nowMs)) this.stay()
    else if (nowMs - this.movesSinceMs > giveUpMs) {
      // The server cannot be asked for another peer, which need not harm this one.
      if (peer.isGone || this.stall.isStalled) this.over('lost')
      else this.stay()
    } else if (this.pace.look(nowMs)) void this.beginPeer()
  }

  private get isLive(): boolean {
    return this.state === 'open' || this.state === 'moving'
  }

  /** Replaces the peer; the old one is used until a new one is connected. */
  private move(isForStall: boolean): void {
    if (this.state !== 'open') return
    this.state = 'moving'
    this.movesSinceMs = performance.now()
    this.movesForStall = isForStall
    this.show = setTimeout(() => this.options.listener.reconnecting(true), showAfterMs)
    this.pace.begin(this.movesSinceMs, this.usualMs)
    void this.beginPeer()
  }

  /** Never rejects. */
  private async beginPeer(): Promise<void> {
    const number = ++this.begun
    try {
      const next = await this.connect()
      if (!this.isLive || number < this.used) return next.close()
      this.use(next, number)
      this.stay()
    } catch (error) {
      const isOver = error instanceof RequestError && error.code === 'unknown_call'
      if (isOver && this.isLive) this.over('ended')
    } finally {
      this.pace.ended(performance.now())
    }
  }

  /** The call goes on with the peer that it has. */
  private stay(): void {
    this.state = 'open'
    clearTimeout(this.show)
    this.options.listener.reconnecting(false)
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
    clearTimeout(this.show)
    window.removeEventListener('online', this.onNetwork)
    networkOf()?.removeEventListener('change', this.onNetwork)
    window.removeEventListener('pagehide', this.onHide)
    this.peer?.close()
  }
}

/** The Network Information API, which only some browsers have. */
const networkOf = () => (navigator as { connection?: EventTarget & { type?: string } }).connection
const networkType = () => networkOf()?.type
