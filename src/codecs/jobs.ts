// The jobs of the audio workers, with types: decode any format to slin8, encode slin8 to MP3, decode MP3 while it
// arrives. serve-audio.ts does the work.

import { workerScript } from '../base/program.ts'
import type { RunOptions } from '../threads/job-queue.ts'
import type { Pool } from '../threads/pool.ts'
import { shareBytes, shareSamples } from '../threads/protocol.ts'
import { type PoolStream, streamDefaults } from '../threads/worker-stream.ts'

export const audioWorker = workerScript('codecs/audio.worker.ts')

export type DecodeInput = {
  bytes: Uint8Array
  /** 2 keeps both sides, interleaved; 1 mixes them. */
  channels: 1 | 2
  /** The length, when it is known from elsewhere; default: what the container says. */
  expectedMs?: number
  deadlineMs: number
}
/** `samples` are 8 kHz in shared memory. */
export type Decoded = { samples: Int16Array<SharedArrayBuffer>; sourceHz: number }
/** `levelDb`: of what was spoken, dB of full scale. */
export type Finished = { samples: Int16Array<SharedArrayBuffer>; levelDb: number }
export type FinishInput = { spoken: Int16Array; rateHz: number; deadlineMs: number }
export type EncodeInput = { left: Int16Array; right?: Int16Array; deadlineMs: number }

export type AudioJobs = {
  /**
   * MP3, Ogg (Opus, Vorbis), AAC (ADTS, MP4) or WAV of any rate → 8 kHz.
   *
   * @throws {WorkerError} `badAudio` for another format, and when it is cut, damaged or not as long as it says;
   *   `noFfmpeg` for a format that needs ffmpeg, when ffmpeg is not installed;
   *   `late` `busy` `crashed` `aborted` `closed`
   */
  decode(
    bytes: Uint8Array,
    options?: AudioJobOptions & { channels?: 1 | 2; expectedMs?: number },
  ): Promise<Decoded>
  /**
   * slin8 → MP3 at 8 kHz: one side at 24 kbit/s, or two equally long sides as left and right at 32 kbit/s.
   *
   * @throws {WorkerError} as `decode`; `noFfmpeg` whenever ffmpeg is not installed
   */
  encodeMp3(
    left: Int16Array,
    right?: Int16Array,
    options?: AudioJobOptions,
  ): Promise<Uint8Array<SharedArrayBuffer>>
  /**
   * Trims and levels what a voice or a person spoke, see audio/finish.ts.
   *
   * @throws {WorkerError} as `decode`, without `badAudio`
   */
  finish(spoken: Int16Array, rateHz: number, options?: AudioJobOptions): Promise<Finished>
  /** MP3 pieces in, slin8 out; @see openMp3 in mp3.ts. @throws {WorkerError} `busy` `closed` */
  mp3Stream(signal?: AbortSignal): PoolStream<Uint8Array, Int16Array<SharedArrayBuffer>>
}
export type AudioJobOptions = Partial<Pick<RunOptions, 'priority' | 'signal'>>

/**
 * The pool's deadline is this much later than ffmpeg's own. The first job also compiles ffmpeg: 1 s on an idle machine,
 * 7 s at nice 10 beside four busy programs. Later a new worker needs 20 ms.
 */
const firstSlackMs = 20_000
const slackMs = 3_000
/** Ten times the slowest that was measured (40 kB/ms decoded, 5 bytes/µs encoded). */
const decodeMs = (bytes: number) => 2_000 + bytes / 100
const encodeMs = (samples: number) => 2_000 + samples / 250

/**
 * @param deadlineFactor multiplies the time that an answer of a worker may take; the archive, which keeps no caller
 *   waiting, has more time than a call, and so have tests on a busy machine
 */
export function createAudioJobs(pool: Pool, deadlineFactor = 1): AudioJobs {
  let isLoaded = false
  /** ffmpeg stops itself first; the pool terminates the worker only when it does not. A batch may wait long. */
  const run = async <T>(job: string, input: { deadlineMs: number }, options: AudioJobOptions): Promise<T> => {
    const deadlineMs = input.deadlineMs + (isLoaded ? slackMs : firstSlackMs)
    const waitMs = options.priority === 'batch' ? 600_000 : 5_000
    const result = await pool.run<T>(job, input, { ...options, deadlineMs, waitMs })
    isLoaded = true
    return result
  }
  return {
    decode(bytes, { channels = 1, expectedMs, ...options } = {}) {
      const deadlineMs = decodeMs(bytes.length) * deadlineFactor
      const input: DecodeInput = { bytes: shareBytes(bytes), channels, expectedMs, deadlineMs }
      return run<Decoded>('decode', input, options)
    },
    encodeMp3(left, right, options = {}) {
      const deadlineMs = encodeMs(left.length) * deadlineFactor
      const input: EncodeInput = { left: shareSamples(left), right: right && shareSamples(right), deadlineMs }
      return run<Uint8Array<SharedArrayBuffer>>('encodeMp3', input, options)
    },
    finish(spoken, rateHz, options = {}) {
      const deadlineMs = encodeMs(spoken.length)
      const input: FinishInput = { spoken: shareSamples(spoken), rateHz, deadlineMs }
      return run<Finished>('finish', input, options)
    },
    mp3Stream(signal) {
      const deadlineMs = streamDefaults.deadlineMs * deadlineFactor
      return pool.stream<Uint8Array, Int16Array<SharedArrayBuffer>>('mp3', undefined, { signal, deadlineMs })
    },
  }
}
