import { expect, test } from 'bun:test'
// The package's own entry for Bun and Node is a stub that throws.
import { FFmpeg } from '../../node_modules/@ffmpeg/ffmpeg/dist/esm/index.js'
import { bytesOf } from '../../src/audio/pcm.ts'
import { compileFfmpeg, Ffmpeg } from '../../src/codecs/ffmpeg.ts'
import { ffmpegFiles } from '../../src/codecs/ffmpeg-files.ts'
import { createAudioJobs } from '../../src/codecs/jobs.ts'
import { fixture, makeAudioPool } from './audio.ts'

// The class serves as the reference only: its own worker cannot be niced, supervised or given shared memory.

test('ffmpeg in our workers gives the bytes that the class FFmpeg gives', async () => {
  const reference = new FFmpeg()
  await reference.load({ coreURL: new URL('./ffmpeg-class-core.ts', import.meta.url).href })
  await reference.writeFile('in.mp3', await fixture('tone8.mp3'))
  expect(await reference.exec(['-i', 'in.mp3', '-f', 's16le', '-ac', '1', 'out.raw'])).toBe(0)
  const wanted = await reference.readFile('out.raw')
  reference.terminate()

  const pool = makeAudioPool(1)
  const { samples } = await createAudioJobs(pool).decode(await fixture('tone8.mp3'))
  pool.close()
  expect(bytesOf(new Int16Array(samples))).toEqual(wanted as Uint8Array)
})

test('ffmpeg that runs too long is stopped, its output is dropped, and the next run works', async () => {
  const files = ffmpegFiles()!
  const ffmpeg = await Ffmpeg.load(files.script, await compileFfmpeg(files.wasm))
  const endless = ['-f', 'lavfi', '-i', 'sine=440', '-f', 's16le', 'out']
  expect(() => ffmpeg.run(endless, new Uint8Array(0), 60)).toThrow('ffmpeg was stopped after 60 ms')
  expect(() => ffmpeg.run(['-i', 'in', '-nonsense', 'out'], new Uint8Array(0), 1_000)).toThrow(
    'exited with 1',
  )
  const input = new Uint8Array(16_000).fill(3)
  const copy = ['-f', 's16le', '-ar', '8000', '-ac', '1', '-i', 'in', '-f', 's16le', 'out']
  expect(ffmpeg.run(copy, input, 1_000)).toEqual(input)
})
