// The part of @ffmpeg/core 0.12.10 that is used here; the package has no types.

declare module '@ffmpeg/core' {
  export type FfmpegCore = {
    /** Runs the command; its exit code is in `ret` afterwards. */
    exec(...args: string[]): void
    ret: number
    reset(): void
    /** Ends `exec` with exit code 1 after this many milliseconds; −1 for never. */
    setTimeout(ms: number): void
    setLogger(logger: (line: { type: string; message: string }) => void): void
    FS: {
      writeFile(path: string, data: Uint8Array): void
      readFile(path: string): Uint8Array
      unlink(path: string): void
    }
    HEAPU8: Uint8Array
    /** The WebAssembly instance's exports, under minified names. */
    asm: Record<string, unknown>
  }
  type Instantiated = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void
  export default function createFfmpegCore(options: {
    instantiateWasm(imports: Parameters<typeof WebAssembly.instantiate>[1], done: Instantiated): object
  }): Promise<FfmpegCore>
}
