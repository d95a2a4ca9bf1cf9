// Samples of the encodings that Mistral's realtime transcription takes (docs/models/audioencoding.md of client-python),
// decoded on their own, so that a mistake in the program's codecs shows.

/** Bytes of one sample. */
export const sampleWidths: Record<string, number> = {
  pcm_s16le: 2,
  pcm_s32le: 4,
  pcm_f16le: 2,
  pcm_f32le: 4,
  pcm_mulaw: 1,
  pcm_alaw: 1,
}

/** ITU-T G.711. */
function ofMulaw(byte: number): number {
  const code = ~byte & 0xff
  const size = (((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4)
  return code & 0x80 ? 0x84 - size : size - 0x84
}
/** ITU-T G.711. */
function ofAlaw(byte: number): number {
  const code = byte ^ 0x55
  const segment = (code & 0x70) >> 4
  const low = ((code & 0x0f) << 4) + 8
  const size = segment === 0 ? low : (low + 0x100) << (segment - 1)
  return code & 0x80 ? size : -size
}

/** @returns 16-bit samples */
export function samplesOf(bytes: Uint8Array, encoding: string): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const width = sampleWidths[encoding]
  const at: Record<string, (i: number) => number> = {
    pcm_s16le: (i) => view.getInt16(i, true),
    pcm_s32le: (i) => view.getInt32(i, true) / 65_536,
    pcm_f16le: (i) => view.getFloat16(i, true) * 32_767,
    pcm_f32le: (i) => view.getFloat32(i, true) * 32_767,
    pcm_mulaw: (i) => ofMulaw(view.getUint8(i)),
    pcm_alaw: (i) => ofAlaw(view.getUint8(i)),
  }
  return Int16Array.from({ length: Math.floor(bytes.length / width) }, (_, i) => at[encoding](i * width))
}
