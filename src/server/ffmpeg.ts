// Whether ffmpeg is there, said once at the start: it is optional, and what cannot be done without it is named.

import { ffmpegFiles, ffmpegMissing } from '../codecs/ffmpeg-files.ts'
import type { ServerContext } from './context.ts'

/** @returns why ffmpeg cannot be used; undefined when it can */
export function ffmpegFault({ config, log, degraded }: ServerContext): string | undefined {
  if (ffmpegFiles() !== undefined) return undefined
  log.warn('works without ffmpeg', {
    reason: ffmpegMissing,
    cannot: 'decode Opus, AAC, unusual WAV; archive to MP3',
  })
  if (config.RECORDINGS_DIR !== '') degraded.set('archive', `archive: ${ffmpegMissing}, recordings stay RAW`)
  return ffmpegMissing
}
