// Where the program's own files are: in the project's folder, or inside the executable that `bun run build` makes.
// Paths are the same in both, because the build embeds files under the names that they have in the project.

import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Bun mounts what an executable has inside at /$bunfs/root (B:\~BUN\root on Windows). */
const embedded = /^(?:\/\$bunfs|[A-Z]:[/\\]~BUN)[/\\]root/.exec(import.meta.dir)?.[0]

export const isExecutable = embedded !== undefined

/** The folder of embedded files: Bun keeps the last name of an embedded folder and what is below it. */
export const embeddedFolder = 'program'

const projectDir = join(import.meta.dir, '../..')
const programDir = embedded === undefined ? projectDir : join(embedded, embeddedFolder)

/** @param path from the project's folder, as in `wasm/vad/vad.wasm`; an executable has only what was embedded */
export function programFile(path: string): string {
  return join(programDir, path)
}

/** The script of a thread. @param path from src/, such as `codecs/audio.worker.ts` */
export function workerScript(path: string): URL {
  return pathToFileURL(join(embedded ?? projectDir, 'src', path))
}

/** Where the executable lies, beside which files are looked for that may not be inside it; undefined from source. */
export const executableDir = isExecutable ? dirname(process.execPath) : undefined

/** Where the server writes unless a setting says otherwise: the project's folder; an executable's working folder. */
export const workDir = isExecutable ? process.cwd() : projectDir
