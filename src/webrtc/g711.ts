// G.711: µ-law and A-law as tables (ITU-T G.711). 160 bytes are one frame. Pure.

const muDecode = new Int16Array(256)
const aDecode = new Int16Array(256)
for (let code = 0; code < 256; code++) {
  const mu = ~code & 255
  const magnitude = (((mu & 15) << 3) + 132) << ((mu & 0x70) >> 4)
  muDecode[code] = mu & 0x80 ? 132 - magnitude : magnitude - 132
  const a = code ^ 0x55
  const segment = (a & 0x70) >> 4
  const step = ((a & 15) << 4) + (segment === 0 ? 8 : 0x108)
  const level = segment > 1 ? step << (segment - 1) : step
  aDecode[code] = a & 0x80 ? level : -level
}

const muEncode = encoderOf(muDecode)
const aEncode = encoderOf(aDecode)

/** The code whose value is nearest to each 16-bit sample; index is the sample's low 16 bits. */
function encoderOf(decode: Int16Array): Uint8Array {
  const codes = Array.from(decode, (value, code) => ({ value, code })).sort((a, b) => a.value - b.value)
  const table = new Uint8Array(65_536)
  let at = 0
  for (let sample = -32_768; sample < 32_768; sample++) {
    while (
      at + 1 < codes.length &&
      Math.abs(codes[at + 1].value - sample) <= Math.abs(codes[at].value - sample)
    )
      at++
    table[sample & 0xffff] = codes[at].code
  }
  return table
}

export type Law = 'pcmu' | 'pcma'
const decoders = { pcmu: muDecode, pcma: aDecode } as const satisfies Record<Law, Int16Array>
const encoders = { pcmu: muEncode, pcma: aEncode } as const satisfies Record<Law, Uint8Array>

/** @param out at least as long as `codes` @returns samples written */
export function decodeG711(law: Law, codes: Uint8Array, out: Int16Array): number {
  const table = decoders[law]
  const length = Math.min(codes.length, out.length)
  for (let i = 0; i < length; i++) out[i] = table[codes[i]]
  return length
}

/** @param out at least as long as `samples` @returns bytes written */
export function encodeG711(law: Law, samples: Int16Array, out: Uint8Array): number {
  const table = encoders[law]
  for (let i = 0; i < samples.length; i++) out[i] = table[samples[i] & 0xffff]
  return samples.length
}
