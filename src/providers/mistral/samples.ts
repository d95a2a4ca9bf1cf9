// Mistral's raw PCM is 32-bit float, little-endian, mono, 24 kHz, as its documentation says
// (docs.mistral.ai/capabilities/audio/text_to_speech/speech) and as livekit-agents and pipecat read it. The converter
// takes 16-bit samples. Bytes that are not floats, from a server that only resembles Mistral's, pass unchanged, and the
// converter judges them by what they are.

/** So many samples that are not silence decide whether the bytes are floats. */
const decidingSamples = 32
/** 16-bit audio that is read as floats gives numbers far outside of these, or none. */
const [smallest, largest] = [1e-8, 4]

export class FloatReader {
  private isFloat: boolean | undefined
  /** The beginning of a sample that a chunk has cut. */
  private rest = new Uint8Array(0)

  /** @returns 16-bit little-endian samples, or the bytes as they are when they are not floats */
  read(chunk: Uint8Array): Uint8Array {
    if (this.isFloat === false) return chunk
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    this.isFloat ??= looksFloat(bytes)
    if (this.isFloat === false) return bytes
    const whole = bytes.length - (bytes.length % 4)
    this.rest = bytes.slice(whole)
    return toSamples(bytes.subarray(0, whole))
  }
}

/** @returns undefined while all of it is silence, which floats and 16-bit samples write alike */
function looksFloat(bytes: Uint8Array): boolean | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let loud = 0
  for (let at = 0; at + 4 <= bytes.length && loud < decidingSamples; at += 4) {
    const size = Math.abs(view.getFloat32(at, true))
    if (size === 0) continue
    if (!(size >= smallest && size <= largest)) return false
    loud++
  }
  return loud > 0 ? true : undefined
}

function toSamples(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const samples = new Int16Array(bytes.length / 4)
  for (let i = 0; i < samples.length; i++) {
    const value = Math.round(view.getFloat32(i * 4, true) * 32_767)
    samples[i] = Math.max(-32_768, Math.min(32_767, value))
  }
  return new Uint8Array(samples.buffer)
}
