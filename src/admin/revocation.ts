// Ends event streams and sockets whose token was revoked: the guard looks at a token once, when the request comes.

import type { Clock, Timer } from '../base/clock.ts'
import type { AdminEnv, SocketHandlers } from './deps.ts'

/** Together with the look at the file of tokens (access/tokens.ts), a revoked token's streams end within a second. */
const lookEveryMs = 500

export class OpenStreams {
  private readonly open = new Map<() => void, () => boolean>()
  private timer: Timer | undefined

  constructor(private readonly clock: Clock) {}

  /**
   * @param isAllowed whether the token may still use the route
   * @param end closes the stream; called once
   * @returns stops watching
   */
  watch(isAllowed: () => boolean, end: () => void): () => void {
    this.open.set(end, isAllowed)
    this.timer ??= this.clock.at(this.clock.now() + lookEveryMs, () => this.look())
    return () => {
      this.open.delete(end)
      if (this.open.size > 0) return
      this.timer?.cancel()
      this.timer = undefined
    }
  }

  private look(): void {
    this.timer = this.clock.at(this.clock.now() + lookEveryMs, () => this.look())
    for (const [end, isAllowed] of [...this.open]) if (!isAllowed() && this.open.delete(end)) end()
    if (this.open.size > 0) return
    this.timer.cancel()
    this.timer = undefined
  }
}

/** What a socket is closed with; 1008 is the WebSocket protocol's code for a violated policy. */
export const revoked = [1008, 'the token was revoked'] as const

/** The same handlers, for a socket that is closed when its token is revoked. */
export function untilRevoked(
  watch: AdminEnv['Variables']['untilRevoked'],
  handlers: SocketHandlers,
): SocketHandlers {
  let unwatch = () => {}
  return {
    maxBufferedBytes: handlers.maxBufferedBytes,
    open(socket) {
      unwatch = watch(() => socket.close(...revoked))
      handlers.open(socket)
    },
    message: (data) => handlers.message?.(data),
    close() {
      unwatch()
      handlers.close()
    },
  }
}
