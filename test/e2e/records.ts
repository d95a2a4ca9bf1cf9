// Reads a call's files on disk, once its record says that the call has ended.

import { join } from 'node:path'
import { type CallRecord, callRecordSchema } from '../../src/recording/files.ts'
import type { Bot } from './bot.ts'

const lookEveryMs = 50

/**
 * The call's JSON, once it is closed. Bounded by the case's own time limit.
 *
 * @param suffix `''` for the first visit, `-2` for the second of the same call
 */
export async function recordOf(bot: Bot, callId: string, suffix = ''): Promise<CallRecord> {
  for (;;) {
    const name = (await bot.filesOf(callId)).find((file) => file.endsWith(`${callId}${suffix}.json`))
    // Read between two writes the text may be cut: then the next look sees it whole.
    const text = name === undefined ? '' : await Bun.file(join(bot.recordings, name)).text()
    if (text.trim().endsWith('}')) {
      const record = callRecordSchema.parse(JSON.parse(text))
      if (record.endedAt !== null) return record
    }
    await Bun.sleep(lookEveryMs)
  }
}

/** One side of the recorded call, 8 kHz. */
export async function recordedSide(bot: Bot, callId: string, side: 'caller' | 'agent'): Promise<Int16Array> {
  const name = (await bot.filesOf(callId)).find((file) => file.endsWith(`${callId}.${side}.raw`))
  if (name === undefined) throw new Error(`no recording of the ${side}`)
  return new Int16Array(await Bun.file(join(bot.recordings, name)).arrayBuffer())
}
