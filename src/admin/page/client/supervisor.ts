// The operator speaks with the caller in the bot’s place: microphone to the server, the caller’s sound to the speaker.

import { openSocket } from './api.ts'
import { texts } from './dom.ts'
import { openMicrophone } from './phone/microphone.ts'
import { openPlayer, type Player } from './phone/player.ts'
import { openCapture } from './phone/socket-line.ts'
import { Sound } from './phone/sound.ts'

export class SupervisorLine {
  /**
   * Must be called from a click, because browsers start audio only then.
   *
   * @param path of the call @param ended called once, when the bot has the call again
   * @throws {Error} without a microphone, or when the server refuses
   */
  static async open(path: string, ended: () => void): Promise<SupervisorLine> {
    const sound = new Sound()
    try {
      const microphone = await openMicrophone()
      if ('missing' in microphone) throw new Error(texts.takeOverNoMicrophone)
      sound.use(microphone.stream)
      const player = await openPlayer(sound.context)
      const capture = openCapture(sound)
      if (capture === undefined) throw new Error(texts.takeOverNoMicrophone)
      const socket = openSocket(`${path}/takeover`)
      await new Promise<void>((done, fail) => {
        // The server says so once the call is ours; a browser is not told why a WebSocket was refused.
        socket.onmessage = () => done()
        socket.onclose = () => fail(new Error(texts.takeOverRefused))
      })
      socket.onclose = () => {
        sound.close()
        ended()
      }
      capture.port.onmessage = ({ data }: MessageEvent<Int16Array<ArrayBuffer>>) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(data)
      }
      return new SupervisorLine(socket, player)
    } catch (error) {
      sound.close()
      throw error
    }
  }

  private constructor(
    private readonly socket: WebSocket,
    private readonly player: Player,
  ) {}

  /** @param samples interleaved, caller left; the operator does not hear themselves */
  play(samples: Int16Array): void {
    this.player.play(Int16Array.from({ length: samples.length / 2 }, (_, i) => samples[i * 2] ?? 0))
  }

  handBack(): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send('handback')
  }

  /** The card is closed: the bot takes the call back. */
  close(): void {
    this.handBack()
    this.socket.close()
  }
}
