// Converts a voice's bytes to 8 kHz samples while they arrive. The first bytes decide how they are read, and what the
// server called them counts where they show nothing. Headerless PCM and WAV are converted on the calling
// thread (pcm-stream.ts says why), MP3 is streamed through a worker, Opus and AAC go to ffmpeg in a worker once they
// are complete. The next bytes are pulled from the voice only after the last samples were taken.

import { AudioError } from '../audio/pcm.ts'
import { AppError, ProviderError } from '../base/errors.ts'
import type { AudioFormat, Speech } from '../providers/tts.ts'
import type { Pool } from '../threads/pool.ts'
import { shareBytes, WorkerError } from '../threads/protocol.ts'
import { hasTwoFrames, kindOf, twoFramesBytes } from './inspect.ts'
import { type AudioJobs, createAudioJobs } from './jobs.ts'
import { isRougher, joined, PcmStream, wavHeaderOf } from './pcm-stream.ts'

export type Converter = {
  /**
   * @param signal ends the conversion at once: nothing more is yielded, and the voice's stream is closed
   * @returns pieces of slin8, never empty, of at most a second; the consumer may keep each
   * @throws {ProviderError} what the voice throws; `badAudio` when it has no sound, is text, cut or damaged (after
   *   the good part); `busy` when no worker was free; `unavailable` when workers were lost over it
   */
  convert(speech: Speech, signal: AbortSignal): AsyncIterable<Int16Array>
}

export function createConverter(pool: Pool, audio: AudioJobs = createAudioJobs(pool)): Converter {
  return { convert: (speech, signal) => convert(speech, signal, audio) }
}

/** 100 ms of PCM at 24 kHz, 300 ms of MP3 at 128 kbit/s: a larger piece would delay the first samples. */
const firstPieceBytes = 4_800
/** Later pieces grow to this: each costs the same few promises, whatever its length. At 8 kHz it is under a second. */
const largestPieceBytes = 14_400
/** Enough to tell an error page from samples. */
const headBytes = 64
/** 20 ms at 24 kHz, enough to tell the byte order. */
const orderBytes = 960
/** Bounds of what must be complete before it is converted: an hour of Opus, a minute of 48 kHz WAV, a WAV header. */
const maxWholeBytes = 16_000_000
const maxHeaderBytes = 65_536
/** One second. */
const pieceSamples = 8_000

async function* convert(speech: Speech, signal: AbortSignal, audio: AudioJobs): AsyncGenerator<Int16Array> {
  const source = new Source(speech, signal)
  let samples = 0
  try {
    const format = await formatFound(speech.format, source)
    for await (const piece of pieces(format, source, audio, signal)) {
      if (signal.aborted) return
      samples += piece.length
      if (piece.length > 0) yield piece
    }
    if (!signal.aborted && samples === 0) throw badAudio(`no sound in ${source.bytes} bytes`)
  } catch (error) {
    if (signal.aborted) return
    throw asProviderError(error)
  } finally {
    source.close()
  }
}

/**
 * The format that the first bytes show, else the one that is known from elsewhere.
 *
 * @throws {ProviderError} `badAudio` when they are text
 */
async function formatFound(known: AudioFormat, source: Source): Promise<AudioFormat> {
  const head = await source.peek(headBytes)
  switch (kindOf(head)) {
    case 'text':
      throw badAudio('got text instead of audio, perhaps an error page')
    case 'wav':
      return { encoding: 'wav' }
    case 'ogg':
      return { encoding: 'opus' }
    case 'mp4':
      return { encoding: 'aac' }
    case 'adts':
    case 'mp3': {
      const isTagged = head[0] === id3
      const isSure = isTagged || known.encoding !== 's16le' || hasTwoFrames(await source.peek(twoFramesBytes))
      return isSure ? { encoding: kindOf(head) === 'mp3' ? 'mp3' : 'aac' } : known
    }
    case undefined:
      return known
  }
}
/** The `I` of `ID3`: other heads of an MP3 begin with 0xff. */
const id3 = 0x49

function pieces(format: AudioFormat, source: Source, audio: AudioJobs, signal: AbortSignal) {
  switch (format.encoding) {
    case 's16le':
      return pcm(source, plain(source, format))
    case 'wav':
      return wav(source, audio, signal)
    case 'mp3':
      return mp3(source, audio, signal)
    case 'opus':
    case 'aac':
      return whole(source, audio, signal)
  }
}

async function plain(source: Source, { rateHz, channels, byteOrder }: PcmFormat): Promise<PcmStream> {
  const isBigEndian = byteOrder === 'unknown' && isRougher(await source.peek(orderBytes))
  return new PcmStream(rateHz, channels, isBigEndian)
}
type PcmFormat = Extract<AudioFormat, { encoding: 's16le' }>

async function* pcm(
  source: Source,
  opened: PcmStream | Promise<PcmStream>,
  limitBytes = Number.POSITIVE_INFINITY,
) {
  const stream = await opened
  let left = limitBytes
  // Checked before the next pull: a voice may keep its connection open after the last sample.
  while (left > 0) {
    const bytes = await source.next()
    if (bytes === undefined) break
    yield stream.push(bytes.length <= left ? bytes : bytes.subarray(0, left))
    left -= bytes.length
  }
  yield stream.flush()
  if (left > 0 && left !== Number.POSITIVE_INFINITY)
    throw badAudio(`the wav data is cut: ${left} bytes are missing`)
}

async function* wav(source: Source, audio: AudioJobs, signal: AbortSignal) {
  let read: Uint8Array = new Uint8Array(0)
  for (let bytes = await source.next(); bytes !== undefined; bytes = await source.next()) {
    read = joined(read, bytes)
    const header = wavHeaderOf(read)
    if (header === 'bad' || (header === undefined && read.length > maxHeaderBytes))
      throw badAudio('not a WAV file')
    if (header === undefined) continue
    source.unread(header.isPcm16 ? read.subarray(header.dataAt) : read)
    if (!header.isPcm16) return yield* whole(source, audio, signal)
    return yield* pcm(source, new PcmStream(header.rateHz, header.channels), header.dataBytes)
  }
  throw badAudio(`no WAV header in ${source.bytes} bytes`)
}

async function* mp3(source: Source, audio: AudioJobs, signal: AbortSignal) {
  let bytes = await source.next()
  if (bytes === undefined) return
  const stream = audio.mp3Stream(signal)
  try {
    for (; bytes !== undefined; bytes = await source.next()) yield await stream.push(shareBytes(bytes))
    yield await stream.end()
  } finally {
    stream.close()
  }
}

async function* whole(source: Source, audio: AudioJobs, signal: AbortSignal) {
  const parts: Uint8Array[] = []
  for (let bytes = await source.next(); bytes !== undefined; bytes = await source.next()) {
    if (source.bytes > maxWholeBytes) throw badAudio(`one sentence has more than ${maxWholeBytes} bytes`)
    // A chunk is freed when the next one is asked for.
    parts.push(bytes.slice())
  }
  if (parts.length === 0 || signal.aborted) return
  const { samples } = await audio.decode(shareBytes(Buffer.concat(parts)), { signal })
  for (let at = 0; at < samples.length; at += pieceSamples) yield samples.subarray(at, at + pieceSamples)
}

/** The voice's chunks in pieces of at most `largestPieceBytes`, pulled on demand. */
class Source {
  /** Bytes received so far. */
  bytes = 0
  private readonly iterator: AsyncIterator<Uint8Array>
  /** The last chunk, where it is this reader's to free. */
  private freeable: Uint8Array | undefined
  private readonly aborted: Promise<undefined>
  private stop = () => {}
  private waiting: Uint8Array = new Uint8Array(0)
  private pieceBytes = firstPieceBytes
  /** No more bytes will come. */
  private isEnded = false
  /** The voice has ended its stream, or was told to. */
  private isDrained = false

  constructor(
    private readonly speech: Pick<Speech, 'chunks' | 'isFreeable'>,
    private readonly signal: AbortSignal,
  ) {
    this.iterator = speech.chunks[Symbol.asyncIterator]()
    this.aborted = new Promise((resolve) => {
      this.stop = () => resolve(undefined)
    })
    signal.addEventListener('abort', this.stop, { once: true })
  }

  /** The next `wanted` bytes, or all that are left; they stay where they are. */
  async peek(wanted: number): Promise<Uint8Array> {
    while (this.waiting.length < wanted && !this.isEnded) {
      const chunk = await this.pull()
      if (chunk === undefined) this.isEnded = true
      else this.waiting = this.waiting.length === 0 ? chunk : joined(this.waiting, chunk)
    }
    return this.waiting
  }

  /** @returns undefined at the end, and when the signal aborts */
  next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    return this.waiting.length > 0 ? this.piece() : this.peek(1).then(() => this.piece())
  }

  private piece(): Uint8Array | undefined {
    if (this.signal.aborted || this.waiting.length === 0) return undefined
    const piece = this.waiting.subarray(0, this.pieceBytes)
    this.waiting = this.waiting.subarray(piece.length)
    this.pieceBytes = Math.min(largestPieceBytes, this.pieceBytes * 2)
    return piece
  }

  /** Puts bytes back: `next` returns them first. */
  unread(bytes: Uint8Array): void {
    this.waiting = joined(bytes, this.waiting)
  }

  /** Tells the voice to stop, without waiting for it. */
  close(): void {
    this.signal.removeEventListener('abort', this.stop)
    if (this.isDrained) return
    this.isDrained = true
    // A voice that is stopped half-way may throw; the conversion is over, so the error has no consequence.
    this.iterator.return?.()?.catch(() => {})
  }

  private async pull(): Promise<Uint8Array | undefined> {
    if (this.signal.aborted) return undefined
    this.free()
    const asked = this.iterator.next()
    asked.catch(() => {}) // after an abort nothing awaits it; before, the race rejects with the same error
    const result = await Promise.race([asked, this.aborted])
    if (result?.done) this.isDrained = true
    if (result === undefined || result.done) return undefined
    this.bytes += result.value.length
    if (this.speech.isFreeable) this.freeable = result.value
    return result.value
  }

  /**
   * Frees the chunk that was read. It would wait for the garbage collector, which lets as much garbage wait as it
   * believes to be in use: with the shared memory of 300 calls that is five times what it is without.
   */
  private free(): void {
    const { freeable } = this
    this.freeable = undefined
    if (freeable === undefined) return
    const { buffer, byteLength } = freeable
    if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength) return
    if (this.waiting.buffer === buffer) this.waiting = this.waiting.slice()
    buffer.transfer(0)
  }
}

function badAudio(message: string): ProviderError {
  return new ProviderError('badAudio', message)
}

function asProviderError(error: unknown): unknown {
  if (error instanceof ProviderError || !(error instanceof AppError)) return error
  const code = codeOf(error)
  return new ProviderError(code, error.message, { cause: error, retryable: code === 'busy' })
}

function codeOf(error: AppError): string {
  if (error instanceof AudioError) return 'badAudio'
  if (!(error instanceof WorkerError)) return 'unavailable'
  switch (error.code) {
    case 'badAudio':
    case 'busy':
    case 'aborted':
      return error.code
    case 'late':
      return 'busy'
    default:
      return 'unavailable'
  }
}
