// Redundant audio (RFC 2198): a packet holds copies of earlier frames before its own. Pure: no bytes make it throw, and
// nothing but views is allocated.

import { maxEncodedBytes } from './codec.ts'

/**
 * Copies in each packet of ours. Two lost packets in a row then cost only delay. At 20 kb/s three frames have about 150
 * bytes, less than one frame of G.711.
 */
export const sentCopies = 2
const blockHeaderBytes = 4
/** Space for a payload with its copies. */
export const maxRedBytes = sentCopies * (blockHeaderBytes + maxEncodedBytes) + 1 + maxEncodedBytes
/** A block's length has 10 bits, its age 14. */
const maxAge = 2 ** 14

/**
 * Takes a redundant payload apart, the oldest block first.
 *
 * @param take `age` is how many RTP clock units the block is older than the packet; 0 for the packet's own
 * @returns false when the payload is broken; blocks before the fault were given
 */
export function readRed(payload: Uint8Array, take: (block: Uint8Array, age: number) => void): boolean {
  let headers = 0
  let sizes = 0
  while (headers < payload.length && payload[headers] & 128) {
    if (headers + 4 > payload.length) return false
    sizes += ((payload[headers + 2] & 3) << 8) | payload[headers + 3]
    headers += 4
  }
  let at = headers + 1
  if (at + sizes >= payload.length) return false
  for (let header = 0; header < headers; header += 4) {
    const age = (payload[header + 1] << 6) | (payload[header + 2] >> 2)
    const size = ((payload[header + 2] & 3) << 8) | payload[header + 3]
    if (size > 0) take(payload.subarray(at, at + size), age)
    at += size
  }
  take(payload.subarray(at), 0)
  return true
}

/** Packs frames of one codec with copies of those before them. */
export class RedWriter {
  /** The newest last; a length of 0 is an empty place. */
  private readonly kept = Array.from({ length: sentCopies }, () => ({
    bytes: new Uint8Array(maxEncodedBytes),
    length: 0,
    timestamp: 0,
  }))

  constructor(private readonly payloadType: number) {}

  /**
   * @param payload at most {@link maxEncodedBytes}
   * @param timestamp of RTP, 32 bit
   * @param out room for {@link maxRedBytes}
   * @returns bytes written
   */
  write(payload: Uint8Array, timestamp: number, out: Uint8Array): number {
    let at = 0
    for (const { length, timestamp: older } of this.kept) {
      const age = (timestamp - older) >>> 0
      if (length === 0 || age >= maxAge) continue
      out[at] = 128 | this.payloadType
      out[at + 1] = age >> 6
      out[at + 2] = ((age & 63) << 2) | (length >> 8)
      out[at + 3] = length & 255
      at += blockHeaderBytes
    }
    out[at++] = this.payloadType
    for (const { bytes, length, timestamp: older } of this.kept) {
      if (length === 0 || (timestamp - older) >>> 0 >= maxAge) continue
      for (let i = 0; i < length; i++) out[at++] = bytes[i]
    }
    out.set(payload, at)
    this.keep(payload, timestamp)
    return at + payload.length
  }

  private keep(payload: Uint8Array, timestamp: number): void {
    const oldest = this.kept[0]
    for (let i = 1; i < this.kept.length; i++) this.kept[i - 1] = this.kept[i]
    this.kept[this.kept.length - 1] = oldest
    oldest.bytes.set(payload)
    oldest.length = payload.length
    oldest.timestamp = timestamp
  }
}
