// The thread that writes the tracks of all calls: reads a batch from shared memory, writes each part at its position in
// its file, and reports how many bytes the disk took. track.ts makes the parts, writer.ts the batches.

import { writeSync } from 'node:fs'
import { type Area, areaOf, type FromWriter, type ToWriter } from './write-areas.ts'

declare const self: {
  onmessage: ((event: MessageEvent<ToWriter>) => void) | null
  postMessage(message: FromWriter): void
}

let areas: readonly [Area, Area] | undefined

function write(area: Area, count: number): void {
  const failed: { index: number; code: string }[] = []
  for (let index = 0; index < count; index++) {
    const [descriptor, at, length, position] = area.parts.subarray(4 * index, 4 * index + 4)
    try {
      area.taken[index] = writeSync(descriptor!, area.bytes, at!, length!, position!)
    } catch (error) {
      failed.push({ index, code: codeOf(error) })
    }
  }
  self.postMessage({ kind: 'written', failed })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN'
}

self.onmessage = ({ data }) => {
  switch (data.kind) {
    case 'start':
      areas = [areaOf(data.shared, 0), areaOf(data.shared, 1)]
      self.postMessage({ kind: 'ready' })
      break
    case 'write':
      if (!areas) throw new Error('a batch before the start')
      write(areas[data.area], data.count)
      break
    case 'end':
      process.exit(0)
  }
}
