// Writes the two tracks of a call to their files while they grow. Here: by the recorder itself, one write at a time.
// writer.ts does it for all calls on a thread.

import { frameBytes, frameSamples } from '../audio/pcm.ts'
import type { Recording, RecordingFile, TrackWriter } from './disk.ts'
import { readFrames, TrackReader, type TrackSide } from './track-reader.ts'

/** @param onFailed a write failed; nothing is written after it */
export function createTrackWriter(recording: Recording, onFailed: (error: unknown) => void): TrackWriter {
  return new OwnWriter(recording, onFailed)
}

class OwnWriter implements TrackWriter {
  private readonly readers: Record<TrackSide, TrackReader>
  private writing: Promise<void> | undefined
  private isOver = false

  constructor(
    private readonly recording: Recording,
    private readonly onFailed: (error: unknown) => void,
  ) {
    const { memory, ring, owner } = recording
    this.readers = {
      caller: new TrackReader(memory, ring, 'caller', owner),
      agent: new TrackReader(memory, ring, 'agent', owner),
    }
  }

  poke(): void {
    if (this.isOver) return
    this.writing ??= this.writeBoth().finally(() => {
      this.writing = undefined
    })
  }

  async finish(): Promise<void> {
    await this.writing
    this.poke()
    await this.writing
    this.isOver = true
  }

  async stop(): Promise<void> {
    this.isOver = true
    await this.writing
  }

  private async writeBoth(): Promise<void> {
    const { files } = this.recording
    try {
      await Promise.all([this.write('caller', files.caller), this.write('agent', files.agent)])
    } catch (error) {
      this.isOver = true
      this.onFailed(error)
    }
  }

  private async write(side: TrackSide, file: RecordingFile): Promise<void> {
    const reader = this.readers[side]
    const samples = new Int16Array(readFrames * frameSamples)
    const bytes = new Uint8Array(samples.buffer)
    for (let count = reader.read(samples); count > 0 && !this.isOver; count = reader.read(samples)) {
      for (let at = 0; at < count * frameBytes; ) {
        const left = count * frameBytes - at
        at += (await file.write(bytes, at, left, reader.position + at)).bytesWritten
      }
      reader.wrote(count)
    }
  }
}
