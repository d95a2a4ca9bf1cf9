// Finds the rest of a sentence that a voice broke off: bytes to seconds, seconds to characters. Pure.

import type { AudioFormat } from './tts.ts'

/** French voices speak about 15 characters per second; each voice's own pace is learnt from finished sentences. */
export const usualSPerChar = 0.065

/** `RIFF`, the first bytes of a WAV, which some servers send whatever is asked. */
const riff = 0x52494646

/** MPEG-1 and MPEG-2 layer III bit rates by their index, in kbit/s. */
const mpeg1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const mpeg2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]

/**
 * @param head the stream's first bytes
 * @returns bytes of one second of audio; an estimate where the stream does not state its rate
 */
export function bytesPerS(format: AudioFormat, head: Uint8Array): number {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const isWav = head.length >= 4 && view.getUint32(0) === riff
  if (format.encoding === 's16le' && !isWav) return format.rateHz * 2 * (format.channels ?? 1)
  if (format.encoding === 'wav' || isWav) return head.length >= 32 ? view.getUint32(28, true) : 48_000
  if (format.encoding !== 'mp3') return 4_000
  for (let at = 0; at + 3 < head.length; at++) {
    const isSync = head[at] === 0xff && (head[at + 1] & 0xe6) === 0xe2
    const kbits = ((head[at + 1] & 0x08) === 0 ? mpeg2 : mpeg1)[head[at + 2] >> 4]
    if (isSync && kbits) return kbits * 125
  }
  return 4_000
}

/**
 * @param saidS seconds of the text's audio that were delivered
 * @param sPerChar the voice's pace
 * @returns the rest of the text, from the word boundary nearest to the position of the voice; empty when at most half
 *   of the last word is missing
 */
export function unspokenText(text: string, saidS: number, sPerChar: number): string {
  const reached = saidS / sPerChar
  if (reached >= text.length) return ''
  let best = 0
  for (let at = 1; at <= text.length; at++) {
    const isBoundary = at === text.length || (/\s/.test(text[at - 1]) && !/\s/.test(text[at]))
    if (isBoundary && Math.abs(at - reached) < Math.abs(best - reached)) best = at
  }
  const rest = text.slice(best).trim()
  return /[\p{L}\p{N}]/u.test(rest) ? rest : ''
}
