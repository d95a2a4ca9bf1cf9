// Whisper behind `audio.transcriptions`: a WAV file in, its text out. Coded audio is read word by word; the text of any
// other file comes from the script or from its sound.

import { frameSamples } from './coded.ts'
import { FakeRecogniser, type Hearing } from './recogniser.ts'

export async function transcribe(file: unknown, hearing: Hearing): Promise<Response> {
  const refused = (message: string) =>
    Response.json({ error: { message, type: 'invalid_request_error' } }, { status: 400 })
  if (!(file instanceof Blob)) return refused('file is missing')
  const bytes = await file.bytes()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const tag = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4))
  if (bytes.length < 44 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') return refused('could not decode file')
  if (view.getUint32(24, true) !== 8_000 || view.getUint16(22, true) !== 1) return refused('not 8 kHz mono')
  if (view.getUint32(40, true) !== bytes.length - 44) return refused('the data chunk lies about its size')
  const samples = new Int16Array(bytes.slice(44).buffer)
  const recogniser = new FakeRecogniser(hearing)
  for (let at = 0; at + frameSamples <= samples.length; at += frameSamples)
    recogniser.push(samples.subarray(at, at + frameSamples))
  const text = recogniser
    .heard(true)
    .map((word) => word.word)
    .join(' ')
  recogniser.take()
  return Response.json({ text, x_groq: { id: 'req_fake' } })
}
