// Plays 8 kHz frames: an AudioWorklet plays them at the device's rate, and two low-pass filters remove what that change
// of rate adds above the telephone band.

export class Loudspeaker {
  private context: AudioContext | undefined
  private node: AudioWorkletNode | undefined

  /** Must be called from a click, because browsers start audio only then. @returns whether it now plays */
  async toggle(): Promise<boolean> {
    if (this.context !== undefined) {
      this.stop()
      return false
    }
    const context = new AudioContext()
    this.context = context
    await context.audioWorklet.addModule('/page/worklet.js')
    this.node = playNode(context)
    return true
  }

  /** @param samples 160 stereo samples; both sides are mixed */
  playStereo(samples: Int16Array): void {
    if (this.node === undefined) return
    const mono = new Int16Array(samples.length / 2)
    for (let i = 0; i < mono.length; i++)
      mono[i] = Math.max(-32_768, Math.min(32_767, (samples[i * 2] ?? 0) + (samples[i * 2 + 1] ?? 0)))
    this.node.port.postMessage(mono, [mono.buffer])
  }

  stop(): void {
    this.node = undefined
    void this.context?.close()
    this.context = undefined
  }
}

/** A node that plays the 8 kHz Int16Arrays posted to it. The worklet's module must be loaded first. */
export function playNode(context: AudioContext): AudioWorkletNode {
  const node = new AudioWorkletNode(context, 'play-8k', { numberOfInputs: 0, outputChannelCount: [1] })
  lowPass(context, lowPass(context, node, 3_600), 3_600).connect(context.destination)
  return node
}

export function lowPass(context: AudioContext, from: AudioNode, frequency: number): AudioNode {
  const filter = new BiquadFilterNode(context, { type: 'lowpass', frequency, Q: 0.8 })
  from.connect(filter)
  return filter
}
