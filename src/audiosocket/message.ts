// The AudioSocket wire format: kind (1 byte), length (uint16 big-endian), payload. Decodes bytes into messages and
// encodes messages into bytes. It knows no socket and no call: connection.ts decides what a message means.

import { frameBytes } from '../audio/pcm.ts'

/** First byte of a message. The peer sends `Uuid` first; we send `Hangup` and audio only. */
export const MessageKind = {
  Hangup: 0x00,
  Uuid: 0x01,
  Dtmf: 0x03,
  Audio8k: 0x10,
  Audio12k: 0x11,
  Audio16k: 0x12,
  Audio24k: 0x13,
  Audio32k: 0x14,
  Audio44k: 0x15,
  Audio48k: 0x16,
  Audio96k: 0x17,
  Audio192k: 0x18,
  Error: 0xff,
} as const

const headerBytes = 3
const maxPayloadBytes = 65_535
const maxMessageBytes = headerBytes + maxPayloadBytes
/** 20 ms of 8 kHz audio on the wire. */
export const frameMessageBytes = headerBytes + frameBytes

const rates = [8_000, 12_000, 16_000, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000] as const

/** @returns the sample rate in Hz of an audio kind, or undefined for every other kind */
export function rateOf(kind: number): number | undefined {
  return kind >= MessageKind.Audio8k && kind <= MessageKind.Audio192k
    ? rates[kind - MessageKind.Audio8k]
    : undefined
}

/**
 * Receives one whole message.
 *
 * @param kind first byte as received, known or not
 * @param payload view of the chunk or of the decoder's buffer, at any byte offset; valid until return
 */
export type MessageHandler = (kind: number, payload: Uint8Array) => void
/**
 * Receives the message of one 20 ms frame of 8 kHz where it lies, because a view for each cost 1 % of the call thread.
 *
 * @param bytes the 320 bytes from `at` on are samples; valid until return
 */
export type FrameHandler = (bytes: Uint8Array, at: number) => void

const noBytes = new Uint8Array(0)
const firstBufferBytes = 1_024

/**
 * Cuts a stream of chunks into messages. Any three bytes are a valid header, so the decoder refuses no stream and
 * throws only what the handler throws. A message that lies whole in its chunk is passed on in place; only a message
 * split over chunks is copied, into a buffer that starts empty and never exceeds one message (65 538 bytes).
 */
export class MessageDecoder {
  private buffer = noBytes
  private held = 0

  /** Bytes received of the message that is still incomplete; 0 between messages. */
  get heldBytes(): number {
    return this.held
  }

  /** Size of the buffer for split messages, for tests and memory figures. */
  get bufferBytes(): number {
    return this.buffer.length
  }

  /** Kind of the incomplete message, -1 until its header is whole. */
  get heldKind(): number {
    return this.held < headerBytes ? -1 : this.buffer[0]
  }

  /** Payload length of the incomplete message, -1 until its header is whole. */
  get heldLength(): number {
    return this.held < headerBytes ? -1 : (this.buffer[1] << 8) | this.buffer[2]
  }

  /**
   * @param chunk bytes from the socket, of any length; not kept after return
   * @param onFrame takes frames that lie whole in the chunk; without it they are messages like others
   */
  push(chunk: Uint8Array, handler: MessageHandler, onFrame?: FrameHandler): void {
    const end = chunk.length
    let at = this.held > 0 ? this.complete(chunk, handler) : 0
    while (end - at >= headerBytes) {
      const next = at + headerBytes + ((chunk[at + 1] << 8) | chunk[at + 2])
      if (next > end) break
      const kind = chunk[at]
      if (onFrame && kind === MessageKind.Audio8k && next - at === frameMessageBytes) {
        const from = at + headerBytes
        at = next
        onFrame(chunk, from)
        continue
      }
      const payload = chunk.subarray(at + headerBytes, next)
      at = next
      handler(kind, payload)
    }
    if (at < end) this.hold(chunk, at, end)
  }

  /** Continues the incomplete message. @returns how many bytes of the chunk it used */
  private complete(chunk: Uint8Array, handler: MessageHandler): number {
    let at = 0
    if (this.held < headerBytes) {
      at = Math.min(headerBytes - this.held, chunk.length)
      this.hold(chunk, 0, at)
      if (this.held < headerBytes) return at
    }
    const total = headerBytes + this.heldLength
    const taken = Math.min(total - this.held, chunk.length - at)
    this.hold(chunk, at, at + taken)
    if (this.held === total) {
      const kind = this.buffer[0]
      this.held = 0
      handler(kind, this.buffer.subarray(headerBytes, total))
    }
    return at + taken
  }

  private hold(chunk: Uint8Array, from: number, to: number): void {
    const needed = this.held + to - from
    if (needed > this.buffer.length) this.grow(needed)
    this.buffer.set(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to), this.held)
    this.held = needed
  }

  private grow(needed: number): void {
    let size = Math.max(firstBufferBytes, this.buffer.length)
    while (size < needed) size *= 2
    const grown = new Uint8Array(Math.min(size, maxMessageBytes))
    grown.set(this.buffer.subarray(0, this.held))
    this.buffer = grown
  }
}

/**
 * Writes any message.
 *
 * @param kind 0 to 255
 * @param payload 0 to 65 535 bytes
 * @param out at least 3 + payload.length bytes; owned and reused by the caller
 * @returns bytes written
 * @throws {RangeError} on a payload that the length field cannot hold
 */
export function encodeMessage(kind: number, payload: Uint8Array, out: Uint8Array): number {
  if (payload.length > maxPayloadBytes) throw new RangeError(`payload of ${payload.length} bytes`)
  out.set(payload, writeHeader(kind, payload.length, out))
  return headerBytes + payload.length
}

/**
 * Writes one audio message.
 *
 * @param frame mono s16 at 8 kHz, 1 to 32 767 samples; 160 samples are one 20 ms frame
 * @param out at least 3 + 2 × frame.length bytes; owned and reused by the caller
 * @returns bytes written
 * @throws {RangeError} on an empty frame, because Asterisk ends the call on length 0
 * @see Asterisk res/res_audiosocket.c, ast_audiosocket_receive_frame_with_hangup
 */
export function encodeAudio(frame: Int16Array, out: Uint8Array): number {
  const samples = frame.length
  if (samples === 0 || samples > 32_767) throw new RangeError(`audio of ${samples} samples`)
  let at = writeHeader(MessageKind.Audio8k, samples * 2, out)
  for (let i = 0; i < samples; i++) {
    const sample = frame[i]
    out[at++] = sample
    out[at++] = sample >> 8
  }
  return at
}

/** The message of one frame; its samples are written in place, which costs a tenth of `encodeAudio`. */
export type FrameMessage = { readonly message: Uint8Array; readonly samples: Int16Array }

/** @returns 323 bytes of silence, with a view of the 160 samples (little-endian, like every machine Bun runs on) */
export function frameMessage(): FrameMessage {
  // One spare byte first: the header has three bytes, and an Int16Array needs an even offset.
  const bytes = new Uint8Array(1 + frameMessageBytes)
  writeHeader(MessageKind.Audio8k, frameMessageBytes - headerBytes, bytes.subarray(1))
  return { message: bytes.subarray(1), samples: new Int16Array(bytes.buffer, 1 + headerBytes) }
}

/** Writes the hang-up message, after which the dialplan continues. @returns bytes written: 3 */
export function encodeHangup(out: Uint8Array): number {
  return writeHeader(MessageKind.Hangup, 0, out)
}

function writeHeader(kind: number, length: number, out: Uint8Array): number {
  out[0] = kind
  out[1] = length >> 8
  out[2] = length
  return headerBytes
}

const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** @param bytes 16 bytes in string order, as Asterisk sends them @returns lower case with hyphens */
export function uuidText(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-'
    text += hexPairs[bytes[i]]
  }
  return text
}

/** @returns 16 bytes in string order, or undefined when `text` is not a UUID with hyphens */
export function uuidBytes(text: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return undefined
  return Uint8Array.fromHex(text.replaceAll('-', ''))
}
