// Plays 8 kHz frames: an AudioWorklet plays them at the device's rate, and two low-pass filters remove what that change
// of rate adds above the telephone band.

import { PlayRing } from './play-ring.ts'

/** Where there is no AudioWorklet: 21 ms at 48 kHz, the shortest that ScriptProcessor plays without gaps. */
const scriptSamples = 1_024

export type Player = {
  /** The sound, for a meter; it goes to the loudspeaker by itself. */
  readonly output: AudioNode
  /** @param samples 8 kHz, mono; the array is given away */
  play(samples: Int16Array<ArrayBuffer>): void
}

export async function openPlayer(context: AudioContext): Promise<Player> {
  // A page by plain HTTP has no AudioWorklet, whatever its type says.
  const worklet = context.audioWorklet as AudioWorklet | undefined
  if (worklet === undefined) return scriptPlayer(context)
  await worklet.addModule('/page/worklet.js')
  const node = new AudioWorkletNode(context, 'play-8k', { numberOfInputs: 0, outputChannelCount: [1] })
  return {
    output: audible(context, node),
    play: (samples) => node.port.postMessage(samples, [samples.buffer]),
  }
}

function scriptPlayer(context: AudioContext): Player {
  const ring = new PlayRing()
  const node = context.createScriptProcessor(scriptSamples, 0, 1)
  node.onaudioprocess = ({ outputBuffer }) => ring.fill(outputBuffer.getChannelData(0), context.sampleRate)
  return { output: audible(context, node), play: (samples) => ring.push(samples) }
}

function audible(context: AudioContext, node: AudioNode): AudioNode {
  const filtered = lowPass(context, lowPass(context, node, 3_600), 3_600)
  filtered.connect(context.destination)
  return filtered
}

export function lowPass(context: AudioContext, from: AudioNode, frequency: number): AudioNode {
  const filter = new BiquadFilterNode(context, { type: 'lowpass', frequency, Q: 0.8 })
  from.connect(filter)
  return filter
}
