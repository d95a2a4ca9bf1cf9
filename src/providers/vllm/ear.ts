// A realtime model on vLLM as live recogniser. vLLM transcribes one generation at a time: a commit begins it, audio and
// pieces of text flow, a final commit ends it, and `transcription.done` follows. Our voice detector ends it with each
// utterance (own-turns.ts), because vLLM has no turns.

import type { Clock, Timer } from '../../base/clock.ts'
import type { Endpoint } from '../adapter.ts'
import { base64, type Fields, openJson } from '../live/json-socket.ts'
import { createLiveStt, type LiveDeps, type LiveOptions } from '../live/stt.ts'
import type { Connect, LinkSocket, SocketEvents } from '../live/tuning.ts'
import type { Stt } from '../stt.ts'
import { begin, codeOf, end, isUnknownModel, rateHz, read, sessionUpdate } from './wire.ts'

/** Voxtral's words come 480 ms after their sound; without audio that follows the last ones would not come. */
const tail = new Uint8Array(2 * rateHz * 0.64)
/** `transcription.done` comes within this time, or the connection is given up. */
const doneMs = 3_000
/** The most audio that is held while the last generation ends: as much as may come within that time, and replays. */
const mostHeldBytes = 2 * rateHz * 20

export function createEar(endpoint: Endpoint, model: string, options: LiveOptions, deps: LiveDeps): Stt {
  return createLiveStt('vllm', options, deps, () => ({
    connect: connectEar(endpoint, model, deps.clock),
    read,
    finalize: end,
    // The server takes no key terms.
    configure: () => '',
    rateHz,
    endsTurns: () => false,
  }))
}

const connectEar =
  (endpoint: Endpoint, model: string, clock: Clock): Connect =>
  (_hints, events) => {
    const session = new Session(
      events,
      clock,
      (listeners) => openJson('/realtime', endpoint, listeners),
      model,
    )
    return session
  }

/** One socket and its generations. */
class Session implements LinkSocket {
  private readonly socket: ReturnType<typeof openJson>
  private state: 'opening' | 'idle' | 'running' | 'ending' = 'opening'
  /** Audio of the call that was sent, and how much of it the generation that ends covers. */
  private sentBytes = 0
  private endingBytes = 0
  /** What came while a generation ended: vLLM drops what it gets before `transcription.done`. */
  private held: (Uint8Array | string)[] = []
  private heldBytes = 0
  private timeout: Timer | undefined

  constructor(
    private readonly events: SocketEvents,
    private readonly clock: Clock,
    open: (listeners: Parameters<typeof openJson>[2]) => ReturnType<typeof openJson>,
    private readonly model: string,
  ) {
    this.socket = open({ message: (fields) => this.hear(fields), down: events.down })
  }

  send(data: Uint8Array | string): void {
    if (this.state === 'ending') this.hold(data)
    else if (typeof data === 'string') this.end()
    else this.append(data)
  }

  close(): void {
    this.timeout?.cancel()
    this.socket.close()
  }

  private append(bytes: Uint8Array): void {
    if (this.state === 'idle') {
      this.socket.send(begin)
      this.state = 'running'
    }
    this.sentBytes += bytes.length
    this.socket.send({ type: 'input_audio_buffer.append', audio: base64(bytes) })
  }

  private end(): void {
    if (this.state !== 'running') return
    this.socket.send({ type: 'input_audio_buffer.append', audio: base64(tail) })
    this.socket.send(JSON.parse(end))
    this.state = 'ending'
    this.endingBytes = this.sentBytes
    this.timeout = this.clock.at(this.clock.now() + doneMs, () => this.events.down({ reason: 'no done' }))
  }

  /** @param data audio is a view that its owner will use again */
  private hold(data: Uint8Array | string): void {
    if (typeof data === 'string') {
      // With nothing to end there would be a generation without audio.
      if (this.held.length > 0 && this.held.at(-1) !== data) this.held.push(data)
      return
    }
    this.heldBytes += data.length
    if (this.heldBytes > mostHeldBytes) throw new Error('too much audio is held')
    this.held.push(data.slice())
  }

  private hear(fields: Fields): void {
    if (this.state === 'opening') {
      if (fields.type !== 'session.created') return
      this.socket.send(sessionUpdate(this.model))
      this.state = 'idle'
      this.events.open()
    } else if (isUnknownModel(fields))
      this.events.down({ status: 404, reason: 'unknown model', vendorCode: codeOf(fields) })
    else if (fields.type === 'transcription.done') this.done(fields)
    else this.events.message(fields)
  }

  private done(fields: Fields): void {
    this.timeout?.cancel()
    const ended = this.state === 'ending' ? this.endingBytes : this.sentBytes
    this.state = 'idle'
    this.events.message({ ...fields, coveredS: ended / (2 * rateHz) })
    const { held } = this
    this.held = []
    this.heldBytes = 0
    for (const data of held) this.send(data)
  }
}
