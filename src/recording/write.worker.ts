// The thread that writes the tracks of all calls, by its own clock: every 30 ms a fifth of them, so that each is
// written every 150 ms. That leaves the disk 50 ms of the 200 ms that a crash may cost. An error is left in the
// recording's memory, where its call finds it.

import { writeSync } from 'node:fs'
import { RingReader } from '../audio/call-ring.ts'
import { frameBytes, frameSamples } from '../audio/pcm.ts'
import { RecordingMemory } from './track-memory.ts'
import { readFrames, TrackReader, type TrackSide } from './track-reader.ts'
import type { FromWriter, ToWriter } from './write-messages.ts'

declare const self: {
  onmessage: ((event: MessageEvent<ToWriter>) => void) | null
  postMessage(message: FromWriter): void
}

const beatMs = 30
const beats = 5
const aliveMs = 1_000
const unknownError = -5
const samples = new Int16Array(readFrames * frameSamples)
const bytes = new Uint8Array(samples.buffer)

class Followed {
  private readonly memory: RecordingMemory
  private readonly readers: Record<TrackSide, TrackReader>

  constructor(private readonly message: ToWriter & { kind: 'follow' }) {
    this.memory = new RecordingMemory(message.memory)
    const ring = new RingReader(0, message.ring)
    this.readers = {
      caller: new TrackReader(this.memory, ring, 'caller', message.owner),
      agent: new TrackReader(this.memory, ring, 'agent', message.owner),
    }
  }

  write(): void {
    for (const side of ['caller', 'agent'] as const) {
      try {
        if (this.memory[side].get('error') === 0) this.writeTrack(side)
      } catch (error) {
        this.readers[side].failed(numberOf(error))
      }
    }
  }

  private writeTrack(side: TrackSide): void {
    const reader = this.readers[side]
    for (let count = reader.read(samples); count > 0; count = reader.read(samples)) {
      const length = count * frameBytes
      for (let at = 0; at < length; )
        at += writeSync(this.message[side], bytes, at, length - at, reader.position + at)
      reader.wrote(count)
    }
  }
}

function numberOf(error: unknown): number {
  return error instanceof Error && 'errno' in error ? Number(error.errno) : unknownError
}

const followed = new Map<number, Followed>()
let beat = 0
let toldMs = 0
let isBeating = false

function write(): void {
  beat = (beat + 1) % beats
  for (const [id, recording] of followed) if (id % beats === beat) recording.write()
  isBeating = followed.size > 0
  if (performance.now() - toldMs >= aliveMs) {
    toldMs = performance.now()
    self.postMessage({ kind: 'alive' })
  }
  if (isBeating) setTimeout(write, beatMs)
}

self.onmessage = ({ data }) => {
  switch (data.kind) {
    case 'follow':
      followed.set(data.id, new Followed(data))
      if (!isBeating) setTimeout(write, beatMs)
      isBeating = true
      break
    case 'finish':
      if (data.rest) followed.get(data.id)?.write()
      followed.delete(data.id)
      self.postMessage({ kind: 'finished', id: data.id })
      break
    case 'end':
      process.exit(0)
  }
}
self.postMessage({ kind: 'ready' })
