// G.711, A-law and µ-law, by table: the payload of a phone's RTP packet. It shares no code with the program, so that a
// mistake there shows here.

export type Law = 'alaw' | 'ulaw'

/** RTP payload types of RFC 3551. */
export const payloadTypes = { alaw: 8, ulaw: 0 } as const satisfies Record<Law, number>

const decoders: Record<Law, Int16Array> = { alaw: table(decodeAlaw), ulaw: table(decodeUlaw) }
const encoders: Record<Law, Uint8Array> = { alaw: encoder(encodeAlaw), ulaw: encoder(encodeUlaw) }

/** @param payload one byte a sample @returns s16 samples */
export function decode(law: Law, payload: Uint8Array): Int16Array {
  const byteToSample = decoders[law]
  const samples = new Int16Array(payload.length)
  for (let i = 0; i < payload.length; i++) samples[i] = byteToSample[payload[i]]
  return samples
}

/** @param samples s16 @returns one byte a sample */
export function encode(law: Law, samples: Int16Array): Uint8Array {
  const sampleToByte = encoders[law]
  const payload = new Uint8Array(samples.length)
  for (let i = 0; i < samples.length; i++) payload[i] = sampleToByte[samples[i] & 0xffff]
  return payload
}

function table(decodeByte: (byte: number) => number): Int16Array {
  return Int16Array.from({ length: 256 }, (_, byte) => decodeByte(byte))
}

function encoder(encodeSample: (sample: number) => number): Uint8Array {
  return Uint8Array.from({ length: 65_536 }, (_, bits) => encodeSample((bits << 16) >> 16))
}

function decodeAlaw(byte: number): number {
  const bits = byte ^ 0x55
  const segment = (bits & 0x70) >> 4
  let level = ((bits & 15) << 4) + (segment === 0 ? 8 : 0x108)
  if (segment > 1) level <<= segment - 1
  return bits & 0x80 ? level : -level
}

function encodeAlaw(sample: number): number {
  const level = Math.min(sample >= 0 ? sample : -sample - 1, 32_635)
  const exponent = level >= 256 ? Math.floor(Math.log2(level)) - 7 : 0
  const bits = exponent > 0 ? (exponent << 4) | ((level >> (exponent + 3)) & 15) : level >> 4
  return (bits | (sample >= 0 ? 0x80 : 0)) ^ 0x55
}

function decodeUlaw(byte: number): number {
  const bits = ~byte & 255
  const level = (((bits & 15) << 3) + 0x84) << ((bits & 0x70) >> 4)
  return bits & 0x80 ? 0x84 - level : level - 0x84
}

function encodeUlaw(sample: number): number {
  const level = Math.min(Math.abs(sample), 32_635) + 132
  const exponent = Math.floor(Math.log2(level)) - 7
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | ((level >> (exponent + 3)) & 15)) & 255
}
