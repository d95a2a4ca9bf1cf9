// Lets an operator hear a live call: both sides, mixed.

import { openPlayer, type Player } from './phone/player.ts'

export class Loudspeaker {
  private context: AudioContext | undefined
  private player: Player | undefined

  /** Must be called from a click, because browsers start audio only then. @returns whether it now plays */
  async toggle(): Promise<boolean> {
    if (this.context !== undefined) {
      this.stop()
      return false
    }
    const context = new AudioContext()
    this.context = context
    this.player = await openPlayer(context)
    return true
  }

  /** @param samples 160 stereo samples; both sides are mixed */
  playStereo(samples: Int16Array): void {
    if (this.player === undefined) return
    const mono = new Int16Array(samples.length / 2)
    for (let i = 0; i < mono.length; i++)
      mono[i] = Math.max(-32_768, Math.min(32_767, (samples[i * 2] ?? 0) + (samples[i * 2 + 1] ?? 0)))
    this.player.play(mono)
  }

  stop(): void {
    this.player = undefined
    void this.context?.close()
    this.context = undefined
  }
}
