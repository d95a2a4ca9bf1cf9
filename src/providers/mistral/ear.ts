// Mistral's Voxtral as live recogniser: one WebSocket for the call, `/v1/audio/transcriptions/realtime?model=…`. The
// server says `session.created`, takes one `session.update`, answers `session.updated`, and then takes audio.

import type { Endpoint } from '../adapter.ts'
import { base64, type Fields, openJson } from '../live/json-socket.ts'
import { createLiveStt, type LiveDeps, type LiveOptions } from '../live/stt.ts'
import type { Connect } from '../live/tuning.ts'
import type { Stt } from '../stt.ts'
import {
  type EarSettings,
  endOfAudio,
  faultOf,
  flush,
  isUnknownModel,
  rateHz,
  readEar,
  sessionUpdate,
} from './ear-wire.ts'

/** What this process has learnt of the server, for all calls. */
type Learnt = {
  /** It refused the session's settings beyond the format: a model from before Voxtral 3. */
  isPlain: boolean
}

export function createEar(
  endpoint: Endpoint,
  settings: EarSettings,
  options: LiveOptions,
  deps: LiveDeps,
): Stt {
  const learnt: Learnt = { isPlain: false }
  return createLiveStt('voxtral', options, deps, ({ language }) => ({
    connect: connectEar(endpoint, settings, language, learnt),
    read: readEar(settings.turns),
    finalize: flush,
    goodbye: endOfAudio,
    // A session's settings cannot change, and the terms of one question are not worth a new session.
    configure: () => '',
    rateHz,
    endsTurns: () => settings.turns !== 'own' && !learnt.isPlain,
  }))
}

const connectEar =
  (endpoint: Endpoint, settings: EarSettings, language: string, learnt: Learnt): Connect =>
  (hints, events) => {
    const path = `/audio/transcriptions/realtime?model=${encodeURIComponent(settings.model)}`
    let isCreated = false
    let isReady = false
    let sentBytes = 0
    let flushedS = 0
    const isPlain = learnt.isPlain
    const socket = openJson(path, endpoint, {
      down: events.down,
      message(fields) {
        if (isReady) events.message(withCover(fields))
        else if (fields.type === 'session.created') {
          isCreated = true
          socket.send(sessionUpdate(settings, language, hints.keyterms, isPlain))
        } else if (fields.type === 'session.updated') {
          isReady = true
          events.open()
        } else if (fields.type === 'error') {
          // The answer to our settings; an error before them has another reason.
          if (isCreated) learnt.isPlain = true
          const unknown = isUnknownModel(fields) ? { status: 404, vendorCode: 'invalid_model' } : {}
          events.down({ ...unknown, reason: faultOf(fields) })
        }
      },
    })
    /** The text of a flush covers the audio that was sent before it. */
    const withCover = (fields: Fields): Fields =>
      fields.type === 'transcription.done' ? { ...fields, coveredS: flushedS } : fields
    return {
      send(data) {
        if (typeof data === 'string') {
          flushedS = sentBytes / (2 * rateHz)
          socket.send(JSON.parse(data))
        } else {
          sentBytes += data.length
          socket.send({ type: 'input_audio.append', audio: base64(data) })
        }
      },
      close: socket.close,
    }
  }
