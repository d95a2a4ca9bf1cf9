// Where ffmpeg is. It is optional, because it is under the GPL: an executable never has it inside but finds it in a
// folder beside itself, and from source it is an optional dependency.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { executableDir, programFile } from '../base/program.ts'

export type FfmpegFiles = { script: string; wasm: string }

/** The folder beside the executable; `bun run build` makes it. */
export const ffmpegFolder = 'ffmpeg-core'

/** What an operator reads who has no ffmpeg. */
export const ffmpegMissing =
  executableDir === undefined
    ? 'ffmpeg is not installed (the optional dependency @ffmpeg/core)'
    : `ffmpeg is not installed (the folder ${ffmpegFolder} beside the executable)`

const usualFolder =
  executableDir === undefined
    ? programFile('node_modules/@ffmpeg/core/dist/esm')
    : join(executableDir, ffmpegFolder)

/** @returns undefined when ffmpeg is not installed @param folder where its two files are */
export function ffmpegFiles(folder = usualFolder): FfmpegFiles | undefined {
  const files = { script: join(folder, 'ffmpeg-core.js'), wasm: join(folder, 'ffmpeg-core.wasm') }
  return existsSync(files.script) && existsSync(files.wasm) ? files : undefined
}
