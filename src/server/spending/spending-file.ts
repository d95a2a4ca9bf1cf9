// The day's use of the vendors in DATA_DIR. Amounts and no money: a corrected price counts for the whole day.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { errorText } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { replaceFile } from '../../base/replace-file.ts'
import type { Config } from '../../config.ts'
import type { Billed, Use } from '../../providers/usage.ts'

/** What was used of one model today. */
export type DayUse = Billed & Use

const count = z.number().min(0)
const fileSchema = z.object({
  day: z.string(),
  uses: z.array(
    z.object({
      ...{ vendor: z.string(), model: z.string() },
      ...{ prompt: count, cached: count, completion: count, estimated: count },
      ...{ characters: count, seconds: count },
    }),
  ),
})

export class DayFile {
  private readonly path: string
  private kept = ''
  private hasFailed = false
  /** One write after the other, so that the newest day stays. */
  private writing: Promise<void> = Promise.resolve()

  constructor(
    { DATA_DIR, AUDIOSOCKET_PORT }: Pick<Config, 'DATA_DIR' | 'AUDIOSOCKET_PORT'>,
    private readonly log: Log,
  ) {
    // Several servers of one machine share the folder, and each counts its own use.
    this.path = join(DATA_DIR, `spending-${AUDIOSOCKET_PORT}.json`)
  }

  /** @returns what is kept of this day; nothing of another one, or when the file cannot be read */
  read(day: string): DayUse[] {
    try {
      const { day: ofDay, uses } = fileSchema.parse(JSON.parse(readFileSync(this.path, 'utf8')))
      return ofDay === day ? uses : []
    } catch (error) {
      // There is none before the first use.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      this.log.warn('what vendors cost today cannot be read: it is counted from here on', { path: this.path })
      return []
    }
  }

  /** Resolves when it is on disk, or could not be written, which is logged once. An empty day is not written. */
  write(day: string, uses: readonly DayUse[]): Promise<void> {
    const text = `${JSON.stringify({ day, uses })}\n`
    if (uses.length > 0) this.writing = this.writing.then(() => this.replace(text))
    return this.writing
  }

  private async replace(text: string): Promise<void> {
    if (text === this.kept) return
    try {
      await replaceFile(this.path, text, 0o640)
      this.kept = text
      this.hasFailed = false
    } catch (error) {
      if (!this.hasFailed)
        this.log.warn('what vendors cost today is not kept: a restart forgets it', {
          error: errorText(error),
        })
      this.hasFailed = true
    }
  }
}
