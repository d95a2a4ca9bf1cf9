// Presents the two RAW tracks of a call as one stereo WAV (caller left, agent right) without writing it: each requested
// byte range is assembled from the tracks, so that a player can seek in an hour of audio.

import { type FileHandle, open } from 'node:fs/promises'
import { writeWav } from '../audio/wav.ts'
import type { RecordingFiles } from './files.ts'

export const wavHeaderBytes = 44
/** Bytes of the WAV assembled at a time: 32 KiB of each track. */
const pieceBytes = 64 * 1024

export type StereoWav = {
  sizeBytes: number
  /** @param from first byte @param to byte after the last one; both within the size. The end closes the files */
  stream(from: number, to: number): ReadableStream<Uint8Array>
}

/** @returns undefined when the tracks do not exist; for a call that still runs, what is on disk now */
export async function openStereoWav(
  files: Pick<RecordingFiles, 'caller' | 'agent'>,
): Promise<StereoWav | undefined> {
  const sizes = await Promise.all([files.caller, files.agent].map(sizeOf))
  if (sizes.includes(undefined)) return undefined
  const samples = Math.floor(Math.min(...sizes.map(Number)) / 2)
  const sizeBytes = wavHeaderBytes + samples * 4
  return { sizeBytes, stream: (from, to) => streamOf(files, samples, from, to) }
}

function streamOf(
  files: Pick<RecordingFiles, 'caller' | 'agent'>,
  samples: number,
  from: number,
  to: number,
) {
  let at = from
  let handles: FileHandle[] = []
  const close = async () => {
    const open = handles
    handles = []
    await Promise.all(open.map((handle) => handle.close()))
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (handles.length === 0) {
          handles.push(await open(files.caller, 'r'))
          handles.push(await open(files.agent, 'r'))
        }
        const end = Math.min(to, at + pieceBytes)
        if (at < end) controller.enqueue(await piece(handles, samples, at, end))
        at = end
        if (at < to) return
        await close()
        controller.close()
      },
      cancel: close,
    },
    { highWaterMark: 1 },
  )
}

async function piece(
  handles: readonly FileHandle[],
  samples: number,
  from: number,
  to: number,
): Promise<Uint8Array> {
  if (from < wavHeaderBytes) {
    const header = stereoHeader(samples)
    const rest = to > wavHeaderBytes ? await piece(handles, samples, wavHeaderBytes, to) : new Uint8Array(0)
    return Buffer.concat([header.subarray(from, Math.min(to, wavHeaderBytes)), rest])
  }
  const first = Math.floor((from - wavHeaderBytes) / 4)
  const last = Math.ceil((to - wavHeaderBytes) / 4)
  const both = new Int16Array((last - first) * 2)
  for (const [channel, handle] of handles.entries()) {
    const track = new Int16Array(last - first)
    await readFully(handle, new Uint8Array(track.buffer), first * 2)
    for (let i = 0; i < track.length; i++) both[i * 2 + channel] = track[i]
  }
  const skipped = from - wavHeaderBytes - first * 4
  return new Uint8Array(both.buffer, skipped, to - from)
}

/** Bytes missing at the end (the file was truncated meanwhile) stay silence. */
async function readFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, position + done)
    if (bytesRead === 0) return
    done += bytesRead
  }
}

/** @param samples of each side */
export function stereoHeader(samples: number): Uint8Array {
  const header = writeWav(new Int16Array(0), { rateHz: 8_000, channels: 2 })
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
  view.setUint32(4, 36 + samples * 4, true)
  view.setUint32(40, samples * 4, true)
  return header
}

async function sizeOf(path: string): Promise<number | undefined> {
  const file = Bun.file(path)
  return (await file.exists()) ? file.size : undefined
}
