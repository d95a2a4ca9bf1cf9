// A call of WebRTC as a `Connection`. It outlives its peers: when a browser changes network, a new peer takes the place
// of the old one and the call goes on. The ticker takes the caller's frames out of the peer's jitter buffer.

import { Bucket } from '../access/bucket.ts'
import { frameSamples } from '../audio/pcm.ts'
import type { Clock, Timer } from '../base/clock.ts'
import { pressedKeys, readCallerMessage, typedTurns } from '../call/caller-message.ts'
import type { Connection, ConnectionListener } from '../call/connection.ts'
import type { Ticked } from '../call/sound/ticker.ts'
import type { WebrtcCounters } from './counters.ts'
import type { Media } from './media.ts'
import type { Peer } from './peer.ts'

/** How long a call waits for a new peer when it has lost its last one. */
const lostMs = 10_000
/** From the hang-up to the end of the peer: the browser plays its buffer, and reads the last message. */
const lastWordsMs = 500
/** Packets of a peer: 50 a second, and bursts after a stall of the network. Further ones are dropped. */
const packets = { burst: 500, perS: 200 } as const
/**
 * What a peer may cost the call thread: 1 a packet or message, and 1 per 256 bytes. A call needs 50 to 100 a second;
 * a peer beyond this is a flood, which other calls would hear, and its call ends.
 */
const work = { burst: 6_000, perS: 1_000 } as const

/** A peer whose media can flow, with its codec. */
export type Attached = { readonly peer: Peer; readonly media: Media }

export type ConnectionOptions = {
  clock: Clock
  counters: WebrtcCounters
  /** Called once, after the listener's `closed`. */
  onOver: (connection: WebrtcConnection) => void
}

export class WebrtcConnection implements Connection, Ticked {
  readonly canTransfer = false
  listener: ConnectionListener | undefined
  private current: Attached | undefined
  private readonly frame = new Int16Array(frameSamples)
  private readonly keys: Bucket
  private readonly typed: Bucket
  private readonly packets: Bucket
  private readonly work: Bucket
  private timer: Timer | undefined
  private state: 'open' | 'ending' | 'over' = 'open'

  constructor(
    readonly callId: string,
    private readonly options: ConnectionOptions,
  ) {
    const { clock } = options
    this.keys = new Bucket(clock, pressedKeys.burst, pressedKeys.perS)
    this.typed = new Bucket(clock, typedTurns.burst, typedTurns.perS)
    this.packets = new Bucket(clock, packets.burst, packets.perS)
    this.work = new Bucket(clock, work.burst, work.perS)
  }

  get isOver(): boolean {
    return this.state !== 'open'
  }

  // ---- called by the transport

  /** The call's sound goes by this peer from now on; the one before is closed. */
  attach(next: Attached): void {
    const before = this.current
    // A call that is ending ends in time, with this peer.
    if (this.state === 'open') this.timer?.cancel()
    this.current = next
    this.release(before)
    this.tell({ type: 'call', callId: this.callId })
  }

  /** @param media of the peer that the packet came from: the old one's are no longer of use */
  packet(media: Media, bytes: Uint8Array): void {
    if (!this.reads(media, bytes.length)) return
    if (this.packets.take()) media.receive(bytes, this.options.clock.now())
    else this.options.counters.floodPackets.add()
  }

  text(media: Media, text: string): void {
    if (!this.reads(media, text.length)) return
    const message = readCallerMessage(text)
    const { counters } = this.options
    if (message === undefined) counters.badMessages.add()
    else if (!(message.kind === 'key' ? this.keys : this.typed).take()) counters.floodMessages.add()
    else if (message.kind === 'key') this.listener?.key(message.key)
    else this.listener?.typed?.(message.text)
  }

  ignored(media: Media, bytes: number): void {
    if (this.reads(media, bytes)) this.options.counters.badMessages.add()
  }

  /** Whether a packet or message is of use. One of a flood ends the call. */
  private reads(media: Media, bytes: number): boolean {
    if (media !== this.current?.media || this.state !== 'open') return false
    if (this.work.take(1 + (bytes >> 8))) return true
    this.options.counters.floods.add()
    this.finish('flood')
    return false
  }

  /**
   * The peer is gone: waits for another one.
   *
   * @param isSilent nothing has come from it for 30 s: that was the time for another one
   */
  lost(media: Media, isSilent = false): void {
    if (media !== this.current?.media || this.state === 'over') return
    this.release(this.current)
    this.current = undefined
    if (this.state === 'ending') this.finish('hung up by us')
    else if (isSilent) this.finish('peer lost')
    else this.timer = this.later(lostMs, () => this.finish('peer lost'))
  }

  /** The client ends the call. */
  hungUp(): void {
    this.finish('peer hung up')
  }

  /** Sends one message on the data channel, if the browser has opened one. */
  tell(message: Readonly<Record<string, unknown>>): void {
    this.current?.peer.sendText(JSON.stringify(message))
  }

  // ---- the 20 ms path

  tick(): void {}

  afterTick(): void {
    if (this.state === 'open' && this.current?.media.next(this.frame)) this.listener?.audio(this.frame)
  }

  tickFailed(): void {
    this.finish('defect')
  }

  // ---- called by the call

  sendFrame(frame: Int16Array): void {
    if (this.current !== undefined) this.current.media.sendFrame(frame)
    else this.options.counters.unsentFrames.add()
  }

  sendSilence(): void {
    if (this.current !== undefined) this.current.media.sendSilence()
    else this.options.counters.unsentFrames.add()
  }

  hangUp(): void {
    if (this.state !== 'open') return
    this.state = 'ending'
    this.timer?.cancel()
    this.timer = this.later(lastWordsMs, () => this.finish('hung up by us'))
  }

  destroy(reason: string): void {
    this.finish(reason)
  }

  private later(ms: number, task: () => void): Timer {
    const { clock } = this.options
    return clock.at(clock.now() + ms, task)
  }

  private finish(reason: string): void {
    if (this.state === 'over') return
    this.state = 'over'
    this.timer?.cancel()
    this.release(this.current)
    this.current = undefined
    const { listener } = this
    this.listener = undefined
    try {
      listener?.closed(reason)
    } finally {
      this.options.onOver(this)
    }
  }

  private release(attached: Attached | undefined): void {
    if (attached === undefined) return
    const { lost, restored, recovered, concealed } = attached.media.jitter.counts
    const { counters } = this.options
    counters.lostFrames.add(lost)
    counters.restoredFrames.add(restored)
    counters.recoveredFrames.add(recovered)
    counters.concealedFrames.add(concealed)
    attached.peer.close()
    attached.media.close()
  }
}
