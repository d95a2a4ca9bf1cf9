// The messages between the pool and a worker, and the error that a failed job gives. Samples and bytes lie in
// SharedArrayBuffers, so that a message carries a reference and never a copy.

import { AppError } from '../base/errors.ts'

export type ToWorker =
  | { kind: 'run'; id: number; job: string; input: unknown }
  | { kind: 'open'; id: number; stream: number; job: string; input: unknown }
  | { kind: 'step'; id: number; stream: number; data: unknown; last: boolean }
  | { kind: 'closeStream'; stream: number }
  /** The result is no longer wanted; a job that waits for something may stop early. */
  | { kind: 'cancel'; id: number }
  | { kind: 'asset'; key: string; value: unknown }
  /** The asset does not exist yet: the worker that asked for it makes it. */
  | { kind: 'makeAsset'; key: string }

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'chunk'; id: number; data: unknown }
  /** `retire`: done, but the worker has grown and wants to be replaced. */
  | { kind: 'done'; id: number; result: unknown; retire: boolean }
  /** The job refused, for example because of bad input. The worker is sound. */
  | { kind: 'failed'; id: number; code: string; message: string; retryable: boolean }
  /** The job threw an unexpected error, so the worker may be damaged and is replaced. */
  | { kind: 'broken'; id: number; message: string }
  | { kind: 'wantAsset'; key: string }
  | { kind: 'asset'; key: string; value: unknown }
  | { kind: 'assetFailed'; key: string }

/**
 * A job failed. The pool's own codes: `busy` (queue full), `late` (waited too long in the queue), `crashed` (two
 * workers were lost over it), `aborted`, `closed`. Other codes are the job's, for example `badAudio`.
 */
export class WorkerError extends AppError {
  override name = 'WorkerError'
}

/**
 * Bytes in shared memory.
 *
 * @returns `bytes` itself if it is in shared memory, otherwise a copy
 */
export function shareBytes(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes as Uint8Array<SharedArrayBuffer>
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
  shared.set(bytes)
  return shared
}

/** Samples in shared memory: `samples` itself if they are there, otherwise a copy. */
export function shareSamples(samples: Int16Array): Int16Array<SharedArrayBuffer> {
  if (samples.buffer instanceof SharedArrayBuffer) return samples as Int16Array<SharedArrayBuffer>
  const shared = new Int16Array(new SharedArrayBuffer(samples.length * 2))
  shared.set(samples)
  return shared
}
