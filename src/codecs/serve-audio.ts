// What the audio workers do in each job; jobs.ts sends the jobs, audio.worker.ts is the thread's script. The first job
// that needs ffmpeg loads it, so that an idle worker costs a few megabytes.

import { finishPhrase } from '../audio/finish.ts'
import { gatedDb } from '../audio/levels.ts'
import { rateHz } from '../audio/pcm.ts'
import { resample } from '../audio/resample.ts'
import { readWav, type Wav } from '../audio/wav.ts'
import { AppError } from '../base/errors.ts'
import { shareBytes, shareSamples } from '../threads/protocol.ts'
import { type JobContext, serveJobs } from '../threads/worker-loop.ts'
import { decodePlain } from './decode-plain.ts'
import { compileFfmpeg, Ffmpeg, installed } from './ffmpeg.ts'
import type { FfmpegFiles } from './ffmpeg-files.ts'
import { type Inspection, inspectAudio } from './inspect.ts'
import type { Decoded, DecodeInput, EncodeInput, Finished, FinishInput } from './jobs.ts'
import { openMp3, warmMp3 } from './mp3.ts'

let files: FfmpegFiles | undefined

/** Starts answering in this thread. @param ffmpeg undefined when it is not installed */
export function serveAudio(ffmpeg: FfmpegFiles | undefined): void {
  files = ffmpeg
  serveJobs({ jobs: { decode, encodeMp3, finish }, streams: { mp3: openMp3 } })
  warmMp3().catch(() => {}) // only a head start: a stream tries again and gets the error
}

/** ffmpeg's memory holds input and output; beyond this the worker is replaced instead of staying that large. */
const retireBytes = 192_000_000
/** Longer than the encoder delay and padding of every codec here. */
const slackMs = 250

let loading: Promise<Ffmpeg> | undefined

/** @throws {FfmpegError} `noFfmpeg` */
async function ffmpeg(context: JobContext): Promise<Ffmpeg> {
  const { script, wasm } = installed(files)
  loading ??= context.asset('ffmpeg', () => compileFfmpeg(wasm)).then((module) => Ffmpeg.load(script, module))
  loading.catch(() => {
    loading = undefined
  })
  return loading
}

async function run(
  context: JobContext,
  args: string[],
  input: Uint8Array,
  deadlineMs: number,
): Promise<Uint8Array> {
  const tool = await ffmpeg(context)
  try {
    return tool.run(args, input, deadlineMs)
  } finally {
    if (tool.heapBytes > retireBytes) context.retire()
  }
}

const demuxers = { mp3: 'mp3', ogg: 'ogg', adts: 'aac', mp4: 'mov', wav: 'wav' } as const

async function decode(input: DecodeInput, context: JobContext): Promise<Decoded> {
  const { bytes, channels } = input
  const found = inspectAudio(bytes)
  const kind = usable(bytes, found)
  const { samples, rateHz: sourceHz } =
    files === undefined
      ? await decodePlain(bytes, kind, channels)
      : await decodeByFfmpeg(input, kind, context)
  const durationMs = (samples.length / channels / sourceHz) * 1_000
  const expectedMs = input.expectedMs ?? found?.durationMs
  if (samples.length === 0 || (expectedMs !== undefined && Math.abs(durationMs - expectedMs) > slackMs)) {
    throw badAudio(`decoded ${Math.round(durationMs)} ms instead of ${Math.round(expectedMs ?? 0)}`)
  }
  return { samples: shareSamples(toTelephone(samples, sourceHz, channels)), sourceHz }
}

async function decodeByFfmpeg(
  { bytes, channels, deadlineMs }: DecodeInput,
  kind: keyof typeof demuxers,
  context: JobContext,
): Promise<Wav> {
  // A WAV of unknown length ends in a short packet, which `-xerror` takes for an error. The flag must be switched off
  // by name, because the core keeps it from one run to the next.
  const strict = kind === 'wav' ? ['-noxerror'] : ['-xerror', '-err_detect', 'explode']
  const source = [...strict, '-f', demuxers[kind], '-i', 'in']
  const target = ['-map', '0:a:0', '-ac', `${channels}`, '-f', 'wav', 'out']
  return readWav(await run(context, [...source, ...target], bytes, deadlineMs))
}

function usable(bytes: Uint8Array, found: Inspection | undefined) {
  if (bytes.length === 0) throw badAudio('the audio is empty')
  if (found === undefined) throw badAudio(`${bytes.length} bytes of no known audio format`)
  if (found.kind === 'text') throw badAudio('got text instead of audio, perhaps an error page')
  if (found.fault !== undefined) throw badAudio(`the ${found.kind} data is ${found.fault}`)
  return found.kind
}

/** ffmpeg's own resampler leaves aliases at −22 dB, ours at −94 dB, so ffmpeg keeps the source's rate. */
function toTelephone(samples: Int16Array, sourceHz: number, channels: 1 | 2): Int16Array {
  if (sourceHz === rateHz) return samples
  if (channels === 1) return resample(samples, sourceHz, rateHz)
  const [left, right] = split(samples)
  return interleave(resample(left, sourceHz, rateHz), resample(right, sourceHz, rateHz))
}

/**
 * 32 kbit/s for both sides, without joint stereo, so that caller and agent do not leak into each other. Five minutes
 * take 450 ms with `-compression_level 7`, and 900 with the default.
 */
async function encodeMp3(input: EncodeInput, context: JobContext): Promise<Uint8Array<SharedArrayBuffer>> {
  const { left, right, deadlineMs } = input
  if (right !== undefined && right.length !== left.length) {
    throw new AppError('badInput', `${left.length} samples on the left, ${right.length} on the right`)
  }
  const samples = right === undefined ? left : interleave(left, right)
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
  const channels = right === undefined ? '1' : '2'
  const source = ['-noxerror', '-f', 's16le', '-ar', `${rateHz}`, '-ac', channels, '-i', 'in']
  const quality = [
    '-b:a',
    right === undefined ? '24k' : '32k',
    '-joint_stereo',
    '0',
    '-compression_level',
    '7',
  ]
  const target = ['-c:a', 'libmp3lame', ...quality, '-fflags', '+bitexact', '-f', 'mp3', 'out']
  return shareBytes(await run(context, [...source, ...target], bytes, deadlineMs))
}

function finish({ spoken, rateHz: fromHz }: FinishInput): Finished {
  return { samples: shareSamples(finishPhrase(spoken, fromHz)), levelDb: gatedDb(spoken) }
}

function interleave(left: Int16Array, right: Int16Array): Int16Array {
  const both = new Int16Array(left.length * 2)
  for (let i = 0; i < left.length; i++) {
    both[2 * i] = left[i]!
    both[2 * i + 1] = right[i]!
  }
  return both
}

function split(both: Int16Array): [Int16Array, Int16Array] {
  const [left, right] = [new Int16Array(both.length / 2), new Int16Array(both.length / 2)]
  for (let i = 0; i < left.length; i++) {
    left[i] = both[2 * i]!
    right[i] = both[2 * i + 1]!
  }
  return [left, right]
}

function badAudio(message: string): AppError {
  return new AppError('badAudio', message)
}
