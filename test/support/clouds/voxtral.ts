// Mistral's voice: server-sent events with base64 audio. The fields and events are those of @mistralai/mistralai 2.7, the
// refusals those of its HTTPValidationError.

import type { Fault } from './faults.ts'
import { pieces, spokenS, tone } from './speech.ts'
import { type Seen, streamed } from './stream.ts'

const known = new Set(['model', 'input', 'voice_id', 'ref_audio', 'response_format', 'stream', 'metadata'])
const presets = /^(fr_marie|gb_jane|gb_oliver|en_paul)_[a-z]+$|^voice_\d+$/

/** Answers `POST /v1/audio/speech`. */
export function voxtralSpeech(
  body: Record<string, unknown>,
  suffered: readonly Fault[],
  seen: Seen,
): Response {
  const extra = Object.keys(body).filter((name) => !known.has(name))
  if (extra.length > 0 || typeof body.input !== 'string')
    return Response.json(
      {
        detail: extra.map((name) => ({ type: 'extra_forbidden', loc: ['body', name], msg: 'not permitted' })),
      },
      { status: 422 },
    )
  if (!presets.test(String(body.voice_id)))
    return Response.json({ message: `Voice '${body.voice_id}' not found.` }, { status: 404 })
  const audio = floats(tone(spokenS(body.input), 24_000))
  if (body.stream !== true) return Response.json({ audio_data: base64(audio) })
  const events = pieces(audio).map((piece) =>
    event('speech.audio.delta', { type: 'speech.audio.delta', audio_data: base64(piece) }),
  )
  const done = event('speech.audio.done', { type: 'speech.audio.done', usage: { prompt_tokens: 30 } })
  return streamed([...events, done], suffered, seen, { 'content-type': 'text/event-stream; charset=utf-8' })
}

const event = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** @returns 32-bit little-endian floats, from 16-bit samples */
export function floats(bytes: Uint8Array): Uint8Array {
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
  return new Uint8Array(Float32Array.from(samples, (sample) => sample / 32_768).buffer)
}
