// How a voice's bytes are to be read by what the server says of them. The format that was asked for counts only where
// the server says nothing: compatible servers answer in whatever they have.

import { ProviderFailure } from './errors.ts'
import type { AudioFormat } from './tts.ts'

/** The containers by the second half of their media type. */
const containers: Readonly<Record<string, 'mp3' | 'opus' | 'aac' | 'wav'>> = {
  ...{ mpeg: 'mp3', mp3: 'mp3', 'x-mp3': 'mp3', mpeg3: 'mp3' },
  ...{ ogg: 'opus', opus: 'opus' },
  ...{ aac: 'aac', aacp: 'aac', mp4: 'aac', 'x-m4a': 'aac' },
  ...{ wav: 'wav', 'x-wav': 'wav', wave: 'wav', 'vnd.wave': 'wav' },
}
const samples = /^(?:pcm|x-pcm|raw|x-raw|l16|x-l16|basic16)$/
const text = /^(?:text\/|application\/(?:[\w.+-]+\+)?(?:json|xml)$|application\/xhtml)/
/** The rates that a voice can have; a number beyond them is no rate. */
const [lowestHz, highestHz] = [4_000, 192_000]

/**
 * @param contentType the response's header; null when there is none
 * @param asked the format of the request
 * @throws {ProviderFailure} `badAudio` when the server says that it sent text: an error page with status 200
 */
export function statedFormat(who: string, contentType: string | null, asked: AudioFormat): AudioFormat {
  const [type = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  if (text.test(type)) throw new ProviderFailure('badAudio', `${who} sent text instead of audio`)
  const [family, name = ''] = type.split('/')
  if (family !== 'audio') return asked
  const container = containers[name]
  if (container) return { encoding: container }
  if (!samples.test(name)) return asked
  const usualHz = asked.encoding === 's16le' ? asked.rateHz : 24_000
  const rateHz = numberOf(parameters, 'rate') ?? numberOf(parameters, 'sample_rate')
  const channels = numberOf(parameters, 'channels')
  return {
    encoding: 's16le',
    rateHz: rateHz !== undefined && rateHz >= lowestHz && rateHz <= highestHz ? rateHz : usualHz,
    ...(channels === 2 ? { channels } : {}),
    ...(name.endsWith('l16') ? { byteOrder: 'unknown' as const } : {}),
  }
}

function numberOf(parameters: readonly string[], name: string): number | undefined {
  const value = parameters.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)
  return value !== undefined && /^"?\d{1,6}"?$/.test(value) ? Number(value.replaceAll('"', '')) : undefined
}
