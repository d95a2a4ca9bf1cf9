// A disk in memory, as the recorder uses one; it can hold writes back, fail, and take a few bytes at a time.

import type { Disk } from '../../../src/recording/disk.ts'
import { callRecordSchema } from '../../../src/recording/files.ts'

const callId = '0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a01'

/** A disk in memory; `hold` makes writes wait, `fail` makes them throw. */
export class MemoryDisk implements Disk {
  files = new Map<string, Uint8Array>()
  texts = new Map<string, string>()
  fail = false
  private held: (() => void)[] | undefined
  /** Bytes taken at most by one write, as a disk that is nearly full does. */
  most = Number.POSITIVE_INFINITY

  hold(): void {
    this.held = []
  }
  release(): void {
    const held = this.held ?? []
    this.held = undefined
    for (const go of held) go()
  }
  async create(path: string) {
    if (this.files.has(path)) return undefined
    this.files.set(path, new Uint8Array(0))
    return {
      write: async (bytes: Uint8Array, offset: number, length: number, position: number) => {
        const held = this.held
        if (held) await new Promise<void>((resolve) => held.push(resolve))
        if (this.fail) throw new Error('ENOSPC')
        const bytesWritten = Math.min(length, this.most)
        // A file that was deleted while open takes the bytes and stays deleted.
        if (!this.files.has(path)) return { bytesWritten }
        this.size(path, Math.max(this.get(path).length, position + bytesWritten))
        this.get(path).set(bytes.subarray(offset, offset + bytesWritten), position)
        return { bytesWritten }
      },
      truncate: async (bytes: number) => {
        if (this.files.has(path)) this.size(path, bytes)
      },
      close: async () => {},
    }
  }
  async remove(path: string) {
    this.files.delete(path)
    this.texts.delete(path)
  }
  async exists(path: string) {
    return this.files.has(path) || this.texts.has(path)
  }
  async makeFolder() {}
  async replace(path: string, text: string) {
    if (this.fail) throw new Error('ENOSPC')
    this.texts.set(path, text)
  }
  samples(track: 'caller' | 'agent', id = callId): Int16Array {
    const bytes = this.get(`/rec/2026-11-23/${id}.${track}.raw`)
    return new Int16Array(bytes.slice().buffer)
  }
  json(id = callId) {
    return callRecordSchema.parse(JSON.parse(this.texts.get(`/rec/2026-11-23/${id}.json`) ?? '{}'))
  }
  /** Samples of a file; undefined when there is none. */
  samplesAt(path: string): Int16Array | undefined {
    const bytes = this.files.get(path)
    return bytes && new Int16Array(bytes.slice().buffer)
  }
  private get(path: string): Uint8Array {
    return this.files.get(path) ?? new Uint8Array(0)
  }
  private size(path: string, bytes: number): void {
    const grown = new Uint8Array(bytes)
    grown.set(this.get(path).subarray(0, bytes))
    this.files.set(path, grown)
  }
}
