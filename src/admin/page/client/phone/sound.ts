// The sound of one call in the page: its audio context, and how loud both sides are now.

export type Levels = { readonly caller: number; readonly agent: number }

/** Made in a click, because browsers start audio only then. */
export class Sound {
  readonly context = new AudioContext()
  microphone: MediaStream | undefined
  /** The microphone's sound; undefined without one. */
  source: AudioNode | undefined
  private readonly caller = new AnalyserNode(this.context)
  private readonly agent = new AnalyserNode(this.context)
  private readonly samples = new Float32Array(this.caller.fftSize)

  /** The caller speaks into this microphone. */
  use(microphone: MediaStream): void {
    this.microphone = microphone
    this.source = new MediaStreamAudioSourceNode(this.context, { mediaStream: microphone })
    this.source.connect(this.caller)
  }

  /** Measures what the agent says. @param node its sound; it is heard some other way */
  measureAgent(node: AudioNode): void {
    node.connect(this.agent)
  }

  /** Peaks of the last 40 ms, from 0 to 1. */
  levels(): Levels {
    return { caller: this.peakOf(this.caller), agent: this.peakOf(this.agent) }
  }

  close(): void {
    for (const track of this.microphone?.getTracks() ?? []) track.stop()
    void this.context.close().catch(() => {})
  }

  private peakOf(analyser: AnalyserNode): number {
    analyser.getFloatTimeDomainData(this.samples)
    let peak = 0
    for (const sample of this.samples) peak = Math.max(peak, Math.abs(sample))
    return peak
  }
}
