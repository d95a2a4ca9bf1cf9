// Whisper behind `audio.transcriptions`: a WAV file in, its text out. Coded audio is read word by word; the text of any
// other file comes from the script or from its sound.

import { frameSamples } from './coded.ts'
import { type WhisperHabits, whisperHabits } from './habits.ts'
import { FakeRecogniser, type Hearing } from './recogniser.ts'

/** Utterances so far per list of inventions, so that each request gets the next one. */
const invented = new WeakMap<readonly string[], number>()

/** @param fields the request's other fields */
export async function transcribe(
  file: unknown,
  fields: Record<string, unknown>,
  hearing: Hearing,
  given: Partial<WhisperHabits> = {},
): Promise<Response> {
  const habits = { ...whisperHabits, ...given }
  const refused = (message: string, param?: string) =>
    Response.json({ error: { message, type: 'invalid_request_error', param } }, { status: 400 })
  const verbose = fields.response_format === 'verbose_json'
  const onlyJson = habits.refusesVerbose || String(fields.model).startsWith('gpt-')
  if (verbose && onlyJson)
    return refused("response_format 'verbose_json' is not compatible with this model.", 'response_format')
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
  const heard = recogniser
    .heard(true)
    .map((word) => word.word)
    .join(' ')
  recogniser.take()
  const text = habits.echoesPrompt ? String(fields.prompt ?? '') : (invention(habits.invents) ?? heard)
  const end = samples.length / 8_000
  const { noSpeechProb, avgLogprob } = habits
  const segment = { id: 0, start: 0, end, text, compression_ratio: 1.1 }
  const segments = [{ ...segment, no_speech_prob: noSpeechProb, avg_logprob: avgLogprob }]
  return Response.json({
    text,
    ...(verbose ? { task: 'transcribe', language: 'french', duration: end, segments } : {}),
    x_groq: { id: 'req_fake' },
  })
}

function invention(texts: readonly string[]): string | undefined {
  const at = invented.get(texts) ?? 0
  invented.set(texts, at + 1)
  return texts[Math.min(at, texts.length - 1)]
}
