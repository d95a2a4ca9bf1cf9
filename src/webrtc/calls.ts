// All calls of WebRTC: opens a peer for an offer, hands a call on when its sound can flow, and moves a call to another
// peer. Everything that a stranger can cause has a bound here.

import { Bucket } from '../access/bucket.ts'
import type { Clock, Timer } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Connection } from '../call/connection.ts'
import type { Ticker } from '../call/sound/ticker.ts'
import type { Codec } from './codec.ts'
import { WebrtcConnection } from './connection.ts'
import { type WebrtcCounters, webrtcCounters } from './counters.ts'
import { type LinkCall, LinkCalls } from './link-calls.ts'
import { type Link, Links } from './links.ts'
import { Media } from './media.ts'
import type { Addon, Peer } from './peer.ts'
import { type CodecName, type Offer, readOffer, ufragOf } from './sdp.ts'

export type CallsOptions = {
  clock: Clock
  log: Log
  metrics: Metrics
  ticker: Pick<Ticker, 'add' | 'remove'>
  addon: Addon
  openCodec: (name: CodecName) => Promise<Codec>
  /** In our order of preference. */
  codecs: readonly CodecName[]
  /** MAX_CALLS. */
  maxCalls: number
  /** WEBRTC_LINK_CALLS. */
  maxLinkCalls: number
  /** Takes the call, or refuses it. */
  accept: (connection: Connection, wishes: Wishes) => void
  /** Passes on what happens in a call. @returns unsubscribe */
  follow: (callId: string, tell: (message: Readonly<Record<string, unknown>>) => void) => () => void
}

export type Wishes = { language?: string | undefined; desk?: string | undefined }
export type Caller = Wishes & { address: string; link?: Link | undefined }
export type Answered =
  | { ok: true; id: string; answer: string }
  | {
      ok: false
      code: 'bad_offer' | 'too_many_peers' | 'busy' | 'link_used' | 'unknown_call' | 'replaced'
      detail: string
    }

export const callsDefaults = {
  /** Peers that are not connected yet: each has keys and a state machine in the library. */
  maxPending: 64,
  maxPendingPerAddress: 8,
  /** A page whose network dies during a move offers another peer beside the one that does not connect. */
  maxPendingPerCall: 4,
  /** Moves of one call: a page without a network offers a peer a second. */
  moves: { burst: 20, perS: 2 },
  pendingMs: 10_000,
  /** Calls beyond MAX_CALLS, so that refused callers can hear why. */
  spareCalls: 20,
} as const

type Pending = { address: string; peer: Peer | undefined; timer: Timer | undefined }
type Entry = {
  readonly connection: WebrtcConnection
  readonly caller: Caller
  readonly linked: LinkCall | undefined
  readonly moves: Bucket
  /** In the order of their offers. */
  readonly pending: Set<Pending>
  /** The ICE session of the newest peer. */
  ufrag: string
  isAccepted: boolean
  unfollow: () => void
}

const tooMany: Answered = {
  ok: false,
  code: 'too_many_peers',
  detail: 'too many calls are being connected: try again in 10 s',
}

export class WebrtcCalls {
  readonly links: Links
  readonly linkCalls: LinkCalls
  readonly counters: WebrtcCounters
  private readonly entries = new Map<string, Entry>()
  private readonly pending = new Set<Pending>()

  constructor(private readonly options: CallsOptions) {
    this.links = new Links(options.clock)
    this.linkCalls = new LinkCalls(this.links, options.maxLinkCalls)
    this.counters = webrtcCounters(options.metrics)
  }

  /** Calls that begin, live or end. */
  get size(): number {
    return this.entries.size
  }

  /** Begins a call; it is handed on when the peer is connected. */
  async begin(sdp: string, caller: Caller): Promise<Answered> {
    const offer = readOffer(sdp, this.options.codecs)
    if ('fault' in offer) return { ok: false, code: 'bad_offer', detail: offer.fault }
    const full = this.full() ?? this.tooManyOf(caller.address)
    if (full) return full
    const linked = caller.link && this.linkCalls.begin(caller.link, caller.address)
    if (linked && 'code' in linked) return { ok: false, ...linked }
    const id = crypto.randomUUID()
    const { clock } = this.options
    const connection = new WebrtcConnection(crypto.randomUUID(), {
      clock,
      counters: this.counters,
      onOver: () => this.over(id),
    })
    const entry: Entry = {
      ...{ connection, caller, linked, pending: new Set(), ufrag: offer.ufrag, isAccepted: false },
      moves: new Bucket(clock, callsDefaults.moves.burst, callsDefaults.moves.perS),
      unfollow() {},
    }
    this.entries.set(id, entry)
    return this.answer(id, entry, offer, caller.address)
  }

  /**
   * The same call goes on with a new peer; the old one is used until then. Of several offers each may be connected,
   * and the newest of those is used.
   */
  async move(id: string, sdp: string, address: string): Promise<Answered> {
    const entry = this.entries.get(id)
    if (entry === undefined || entry.connection.isOver)
      return { ok: false, code: 'unknown_call', detail: 'this call has ended' }
    const offer = readOffer(sdp, this.options.codecs)
    if ('fault' in offer) return { ok: false, code: 'bad_offer', detail: offer.fault }
    const { maxPending, maxPendingPerCall } = callsDefaults
    if (!entry.moves.take()) return tooMany
    const [oldest] = entry.pending
    if (oldest !== undefined && entry.pending.size >= maxPendingPerCall) this.drop(id, entry, oldest)
    // Callers behind one address move all at once: only the peers of each are bounded.
    if (this.pending.size >= maxPending) return tooMany
    entry.ufrag = offer.ufrag
    return this.answer(id, entry, offer, address)
  }

  /**
   * Takes note of a client's candidates: the server needs none, it answers where the client's checks come from.
   *
   * @returns `restart` for an ICE restart, which libdatachannel does not have: such a client moves by a fresh offer
   */
  trickle(id: string, fragment: string): 'taken' | 'unknown_call' | 'bad_fragment' | 'restart' {
    const entry = this.entries.get(id)
    if (entry === undefined) return 'unknown_call'
    const ufrag = ufragOf(fragment)
    if (ufrag === undefined) return 'bad_fragment'
    return ufrag === entry.ufrag ? 'taken' : 'restart'
  }

  /** Whether there is such a call. */
  has(id: string): boolean {
    return this.entries.has(id)
  }

  /** @returns false when there is no such call */
  end(id: string): boolean {
    const entry = this.entries.get(id)
    entry?.connection.hungUp()
    return entry !== undefined
  }

  close(): void {
    for (const { connection } of [...this.entries.values()]) connection.destroy('server stops')
    this.options.addon.close()
  }

  // ---- bounds

  private full(): Answered | undefined {
    if (this.entries.size < this.options.maxCalls + callsDefaults.spareCalls) return undefined
    return { ok: false, code: 'busy', detail: 'too many calls: try again later' }
  }

  private tooManyOf(address: string): Answered | undefined {
    const { maxPending, maxPendingPerAddress } = callsDefaults
    let ofAddress = 0
    for (const one of this.pending) if (one.address === address) ofAddress++
    return this.pending.size < maxPending && ofAddress < maxPendingPerAddress ? undefined : tooMany
  }

  // ---- peers

  private async answer(id: string, entry: Entry, offer: Offer, address: string): Promise<Answered> {
    const pending: Pending = { address, peer: undefined, timer: undefined }
    this.pending.add(pending)
    entry.pending.add(pending)
    let codec: Codec | undefined
    try {
      codec = await this.options.openCodec(offer.codec)
      const peer = await this.options.addon.open(offer)
      // The call may have ended meanwhile, or a newer offer have come.
      if (!entry.pending.has(pending)) {
        peer.close()
        codec.close()
        return this.entries.has(id)
          ? { ok: false, code: 'replaced', detail: 'a newer offer took the place of this one' }
          : { ok: false, code: 'unknown_call', detail: 'this call has ended' }
      }
      pending.peer = peer
      this.listen(id, entry, pending, peer, this.mediaOf(peer, codec, offer))
      this.counters.peers.value++
      return { ok: true, id, answer: peer.answer }
    } catch (error) {
      codec?.close()
      this.drop(id, entry, pending)
      this.options.log.warn('an offer of WebRTC could not be answered', {
        error: errorText(error).slice(0, 200),
      })
      return { ok: false, code: 'bad_offer', detail: 'the offer cannot be answered' }
    }
  }

  private mediaOf(peer: Peer, codec: Codec, { payloadType, redType }: Offer): Media {
    return new Media({
      codec,
      payloadType,
      redType,
      ssrc: peer.ssrc,
      send: (packet) => peer.sendPacket(packet),
    })
  }

  private listen(id: string, entry: Entry, pending: Pending, peer: Peer, media: Media): void {
    const { clock } = this.options
    const { connection } = entry
    let isAttached = false
    pending.timer = clock.at(clock.now() + callsDefaults.pendingMs, () => {
      this.counters.failures.add()
      peer.close()
    })
    peer.listener = {
      open: () => {
        if (isAttached || !entry.pending.has(pending)) return
        isAttached = true
        for (const older of [...entry.pending]) {
          if (older === pending) break
          this.drop(id, entry, older)
        }
        this.settle(entry, pending)
        connection.attach({ peer, media })
        if (entry.isAccepted) this.counters.moves.add()
        else this.accept(entry)
      },
      packet: (bytes) => connection.packet(media, bytes),
      text: (text) => connection.text(media, text),
      ignored: (bytes) => connection.ignored(media, bytes),
      closed: (isSilent) => {
        this.counters.peers.value--
        if (isAttached) {
          connection.lost(media, isSilent)
          return
        }
        media.close()
        this.drop(id, entry, pending)
      },
    }
  }

  private accept(entry: Entry): void {
    const { connection, caller } = entry
    entry.isAccepted = true
    this.options.ticker.add(connection)
    try {
      this.options.accept(connection, { language: caller.language, desk: caller.desk })
      entry.unfollow = this.options.follow(connection.callId, (message) => connection.tell(message))
    } catch (error) {
      this.options.log.error('a call of WebRTC could not be taken', { error: errorText(error) })
      connection.destroy('defect')
    }
  }

  /** The peer is no longer pending. */
  private settle(entry: Entry, pending: Pending): void {
    pending.timer?.cancel()
    this.pending.delete(pending)
    entry.pending.delete(pending)
  }

  private drop(id: string, entry: Entry, pending: Pending): void {
    this.settle(entry, pending)
    pending.peer?.close()
    // A call whose peer never connected was never a call.
    if (!entry.isAccepted && entry.pending.size === 0) this.over(id)
  }

  private over(id: string): void {
    const entry = this.entries.get(id)
    if (entry === undefined) return
    this.entries.delete(id)
    this.options.ticker.remove(entry.connection)
    entry.linked?.ended(entry.isAccepted)
    entry.unfollow()
    for (const one of [...entry.pending]) {
      this.settle(entry, one)
      one.peer?.close()
    }
  }
}
