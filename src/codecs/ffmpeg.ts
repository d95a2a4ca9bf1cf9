// ffmpeg as WebAssembly, run as a function: arguments and bytes in, bytes or an error out. It uses the core of
// @ffmpeg/ffmpeg without its class: the class starts a worker, which would run inside ours without our deadline, and it
// cannot take shared memory. The core is GPL-2.0-or-later: it stays a separate file (ffmpeg-files.ts), loaded when the
// first job needs it.

import type { FfmpegCore } from '@ffmpeg/core'
import { AppError } from '../base/errors.ts'
import { type FfmpegFiles, ffmpegMissing } from './ffmpeg-files.ts'

/** ffmpeg failed; `code` is `badAudio`, `late`, or `noFfmpeg` when it is not installed. */
export class FfmpegError extends AppError {
  override name = 'FfmpegError'
}

/** Reads and compiles the 32 MB of WebAssembly: 450 to 1 000 ms, once per process. */
export async function compileFfmpeg(path: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await Bun.file(path).bytes())
}

/** @throws {FfmpegError} `noFfmpeg` */
export function installed(files: FfmpegFiles | undefined): FfmpegFiles {
  if (files === undefined) throw new FfmpegError('noFfmpeg', ffmpegMissing)
  return files
}

export class Ffmpeg {
  private readonly lines: string[] = []

  private constructor(
    private readonly core: FfmpegCore,
    private readonly stack: Stack,
  ) {
    core.setLogger(({ message }) => {
      if (this.lines.length < 20) this.lines.push(message)
    })
  }

  /** Takes about 20 ms and 10 MB. @param module from `compileFfmpeg` */
  static async load(script: string, module: WebAssembly.Module): Promise<Ffmpeg> {
    // The core reads `self.location.href` while it loads, and Bun's workers have no location.
    if (!('location' in globalThis)) Object.assign(globalThis, { location: { href: import.meta.url } })
    const { default: createCore } = (await import(script)) as typeof import('@ffmpeg/core')
    const core = await new Promise<FfmpegCore>((resolve, reject) => {
      const instantiateWasm = (imports: Imports, done: Instantiated) => {
        WebAssembly.instantiate(module, imports)
          .then((instance) => done(instance, module))
          .catch(reject)
        return {}
      }
      createCore({ instantiateWasm }).then(resolve, reject)
    })
    return new Ffmpeg(core, stackOf(core))
  }

  /** Bytes of the WebAssembly memory; it never shrinks. */
  get heapBytes(): number {
    return this.core.HEAPU8.length
  }

  /**
   * Runs ffmpeg once.
   *
   * @param args without the program's name; they must read the file `in` and write the file `out`
   * @param input may be in shared memory
   * @returns the output, a copy
   * @throws {FfmpegError} `badAudio` for an exit code other than 0, `late` after `deadlineMs`; a partial
   *   output is dropped
   */
  run(args: readonly string[], input: Uint8Array, deadlineMs: number): Uint8Array {
    const { core, stack, lines } = this
    const startedMs = performance.now()
    const restore = stack.save()
    lines.length = 0
    try {
      core.FS.writeFile('in', input)
      core.setTimeout(Math.ceil(deadlineMs))
      core.exec('-nostdin', '-hide_banner', '-nostats', '-v', 'error', '-y', ...args)
      const exitCode = core.ret
      core.reset()
      if (exitCode !== 0) {
        if (performance.now() - startedMs >= deadlineMs) {
          throw new FfmpegError('late', `ffmpeg was stopped after ${Math.round(deadlineMs)} ms`)
        }
        throw new FfmpegError('badAudio', `ffmpeg exited with ${exitCode}: ${reason(lines)}`)
      }
      return core.FS.readFile('out')
    } finally {
      restore()
      this.remove('in')
      this.remove('out')
    }
  }

  private remove(path: string): void {
    try {
      this.core.FS.unlink(path)
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }
}

type Instantiated = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void
type Imports = Parameters<typeof WebAssembly.instantiate>[1]
type Stack = { save(): () => void }

/**
 * Mends a stack leak. Each `exec` leaves through exit(), which throws across C frames and leaks 224 of the 65 536 bytes
 * of stack: unmended, an instance dies or hangs at its 148th run. The core has Emscripten's stackSave and stackRestore
 * under minified names that are valid for 0.12.10 alone, hence the check.
 *
 * @see https://github.com/ffmpegwasm/ffmpeg.wasm/issues/563
 */
function stackOf(core: FfmpegCore): Stack {
  const { Da: save, Ea: restore } = core.asm
  const fault = new Error('@ffmpeg/core is not 0.12.10: stackSave and stackRestore have other names')
  if (!isStackSave(save) || !isStackRestore(restore)) throw fault
  const before = save()
  if (!Number.isInteger(before) || before <= 64) throw fault
  restore(before - 64)
  const moved = save()
  restore(before)
  if (moved !== before - 64 || save() !== before) throw fault
  return {
    save: () => {
      const pointer = save()
      return () => restore(pointer)
    },
  }
}

function isStackSave(value: unknown): value is () => number {
  return typeof value === 'function' && value.length === 0
}

function isStackRestore(value: unknown): value is (pointer: number) => void {
  return typeof value === 'function' && value.length === 1
}

function reason(lines: readonly string[]): string {
  const text = lines.map((line) => line.trim()).find((line) => line !== '' && line !== 'Aborted()')
  return (text ?? 'no reason given').slice(0, 160)
}

/** Emscripten's ENOENT. */
function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errno' in error && error.errno === 44
}
