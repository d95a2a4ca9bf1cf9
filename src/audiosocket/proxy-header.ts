// Reads the header that a proxy puts before a connection's bytes to say whom it passes on: the PROXY protocol of
// HAProxy, versions 1 (one line of text) and 2 (binary). Pure.
//
// Source: https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt

import { isIP } from 'node:net'

export type ProxyHeader =
  /** What is there may be the beginning of a header. */
  | { kind: 'incomplete' }
  /** What is there is not a header. */
  | { kind: 'none' }
  | { kind: 'bad'; why: string }
  /**
   * A whole header of `length` bytes. `source` is the address that the proxy passes on; undefined when it speaks for
   * itself (a health check), or does not know.
   */
  | { kind: 'header'; length: number; source: string | undefined }

/** With a line's end. */
const maxTextBytes = 107
/** With extensions (TLVs), which are skipped: a few hundred bytes of TLS names. The field would allow 65 551. */
export const maxHeaderBytes = 2_048

const signature = Uint8Array.fromHex('0d0a0d0a000d0a515549540a')
const textSignature = new TextEncoder().encode('PROXY ')
const fixedBytes = signature.length + 4

const incomplete: ProxyHeader = { kind: 'incomplete' }
const bad = (why: string): ProxyHeader => ({ kind: 'bad', why })

/** @param bytes all bytes of the connection so far */
export function readProxyHeader(bytes: Uint8Array): ProxyHeader {
  if (bytes.length === 0) return incomplete
  // An AudioSocket begins with 01, a header with 50 or 0d.
  if (begins(bytes, textSignature)) return bytes.length < textSignature.length ? incomplete : readText(bytes)
  if (begins(bytes, signature)) return bytes.length < fixedBytes ? incomplete : readBinary(bytes)
  return { kind: 'none' }
}

/** Whether the bytes are the beginning of `wanted`, or begin with it. */
function begins(bytes: Uint8Array, wanted: Uint8Array): boolean {
  const length = Math.min(bytes.length, wanted.length)
  for (let i = 0; i < length; i++) if (bytes[i] !== wanted[i]) return false
  return true
}

/** `PROXY TCP4 192.168.0.1 192.168.0.11 56324 443`, and CR LF. */
function readText(bytes: Uint8Array): ProxyHeader {
  const line = Buffer.from(bytes.subarray(0, maxTextBytes)).toString('latin1')
  const end = line.indexOf('\r\n')
  if (end < 0) return line.length < maxTextBytes ? incomplete : bad(`no line end in ${maxTextBytes} bytes`)
  const length = end + 2
  const [, family, source, destination, ...ports] = line.slice(0, end).split(' ')
  // Anything may follow this word.
  if (family === 'UNKNOWN') return { kind: 'header', length, source: undefined }
  const version = family === 'TCP4' ? 4 : family === 'TCP6' ? 6 : undefined
  if (version === undefined) return bad('unknown family')
  const isGood = isAddress(source, version) && isAddress(destination, version)
  if (!isGood || ports.length !== 2 || !ports.every(isPort)) return bad('unreadable address or port')
  return { kind: 'header', length, source: version === 4 ? source : canonical(source!) }
}

// A zone (`fe80::1%eth0`) means something on the proxy only.
const isAddress = (text: string | undefined, version: 4 | 6) =>
  text !== undefined && !text.includes('%') && isIP(text) === version
const isPort = (text: string) => /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535

/** Sizes of the addresses and ports, by family; 0 is "unspecified". */
const addressBytes = [0, 12, 36, 216] as const
const stream = 1

function readBinary(bytes: Uint8Array): ProxyHeader {
  const [versionAndCommand = 0, familyAndProtocol = 0, high = 0, low = 0] = bytes.subarray(signature.length)
  const length = fixedBytes + (high << 8) + low
  const command = versionAndCommand & 0x0f
  if (versionAndCommand >> 4 !== 2) return bad(`version ${versionAndCommand >> 4}`)
  if (command > 1) return bad(`command ${command}`)
  if (length > maxHeaderBytes) return bad(`${length} bytes, more than ${maxHeaderBytes}`)
  // A proxy that speaks for itself: the rest is ignored, whatever it is.
  const family = familyAndProtocol >> 4
  const protocol = familyAndProtocol & 0x0f
  if (command === 1) {
    const needed = addressBytes[family]
    if (needed === undefined || protocol > 2) return bad('unknown family')
    if (length - fixedBytes < needed) return bad('too short for its addresses')
  }
  if (bytes.length < length) return incomplete
  const isKnown = command === 1 && protocol === stream
  const from = bytes.subarray(fixedBytes)
  if (isKnown && family === 1) return { kind: 'header', length, source: from.subarray(0, 4).join('.') }
  if (isKnown && family === 2) return { kind: 'header', length, source: textOf(from.subarray(0, 16)) }
  return { kind: 'header', length, source: undefined }
}

function textOf(address: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((address[2 * i]! << 8) | address[2 * i + 1]!).toString(16),
  )
  return canonical(groups.join(':'))
}

/** One text for each IPv6 address, so that one peer counts as one; an IPv4 address in it is written as such. */
function canonical(address: string): string {
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(text)
  if (mapped === null) return text
  const [high, low] = mapped.slice(1).map((group) => Number.parseInt(group, 16)) as [number, number]
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
}
