// RTP packets (RFC 3550) as bytes. Pure: no bytes make it throw, and reading allocates nothing but views.

/** What is needed of a packet; reused by the reader, so valid until it reads the next. */
export type RtpPacket = { payloadType: number; sequence: number; timestamp: number; payload: Uint8Array }

export const headerBytes = 12
/** More than any packet of ours: a frame of audio with its redundancy has 400 bytes at most. */
export const maxPacketBytes = 1_500
const nothing = new Uint8Array(0)

/** @returns false when these bytes are not an RTP packet with a payload: RTCP, padding alone, a fault */
export function readRtp(bytes: Uint8Array, into: RtpPacket): boolean {
  const { length } = bytes
  if (length < headerBytes || length > maxPacketBytes || bytes[0] >> 6 !== 2) return false
  const payloadType = bytes[1] & 127
  // RFC 5761: these types are RTCP's on a shared port.
  if (payloadType >= 64 && payloadType < 96) return false
  let at = headerBytes + 4 * (bytes[0] & 15)
  if (bytes[0] & 16) {
    if (at + 4 > length) return false
    at += 4 + 4 * ((bytes[at + 2] << 8) | bytes[at + 3])
  }
  let end = length
  if (bytes[0] & 32) {
    const padding = bytes[length - 1]
    if (padding === 0) return false
    end -= padding
  }
  if (at >= end) return false
  into.payloadType = payloadType
  into.sequence = (bytes[2] << 8) | bytes[3]
  into.timestamp = ((bytes[4] << 24) | (bytes[5] << 16) | (bytes[6] << 8) | bytes[7]) >>> 0
  into.payload = bytes.subarray(at, end)
  return true
}

export const emptyPacket = (): RtpPacket => ({ payloadType: 0, sequence: 0, timestamp: 0, payload: nothing })

/** Writes the header; the payload follows it. @param out at least 12 bytes */
export function writeHeader(
  out: Uint8Array,
  payloadType: number,
  marker: boolean,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  out[0] = 0x80
  out[1] = (payloadType & 127) | (marker ? 128 : 0)
  out[2] = sequence >> 8
  out[3] = sequence
  for (let i = 0; i < 4; i++) {
    out[4 + i] = timestamp >>> (24 - 8 * i)
    out[8 + i] = ssrc >>> (24 - 8 * i)
  }
}

/** How far sequence `a` is after `b`, -32 768 to 32 767. */
export function distance(a: number, b: number): number {
  return ((a - b) << 16) >> 16
}
