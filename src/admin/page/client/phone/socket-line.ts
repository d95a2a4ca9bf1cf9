// A call over the WebSocket /api/talk: binary messages are 20 ms frames of 8 kHz, text messages are those of the data
// channel of WebRTC. Where the browser gives no microphone it only plays.

import type { ToCaller } from '../../../../calls/caller-view.ts'
import { type FromCaller, type Line, type LineOptions, languageQuery } from './line.ts'
import { lowPass, openPlayer } from './player.ts'
import type { Sound } from './sound.ts'

/** What waits in the page's player when the server closes. */
const lastWordsMs = 400

export class SocketLine implements Line {
  readonly way = 'websocket'
  private isOver = false

  /** @throws when the server cannot be reached or refuses, which a browser cannot tell apart */
  static async open(options: LineOptions): Promise<Line> {
    const { sound, language, listener, openSocket } = options
    const player = await openPlayer(sound.context)
    const capture = openCapture(sound)
    sound.measureAgent(player.output)
    const socket = openSocket(`/api/talk${languageQuery(language)}`)
    const line = new SocketLine(options, socket)
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (typeof data === 'string') listener.message(JSON.parse(data) as ToCaller)
      else player.play(new Int16Array(data))
    }
    await new Promise<void>((done, fail) => {
      socket.onopen = () => done()
      socket.onclose = () => fail(new Error('the WebSocket was refused'))
    })
    socket.onclose = ({ code }) => setTimeout(() => line.closed(code), lastWordsMs)
    if (capture !== undefined)
      capture.port.onmessage = ({ data }: MessageEvent<Int16Array<ArrayBuffer>>) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(data)
      }
    return line
  }

  private constructor(
    private readonly options: LineOptions,
    private readonly socket: WebSocket,
  ) {}

  send(message: FromCaller): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message))
  }

  hangUp(): void {
    this.isOver = true
    this.socket.close()
  }

  /** @param code 1000 when the call has ended, 1006 when the connection was lost */
  private closed(code: number): void {
    if (this.isOver) return
    this.isOver = true
    this.options.listener.closed(code === 1000 ? 'ended' : 'lost')
  }
}

/** The microphone in frames of 8 kHz, posted by the node; undefined without one. The player has loaded the worklet. */
export function openCapture({ context, source }: Sound): AudioWorkletNode | undefined {
  if (source === undefined) return undefined
  const capture = new AudioWorkletNode(context, 'capture-8k', {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: 'explicit',
  })
  lowPass(context, lowPass(context, source, 3_500), 3_500).connect(capture)
  return capture
}
