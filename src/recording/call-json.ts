// The JSON of one call while it is recorded: written soon after each `save`, one write at a time.

import type { Disk } from './disk.ts'
import type { CallDetails, CallRecord } from './files.ts'
import { writeRecord, writeUnlessForgotten } from './forgotten.ts'

export type CallJsonOptions = {
  disk: Disk
  /** Path of the JSON; undefined when the recording has no files. */
  path: Promise<string | undefined>
  /** Adds what the recorder knows, at the time of the write. */
  complete: (details: CallDetails) => CallRecord
  /** Whether the call was erased: its record is not written any more. */
  isForgotten: () => boolean
  /** A write failed; the next `save` tries again. */
  onFailed: (error: unknown) => void
}

export class CallJson {
  private details: CallDetails | undefined
  private writing: Promise<void> | undefined
  /** The newest record, when the disk refused it. */
  unwritten: { path: string; record: CallRecord } | undefined

  constructor(private readonly options: CallJsonOptions) {}

  /** Writes these details soon; of several calls in a row the last one counts. */
  save(details: CallDetails): void {
    this.details = details
    this.writing ??= this.write()
  }

  /** Resolves when nothing is being written; never rejects. */
  async settled(): Promise<void> {
    await this.writing
  }

  /** Writes the call's inputs beside its record, unless it was erased. Never rejects. */
  async writeInputs(path: string, text: string): Promise<void> {
    const { disk, isForgotten, onFailed } = this.options
    await writeUnlessForgotten(disk, path, text, isForgotten).catch(onFailed)
  }

  private async write(): Promise<void> {
    const { disk, complete, isForgotten, onFailed } = this.options
    try {
      const path = await this.options.path
      while (path !== undefined && this.details !== undefined) {
        const record = complete(this.details)
        this.details = undefined
        this.unwritten = { path, record }
        await writeRecord(disk, path, record, isForgotten)
        this.unwritten = undefined
      }
    } catch (error) {
      onFailed(error)
    } finally {
      this.writing = undefined
    }
  }
}
