// One peer connection of a call by WebRTC, from the offer to its end. webrtc-line.ts replaces it when it fails.

/** How long a call's first peer may take to connect; where UDP is blocked it never does. */
export const connectMs = 5_000

export type PeerOptions = {
  readonly iceServers: RTCIceServer[]
  /** How long it may take from the offer until it is connected. */
  readonly connectMs: number
  /** Undefined sends no sound. */
  readonly microphone: MediaStream | undefined
  /** Takes the offer to the server. @returns its answer */
  readonly exchange: (offer: string, signal: AbortSignal) => Promise<string>
  /** Its state has changed, for the better or the worse. */
  readonly onChange: () => void
  readonly onText: (text: string) => void
}

export class Peer {
  readonly connection: RTCPeerConnection
  private readonly channel: RTCDataChannel
  private readonly audio: RTCRtpTransceiver
  private readonly player = new Audio()

  /** @throws what `exchange` throws, and an Error when the peer does not connect in time */
  static async open(options: PeerOptions): Promise<Peer> {
    const peer = new Peer(options)
    try {
      await peer.connect(options)
      return peer
    } catch (error) {
      peer.close()
      throw error
    }
  }

  private constructor({ iceServers, microphone, onChange, onText }: PeerOptions) {
    this.connection = new RTCPeerConnection({ iceServers })
    this.channel = this.connection.createDataChannel('call')
    this.channel.onmessage = ({ data }) => onText(String(data))
    // `sendrecv` without a microphone as well: the server takes no other offer, and gets no packets.
    this.audio = this.connection.addTransceiver(microphone?.getAudioTracks()[0] ?? 'audio', {
      direction: 'sendrecv',
      streams: microphone ? [microphone] : [],
    })
    for (const name of ['open', 'close'] as const) this.channel.addEventListener(name, onChange)
    this.connection.addEventListener('connectionstatechange', onChange)
  }

  private async connect({ exchange, connectMs }: PeerOptions): Promise<void> {
    const { connection } = this
    // Over a network that is gone the request would hang longer than the peer.
    const signal = AbortSignal.timeout(connectMs)
    await connection.setLocalDescription()
    const answer = await exchange(connection.localDescription?.sdp ?? '', signal)
    await connection.setRemoteDescription({ type: 'answer', sdp: answer })
    await new Promise<void>((done, fail) => {
      const look = () => {
        if (this.isConnected) done()
        else if (this.isGone || signal.aborted) fail(new Error('not connected'))
      }
      connection.addEventListener('connectionstatechange', look)
      signal.addEventListener('abort', look)
      look()
    })
    this.player.srcObject = this.stream
    await this.player.play().catch(() => {})
  }

  /** What the peer hears. */
  get stream(): MediaStream {
    return new MediaStream([this.audio.receiver.track])
  }

  get isConnected(): boolean {
    return this.connection.connectionState === 'connected'
  }

  /** It will not work again by itself. */
  get isGone(): boolean {
    const { connectionState } = this.connection
    return (
      connectionState === 'failed' || connectionState === 'closed' || this.channel.readyState === 'closed'
    )
  }

  /** @returns whether the message could be sent */
  send(text: string): boolean {
    if (this.channel.readyState !== 'open') return false
    this.channel.send(text)
    return true
  }

  /** Packets of sound received so far; the server sends 50 a second, silence too. */
  async received(): Promise<number> {
    let packets = 0
    for (const report of (await this.audio.receiver.getStats()).values())
      if (report.type === 'inbound-rtp') packets += Number(report.packetsReceived ?? 0)
    return packets
  }

  close(): void {
    this.player.srcObject = null
    this.connection.close()
  }
}
