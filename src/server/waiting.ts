// What callers hear while nobody speaks: the noise, and the site's music, which lies in the site folder as waiting.wav,
// waiting.mp3 or waiting.raw. The music is read in the background: the first calls do not wait for it.

import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { samplesOf } from '../audio/pcm.ts'
import { musicLoop, noiseLoop } from '../audio/waiting-loops.ts'
import { errorText } from '../base/errors.ts'
import type { WaitingLoops } from '../call/sound/waiting.ts'
import type { AudioJobs } from '../codecs/jobs.ts'
import type { ServerContext } from './context.ts'

const kinds = ['wav', 'mp3', 'raw'] as const
/** Ten minutes of WAV at 48 kHz. */
const maxBytes = 64 * 1_048_576

/**
 * @param dir the site folder
 * @returns undefined when WAITING_SOUND is off; the noise is made when it is first asked for, in 10 to 30 ms
 */
export function openWaiting(
  { config, log, degraded }: Pick<ServerContext, 'config' | 'log' | 'degraded'>,
  dir: string,
  audio: Pick<AudioJobs, 'decode'>,
): { loops: WaitingLoops | undefined; ready: Promise<void> } {
  if (config.WAITING_SOUND === 'off') return { loops: undefined, ready: Promise.resolve() }
  let noise: Int16Array | undefined
  const loops: WaitingLoops = {
    get noise() {
      noise ??= noiseLoop()
      return noise
    },
    music: undefined,
  }
  if (config.WAITING_SOUND === 'noise') return { loops, ready: Promise.resolve() }
  const ready = readMusic(dir, audio)
    .then((music) => {
      loops.music = musicLoop(music, config.WAITING_MUSIC_DB)
      if (loops.music === undefined) throw new Error('it is shorter than half a second, or silent')
    })
    .catch((error: unknown) => {
      const reason = errorText(error)
      log.warn('callers who wait hear noise instead of the music', { reason })
      degraded.set('waiting', `WAITING_SOUND: the music cannot be used, callers hear noise (${reason})`)
    })
  return { loops, ready }
}

async function readMusic(dir: string, audio: Pick<AudioJobs, 'decode'>): Promise<Int16Array> {
  for (const kind of kinds) {
    const path = join(dir, `waiting.${kind}`)
    const size = await stat(path).then(
      (found) => found.size,
      () => undefined,
    )
    if (size === undefined) continue
    if (size > maxBytes) throw new Error(`waiting.${kind} is larger than ${maxBytes / 1_048_576} MB`)
    const bytes = await readFile(path)
    return kind === 'raw' ? samplesOf(bytes) : (await audio.decode(bytes, { priority: 'batch' })).samples
  }
  throw new Error('the site folder has no waiting.wav, waiting.mp3 or waiting.raw')
}
