// The core as the class FFmpeg of @ffmpeg/ffmpeg loads it (`coreURL`) in Bun; for ffmpeg-class.test.ts.

import { compileFfmpeg } from '../../src/codecs/ffmpeg.ts'
import { ffmpegFiles } from '../../src/codecs/ffmpeg-files.ts'

if (!('location' in globalThis)) Object.assign(globalThis, { location: { href: import.meta.url } })

export default async function create(): Promise<unknown> {
  const module = await compileFfmpeg(ffmpegFiles()!.wasm)
  const { default: createCore } = await import('@ffmpeg/core')
  return createCore({
    instantiateWasm(imports, done) {
      WebAssembly.instantiate(module, imports).then(
        (instance) => done(instance, module),
        (error: unknown) => console.error(error),
      )
      return {}
    },
  })
}
