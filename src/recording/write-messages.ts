// The messages between the server and the thread that writes recordings. The audio itself is in shared memory.

import type { Owner } from './track-reader.ts'

export type ToWriter =
  | {
      kind: 'follow'
      id: number
      /** The call's RecordingMemory and ring. */
      memory: SharedArrayBuffer
      ring: SharedArrayBuffer
      /** Which call they belong to: the thread may come to this message late. */
      owner: Owner
      /** File descriptors of the tracks. */
      caller: number
      agent: number
    }
  /** `rest`: after what is not written yet. The answer is `finished`; the descriptors are not used after it. */
  | { kind: 'finish'; id: number; rest: boolean }
  /** The thread ends itself. */
  | { kind: 'end' }

export type FromWriter =
  | { kind: 'ready' }
  /** Every second while there are tracks: no write hangs. */
  | { kind: 'alive' }
  | { kind: 'finished'; id: number }
