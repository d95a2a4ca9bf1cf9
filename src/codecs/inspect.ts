// Inspects encoded audio without decoding it: its format, how long it should be, and whether its end is missing. ffmpeg
// decodes half a file without an error, so the length must come from the container itself.

export type AudioKind = 'mp3' | 'ogg' | 'adts' | 'mp4' | 'wav' | 'text'

export type Inspection = {
  kind: AudioKind
  /** The sum of the frames, or what pages and headers say; undefined when the container says nothing. */
  durationMs?: number
  /** Why the bytes cannot be the whole file. */
  fault?: 'cut' | 'damaged'
}

/**
 * @param bytes a whole file, as received
 * @returns undefined for an unknown format; kind `text` for an error page or a JSON answer
 */
export function inspectAudio(bytes: Uint8Array): Inspection | undefined {
  switch (kindOf(bytes)) {
    case 'wav':
      return inspectWav(bytes)
    case 'ogg':
      return inspectOgg(bytes)
    case 'mp4':
      return inspectMp4(bytes)
    case 'adts':
      return inspectAdts(bytes)
    case 'mp3':
      return inspectMp3(bytes)
    case 'text':
      return { kind: 'text' }
    case undefined:
      return undefined
  }
}

/** The kind by the first bytes. 12 are enough, except for an MP3 that follows junk. */
export function kindOf(bytes: Uint8Array): AudioKind | undefined {
  const head = latin(bytes, 0, 4)
  if (head === 'RIFF') return 'wav'
  if (head === 'OggS') return 'ogg'
  if (latin(bytes, 4, 4) === 'ftyp') return 'mp4'
  if (head.startsWith('ID3')) return 'mp3'
  if (isAdts(bytes, 0)) return 'adts'
  if (mp3Frame(bytes, 0)) return 'mp3'
  return isText(bytes) ? 'text' : undefined
}

/** Bytes that look like text for this long are no samples: speech starts near silence. */
const textBytes = 16

/**
 * Whether the first bytes are text: a page or JSON by their first character, anything else by 16 bytes or more that are
 * printable UTF-8, with a byte order mark or without.
 */
function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 64)
  let text: string
  try {
    // `stream` allows a character that the 64 bytes cut in two. The decoder drops a byte order mark.
    text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
  } catch {
    return false
  }
  if (!/^[\P{Cc}\t\n\r]*$/u.test(text)) return false
  return head.length >= textBytes || /^\s*[<{["]/.test(text)
}

/**
 * Whether a frame of MP3 or AAC begins here and another one follows it. One frame's head alone may also be two samples
 * of PCM that starts in the middle of a sound.
 *
 * @param bytes at least {@link twoFramesBytes}, or all there is
 */
export function hasTwoFrames(bytes: Uint8Array): boolean {
  const frame = mp3Frame(bytes, 0)
  if (frame) return mp3Frame(bytes, frame.bytes) !== undefined
  const size = ((bytes[3]! & 3) << 11) | (bytes[4]! << 3) | (bytes[5]! >> 5)
  return isAdts(bytes, 0) && size >= 7 && isAdts(bytes, size)
}
/** The longest frame of MP3, 1 441 bytes, and the head of the next. */
export const twoFramesBytes = 1_445

const isAdts = (bytes: Uint8Array, at: number) => bytes[at] === 0xff && (bytes[at + 1]! & 0xf6) === 0xf0

function inspectWav(bytes: Uint8Array): Inspection {
  const view = viewOf(bytes)
  let bytesPerSecond = 0
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true)
    const name = latin(bytes, at, 4)
    if (name === 'fmt ' && at + 20 <= bytes.length) bytesPerSecond = view.getUint32(at + 16, true)
    if (name === 'data') {
      const rest = bytes.length - at - 8
      // Streaming writers leave a size of 0 or almost 2³², which means "to the end".
      const isOpen = size === 0 || size >= 0x7fff_f000
      const length = isOpen ? rest : size
      const durationMs = bytesPerSecond > 0 ? (length / bytesPerSecond) * 1_000 : undefined
      return { kind: 'wav', durationMs, fault: isOpen || size <= rest ? undefined : 'cut' }
    }
    at += 8 + size + (size & 1)
  }
  return { kind: 'wav', fault: 'cut' }
}

/** Reads the length of Opus only: its granules always count 48 kHz. */
function inspectOgg(bytes: Uint8Array): Inspection {
  const view = viewOf(bytes)
  let preSkip: number | undefined
  let granule = 0
  let isLast = false
  let at = 0
  while (at + 27 <= bytes.length && latin(bytes, at, 4) === 'OggS') {
    const segments = bytes[at + 26]!
    const start = at + 27 + segments
    let size = 0
    for (let i = at + 27; i < start && i < bytes.length; i++) size += bytes[i]!
    if (start + size > bytes.length) return { kind: 'ogg', fault: 'cut' }
    if (latin(bytes, start, 8) === 'OpusHead') preSkip = view.getUint16(start + 10, true)
    const position = view.getBigInt64(at + 6, true)
    if (position > 0n) granule = Number(position)
    isLast = (bytes[at + 5]! & 4) !== 0
    at = start + size
  }
  const durationMs = preSkip === undefined ? undefined : (granule - preSkip) / 48
  if (at < bytes.length) return { kind: 'ogg', durationMs, fault: at + 27 > bytes.length ? 'cut' : 'damaged' }
  return { kind: 'ogg', durationMs, fault: isLast ? undefined : 'cut' }
}

function inspectMp4(bytes: Uint8Array): Inspection {
  const view = viewOf(bytes)
  let durationMs: number | undefined
  for (let at = 0; at < bytes.length; ) {
    const size = at + 8 <= bytes.length ? view.getUint32(at, false) : 0
    if (size < 8 || at + size > bytes.length) return { kind: 'mp4', durationMs, fault: 'cut' }
    if (latin(bytes, at + 4, 4) === 'moov') durationMs = movieMs(view, at, size)
    at += size
  }
  return { kind: 'mp4', durationMs, fault: durationMs === undefined ? 'cut' : undefined }
}

/** The `mvhd` of version 0 that opens a `moov`. */
function movieMs(view: DataView, at: number, size: number): number | undefined {
  if (size < 36 || view.getUint32(at + 12) !== 0x6d766864 || view.getUint8(at + 16) !== 0) return undefined
  const unitsPerSecond = view.getUint32(at + 28)
  return unitsPerSecond === 0 ? undefined : (view.getUint32(at + 32) * 1_000) / unitsPerSecond
}

const adtsRates = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
]

function inspectAdts(bytes: Uint8Array): Inspection {
  let durationMs = 0
  for (let at = 0; at < bytes.length; ) {
    if (at + 7 > bytes.length) return { kind: 'adts', durationMs, fault: 'cut' }
    const rateHz = adtsRates[(bytes[at + 2]! >> 2) & 15]
    const size = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5)
    const isFrame = bytes[at] === 0xff && (bytes[at + 1]! & 0xf6) === 0xf0
    if (!isFrame || rateHz === undefined || size < 7) return { kind: 'adts', durationMs, fault: 'damaged' }
    if (at + size > bytes.length) return { kind: 'adts', durationMs, fault: 'cut' }
    durationMs += (1_024 * ((bytes[at + 6]! & 3) + 1) * 1_000) / rateHz
    at += size
  }
  return { kind: 'adts', durationMs }
}

function inspectMp3(bytes: Uint8Array): Inspection {
  let at = 0
  let durationMs = 0
  let frames = 0
  /** Frames that the heads promise; some servers join whole files, each with a head of its own. */
  let stated = 0
  let heads = 0
  while (at < bytes.length) {
    if (latin(bytes, at, 3) === 'ID3' && at + 10 <= bytes.length) {
      at += 10 + ((bytes[at + 6]! << 21) | (bytes[at + 7]! << 14) | (bytes[at + 8]! << 7) | bytes[at + 9]!)
      continue
    }
    const frame = mp3Frame(bytes, at)
    if (frame === undefined) break
    if (at + frame.bytes > bytes.length) return { kind: 'mp3', durationMs, fault: 'cut' }
    const info = framesStated(bytes, at, frame)
    if (info === undefined) durationMs += frame.ms
    else {
      stated += info
      heads++
    }
    frames++
    at += frame.bytes
  }
  const rest = bytes.subarray(at)
  if (rest.length > 0 && !isTail(rest))
    return { kind: 'mp3', durationMs, fault: rest.length < 4 ? 'cut' : 'damaged' }
  const isShort = heads > 0 && frames - heads < stated
  return { kind: 'mp3', durationMs, fault: isShort || frames === 0 ? 'cut' : undefined }
}

type Mp3Frame = { bytes: number; ms: number; infoAt: number }
const kbps = {
  first: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  second: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
}

/** Layer III, MPEG 1, 2 and 2.5. */
function mp3Frame(bytes: Uint8Array, at: number): Mp3Frame | undefined {
  const [a, b, c, d] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!]
  if (at + 4 > bytes.length || a !== 0xff || (b & 0xe6) !== 0xe2) return undefined
  const version = (b >> 3) & 3
  const bitrate = (version === 3 ? kbps.first : kbps.second)[c >> 4]
  const rate = [44_100, 48_000, 32_000][(c >> 2) & 3]
  if (version === 1 || !bitrate || rate === undefined) return undefined
  const rateHz = version === 3 ? rate : version === 2 ? rate / 2 : rate / 4
  const samples = version === 3 ? 1_152 : 576
  const isMono = d >> 6 === 3
  const sideBytes = version === 3 ? (isMono ? 17 : 32) : isMono ? 9 : 17
  return {
    bytes: Math.floor(((samples / 8) * bitrate * 1_000) / rateHz) + ((c >> 1) & 1),
    ms: (samples * 1_000) / rateHz,
    infoAt: at + 4 + sideBytes,
  }
}

/** The number of frames that the encoder's first, silent frame states; undefined when the first frame has sound. */
function framesStated(bytes: Uint8Array, at: number, frame: Mp3Frame): number | undefined {
  const tag = latin(bytes, frame.infoAt, 4)
  if (tag !== 'Xing' && tag !== 'Info') return undefined
  const view = viewOf(bytes)
  const hasCount =
    frame.infoAt + 12 <= at + frame.bytes && (view.getUint32(frame.infoAt + 4, false) & 1) !== 0
  return hasCount ? view.getUint32(frame.infoAt + 8, false) : 0
}

/** Tags and padding that may follow the last frame. */
function isTail(rest: Uint8Array): boolean {
  const head = latin(rest, 0, 8)
  return head.startsWith('TAG') || head === 'APETAGEX' || rest.every((byte) => byte === 0)
}

function latin(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
