// A call from a page, for the operator's telephone and for /call: by WebRTC first, by WebSocket where that cannot be
// had. With a microphone, or without one to hear, press keys and type.

import type { ToCaller } from '../../../../calls/caller-view.ts'
import { RequestError } from '../requests.ts'
import type { Line, LineListener, LineOptions } from './line.ts'
import { type Missing, openMicrophone } from './microphone.ts'
import { SocketLine } from './socket-line.ts'
import { type Levels, Sound } from './sound.ts'
import { WebrtcLine } from './webrtc-line.ts'

export type PhoneOptions = Pick<LineOptions, 'language' | 'request' | 'openSocket'> & {
  /** In the order in which they are tried. */
  readonly ways: readonly Line['way'][]
  readonly listener: {
    message(message: ToCaller): void
    reconnecting(isReconnecting: boolean): void
    /** Called once. @param outcome as the server names it; `hangup` by the caller, `lost` when the line was */
    ended(outcome: string): void
  }
}

/** A call that is connected. */
export type Call = {
  readonly way: Line['way']
  /** Why there is no microphone; undefined when there is one. */
  readonly missing: Missing | undefined
  press(key: string): void
  /** A turn of the caller, as if said. */
  say(text: string): void
  levels(): Levels
  hangUp(): void
}

const openers = { webrtc: WebrtcLine, websocket: SocketLine } as const
/** Refusals of one way that are no refusals of the call. */
const otherWayHelps = ['no_webrtc', 'bad_offer', 'no_talk']

/**
 * Calls. Must be called from a click.
 *
 * @throws {RequestError} with the code of the refusal; `failed` when no way works, though the server answers
 */
export async function startCall(options: PhoneOptions): Promise<Call> {
  const sound = new Sound()
  const microphone = await openMicrophone()
  if ('stream' in microphone) sound.use(microphone.stream)
  const end = once((outcome: string) => {
    sound.close()
    options.listener.ended(outcome)
  })
  let outcome: string | undefined
  const listener: LineListener = {
    message(message) {
      if (message.type === 'refused') outcome = 'busy'
      if (message.type === 'ended') outcome = message.outcome
      options.listener.message(message)
    },
    reconnecting: (isReconnecting) => options.listener.reconnecting(isReconnecting),
    closed: (reason) => end(outcome ?? reason),
  }
  try {
    // Where the question for the microphone stood for long, the click no longer counts, and this waits for the next.
    void sound.context.resume()
    const line = await openLine(options.ways, { ...options, sound, listener })
    return {
      way: line.way,
      missing: 'missing' in microphone ? microphone.missing : undefined,
      press: (key) => line.send({ type: 'key', key }),
      say: (text) => line.send({ type: 'text', text }),
      levels: () => sound.levels(),
      hangUp() {
        line.hangUp()
        end('hangup')
      },
    }
  } catch (error) {
    sound.close()
    throw error
  }
}

async function openLine(ways: PhoneOptions['ways'], options: LineOptions): Promise<Line> {
  for (const way of ways)
    try {
      return await openers[way].open(options)
    } catch (error) {
      if (error instanceof RequestError && !otherWayHelps.includes(error.code ?? '')) throw error
    }
  // A WebSocket that was refused does not say why; this route does, to whom it refuses.
  await options.request('/webrtc').catch((error: unknown) => {
    if (error instanceof RequestError && !otherWayHelps.includes(error.code ?? '')) throw error
  })
  throw new RequestError('the call could not be connected', 'failed')
}

function once(call: (outcome: string) => void): (outcome: string) => void {
  let isDone = false
  return (outcome) => {
    if (isDone) return
    isDone = true
    call(outcome)
  }
}
