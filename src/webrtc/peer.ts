// One peer connection by libdatachannel: the only file that imports the native addon, and only when a server with
// WEBRTC_PORT starts. No call into the addon throws past this file: `sendMessageBinary` of a track throws "Track is
// closed" before `onClosed` was called, and that would end the process. So would an exception in a function that the
// addon calls: `guarded` stops it.

import { errorText } from '../base/errors.ts'
import { type CodecName, type Offer, withPublic } from './sdp.ts'

export type PeerListener = {
  /** Media can flow. */
  open(): void
  /** @param bytes one packet, valid until return */
  packet(bytes: Uint8Array): void
  text(text: string): void
  /** A message that is not read: it is binary, or too long. */
  ignored(bytes: number): void
  /** Called once; nothing is called after it. @param isSilent nothing came from the peer for 30 s (RFC 7675) */
  closed(isSilent: boolean): void
}

/** None of its functions throws. */
export type Peer = {
  /** Our SDP. */
  readonly answer: string
  readonly ssrc: number
  /** Set by the one who opened it, before the event loop turns. */
  listener: PeerListener | undefined
  /** @param packet copied or sent before return */
  sendPacket(packet: Uint8Array): void
  /** Before the data channel is open the text waits for it; one of a browser that opens none is dropped. */
  sendText(text: string): void
  close(): void
}

export type Addon = {
  /** @throws when the offer cannot be used */
  open(offer: Offer): Promise<Peer>
  /** Ends what the library holds. */
  close(): void
}

export type PeerOptions = {
  /** UDP port of all peers. */
  port: number
  host: string
  /** WEBRTC_PUBLIC. */
  publicAddresses: readonly string[]
  /** A defect of ours in a function that the addon called. */
  failed: (error: unknown) => void
}

export type Library = typeof import('node-datachannel')['default']
type Connection = InstanceType<Library['PeerConnection']>
type Track = InstanceType<Library['Track']>
type Channel = import('node-datachannel').DataChannel

/** How long the library may take for an answer: it only looks for its own addresses. */
const answerMs = 5_000
/** A browser without a data channel sends text of any size; larger messages are ignored. */
const maxTextLength = 4_000
/** Texts that wait until the data channel is open: it opens after the sound. Further ones are dropped. */
const maxWaitingTexts = 50
/** What may wait in a data channel that its peer does not read. */
const maxWaitingBytes = 256_000

/** @returns the library, or why it cannot be used */
export async function loadAddon(options: PeerOptions): Promise<Addon | { readonly missing: string }> {
  try {
    const { default: library } = await import('node-datachannel')
    return addonOf(library, options)
  } catch (error) {
    return { missing: errorText(error).split('\n')[0].slice(0, 200) }
  }
}

/** @param library `node-datachannel`, or a stand-in of tests */
export function addonOf(library: Library, options: PeerOptions): Addon {
  return {
    open: (offer) => openPeer(library, offer, options),
    close: () => attempt(() => library.cleanup()),
  }
}

/** For calls into the addon whose failure means that the peer is gone, which its `closed` tells. */
function attempt(call: () => void): void {
  try {
    call()
  } catch {
    // The peer is closed or closing.
  }
}

/** Adds our audio to the connection. */
function addAudio(library: Library, connection: Connection, offer: Offer, ssrc: number): Track {
  const audio = new library.Audio(offer.mid, 'SendRecv')
  if (offer.redType !== undefined)
    audio.addAudioCodec(offer.redType, 'red/48000/2', `${offer.payloadType}/${offer.payloadType}`)
  addCodec(audio, offer.codec, offer.payloadType)
  audio.addSSRC(ssrc, 'bot', 'bot', 'bot')
  const track = connection.addTrack(audio)
  track.setMediaHandler(new library.RtcpReceivingSession())
  return track
}

function addCodec(audio: InstanceType<Library['Audio']>, codec: CodecName, payloadType: number): void {
  // The browser encodes for 8 kHz, at a rate that has room for in-band FEC.
  const profile = 'minptime=20;useinbandfec=1;stereo=0;maxplaybackrate=8000;maxaveragebitrate=24000'
  if (codec === 'opus') audio.addOpusCodec(payloadType, profile)
  else audio.addAudioCodec(payloadType, codec.toUpperCase())
}

async function openPeer(library: Library, offer: Offer, options: PeerOptions): Promise<Peer> {
  const { port, host, publicAddresses } = options
  const connection = new library.PeerConnection('caller', {
    iceServers: [],
    bindAddress: host,
    enableIceUdpMux: true,
    portRangeBegin: port,
    portRangeEnd: port,
  })
  const ssrc = crypto.getRandomValues(new Uint32Array(1))[0] & 0x7fff_ffff
  try {
    const track = addAudio(library, connection, offer, ssrc)
    const peer = new NativePeer(connection, track, ssrc, options.failed)
    const sdp = await answerTo(connection, offer.sdp)
    if (sdp === '' || peer.isClosed) throw new Error('the peer ended before it gave an answer')
    peer.answer = withPublic(sdp, publicAddresses, port)
    return peer
  } catch (error) {
    attempt(() => connection.close())
    throw error
  }
}

/** The library's answer once it has found its own addresses. @throws when the library cannot read the offer */
async function answerTo(connection: Connection, sdp: string): Promise<string> {
  const gathered = Promise.withResolvers<void>()
  const timer = setTimeout(() => gathered.reject(new Error('no answer in time')), answerMs)
  try {
    connection.onGatheringStateChange((state) => {
      if (state === 'complete') gathered.resolve()
    })
    connection.setRemoteDescription(sdp, 'offer')
    await gathered.promise
    return connection.localDescription()?.sdp ?? ''
  } finally {
    // Before anybody awaits the promise, its rejection would be an unhandled one.
    clearTimeout(timer)
  }
}

class NativePeer implements Peer {
  answer = ''
  listener: PeerListener | undefined
  private channel: Channel | undefined
  private waiting: string[] = []
  private isOpen = false
  isClosed = false

  constructor(
    private readonly connection: Connection,
    private readonly track: Track,
    readonly ssrc: number,
    private readonly failed: PeerOptions['failed'],
  ) {
    const opened = () => {
      this.isOpen = true
      this.listener?.open()
    }
    track.onOpen(this.guarded(opened))
    track.onMessage(this.guarded((bytes: Buffer) => this.listener?.packet(bytes)))
    track.onClosed(this.guarded(() => this.ended()))
    track.onError(() => {})
    const changed = (state: string) => {
      if (state === 'closed' || state === 'failed') this.ended(state === 'failed')
    }
    connection.onStateChange(this.guarded(changed))
    connection.onDataChannel(this.guarded((channel: Channel) => this.take(channel)))
  }

  /** The first data channel; a second one is not read. */
  private take(channel: Channel): void {
    if (this.channel !== undefined || this.isClosed) return
    this.channel = channel
    attempt(() => {
      const received = (message: string | Buffer | ArrayBuffer) => {
        if (typeof message !== 'string') this.listener?.ignored(message.byteLength)
        else if (message.length > maxTextLength) this.listener?.ignored(message.length)
        else this.listener?.text(message)
      }
      channel.onMessage(this.guarded(received))
      channel.onOpen(this.guarded(() => this.flush()))
      channel.onError(() => {})
    })
    this.flush()
  }

  sendPacket(packet: Uint8Array): void {
    if (!this.isOpen) return
    try {
      this.track.sendMessageBinary(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength))
    } catch {
      // Closed, and `onClosed` comes later.
      this.isOpen = false
    }
  }

  sendText(text: string): void {
    if (this.isClosed) return
    const { channel } = this
    attempt(() => {
      if (channel?.isOpen()) {
        if (channel.bufferedAmount() < maxWaitingBytes) channel.sendMessage(text)
      } else if (this.waiting.length < maxWaitingTexts) this.waiting.push(text)
    })
  }

  private flush(): void {
    const { waiting } = this
    this.waiting = []
    for (const text of waiting) this.sendText(text)
  }

  close(): void {
    this.ended()
  }

  /** For functions that the addon calls: a defect of ours ends this peer, and is reported once. */
  private guarded<Args extends unknown[]>(task: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      try {
        task(...args)
      } catch (error) {
        this.failed(error)
        attempt(() => this.ended())
      }
    }
  }

  private ended(isSilent = false): void {
    if (this.isClosed) return
    this.isClosed = true
    this.isOpen = false
    attempt(() => this.track.close())
    attempt(() => this.connection.close())
    const { listener } = this
    this.listener = undefined
    listener?.closed(isSilent)
  }
}
