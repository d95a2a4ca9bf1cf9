// The speech of the fake voices: a tone of 60 ms a character, in the requested format. MP3 is a real file, made once
// (440 Hz, 24 kHz mono, 32 kbit/s, no bit reservoir, so that its frames can be repeated).

const voicedSPerChar = 0.06
export const spokenS = (text: string): number => Math.max(0.2, text.length * voicedSPerChar)

/** @returns s16le mono bytes of a 440 Hz tone */
export function tone(seconds: number, rateHz: number): Uint8Array {
  const samples = new Int16Array(Math.round(seconds * rateHz))
  for (let i = 0; i < samples.length; i++)
    samples[i] = Math.round(8_000 * Math.sin((2 * Math.PI * 440 * i) / rateHz))
  return new Uint8Array(samples.buffer)
}

/** A WAV header as OpenAI streams it: the sizes are unknown and all ones. */
export function wavHeader(rateHz: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(44))
  const text = (at: number, value: string) => {
    for (let i = 0; i < value.length; i++) view.setUint8(at + i, value.charCodeAt(i))
  }
  text(0, 'RIFF')
  view.setUint32(4, 0xffffffff, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rateHz, true)
  view.setUint32(28, rateHz * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  text(36, 'data')
  view.setUint32(40, 0xffffffff, true)
  return new Uint8Array(view.buffer)
}

const mp3File = new URL('./tone.mp3', import.meta.url)
let mp3: Uint8Array | undefined

/** Seconds of the committed file. */
export const mp3FileS = 1.056

async function mp3Of(seconds: number): Promise<Uint8Array> {
  mp3 ??= await Bun.file(mp3File).bytes()
  const times = Math.max(1, Math.round(seconds / mp3FileS))
  const bytes = new Uint8Array(mp3.length * times)
  for (let i = 0; i < times; i++) bytes.set(mp3, i * mp3.length)
  return bytes
}

export type SpeechFormat = 'pcm' | 'wav' | 'mp3'
export const contentTypes: Record<SpeechFormat, string> = {
  pcm: 'audio/pcm',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
}

/** @returns the body in pieces; of odd length, because a vendor cuts where it likes */
export async function speechChunks(
  text: string,
  format: SpeechFormat,
  rateHz: number,
): Promise<Uint8Array[]> {
  const bytes = format === 'mp3' ? await mp3Of(spokenS(text)) : tone(spokenS(text), rateHz)
  return [...(format === 'wav' ? [wavHeader(rateHz)] : []), ...pieces(bytes)]
}

/** Cuts a body in pieces of odd length. */
export function pieces(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / 4_095)
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * 4_095, (i + 1) * 4_095))
}
