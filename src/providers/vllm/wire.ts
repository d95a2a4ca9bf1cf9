// vLLM's `/v1/realtime` as plain values. Pure. Source: vllm/entrypoints/speech_to_text/realtime (protocol.py,
// connection.py) of vLLM 0.22; the messages resemble OpenAI's and are not the same.

import { addDelta, finishText } from '../live/deltas.ts'
import type { Fields } from '../live/json-socket.ts'
import type { Read } from '../live/reading.ts'
import { isModelReason } from '../refusal.ts'

/** The server expects 16-bit samples at this rate; the message has no field for it. */
export const rateHz = 16_000

export const sessionUpdate = (model: string): Fields => ({ type: 'session.update', model })
/** Begins a generation. It is ignored while one runs. */
export const begin: Fields = { type: 'input_audio_buffer.commit' }
/** Ends the generation that runs. Without one it would end the next one as soon as it begins. */
export const end = '{"type":"input_audio_buffer.commit","final":true}'

/** Reads a message; unknown ones are ignored. A delta comes for each 80 ms of audio, empty while nobody speaks. */
export const read: Read = (message, memory) => {
  const fields = message as Fields
  switch (fields.type) {
    case 'transcription.delta':
      return addDelta(memory, fields.delta)
    case 'transcription.done': {
      const whole = typeof fields.text === 'string' && fields.text !== '' ? fields.text : undefined
      return { ...finishText(memory, whole), coveredS: Number(fields.coveredS) }
    }
    case 'error':
      return { memory, events: [], heard: false, fault: codeOf(fields) ?? 'Error' }
    default:
      return { memory, events: [], heard: false }
  }
}

/** The code of an error; its sentence may quote the request. */
export const codeOf = ({ code }: Fields): string | undefined =>
  typeof code === 'string' && /^[a-z_]{3,40}$/.test(code) ? code : undefined

/** Whether the server does not serve this model, so that every further session would fail. */
export const isUnknownModel = (fields: Fields): boolean =>
  fields.type === 'error' && isModelReason(codeOf(fields))
