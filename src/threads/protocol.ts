// What the two sides of a worker say to each other, and the error the asker sees. Control goes by postMessage;
// samples and bytes lie in SharedArrayBuffers, so that a message carries a reference and never a copy.

import { AppError } from '../base/errors.ts'

export type ToWorker =
  | { kind: 'run'; id: number; job: string; input: unknown }
  | { kind: 'open'; id: number; stream: number; job: string; input: unknown }
  | { kind: 'step'; id: number; stream: number; data: unknown; last: boolean }
  | { kind: 'closeStream'; stream: number }
  /** The answer is no longer wanted; a job that waits for something may stop early. */
  | { kind: 'cancel'; id: number }
  | { kind: 'asset'; key: string; value: unknown }
  /** Nobody has this asset yet: the worker that asked for it makes it. */
  | { kind: 'makeAsset'; key: string }

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'chunk'; id: number; data: unknown }
  /** `retire`: done, but the worker has grown and wants to be replaced. */
  | { kind: 'done'; id: number; result: unknown; retire: boolean }
  /** The job says no: bad input and the like. The worker is well. */
  | { kind: 'failed'; id: number; code: string; message: string; retryable: boolean }
  /** The job threw what it should not have: the worker's state is in doubt. */
  | { kind: 'broken'; id: number; message: string }
  | { kind: 'wantAsset'; key: string }
  | { kind: 'asset'; key: string; value: unknown }
  | { kind: 'assetFailed'; key: string }

/**
 * A job that did not succeed. The pool's own codes: `busy` (queue full), `late` (waited too long in the queue),
 * `crashed` (two workers were lost over it), `aborted`, `closed`. Others are the job's, for example `badAudio`.
 */
export class WorkerError extends AppError {
  override name = 'WorkerError'
}

/**
 * Bytes in shared memory.
 *
 * @returns `bytes` itself when it lies in shared memory already, otherwise one copy
 */
export function shareBytes(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes as Uint8Array<SharedArrayBuffer>
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
  shared.set(bytes)
  return shared
}

/** Samples in shared memory: `samples` itself when they lie there already, otherwise one copy. */
export function shareSamples(samples: Int16Array): Int16Array<SharedArrayBuffer> {
  if (samples.buffer instanceof SharedArrayBuffer) return samples as Int16Array<SharedArrayBuffer>
  const shared = new Int16Array(new SharedArrayBuffer(samples.length * 2))
  shared.set(samples)
  return shared
}
