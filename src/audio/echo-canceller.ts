// What a call uses of the echo canceller; echo.ts makes one. Types only.

/**
 * What is known of a call's echo. `unknown`: there may be one that is not cancelled yet, so what sounds like a caller
 * may be the agent. `none`: the agent has been heard nowhere. `cancelled`: his echo is lowered by 6 dB or more.
 */
export type EchoState = 'unknown' | 'none' | 'cancelled'

/** @property levelDb of the echo against the agent's voice @property delayMs from our sending to our hearing it */
export type EchoFacts = { levelDb: number; delayMs: number; lossDb: number }

/** The canceller of one call. */
export type EchoCanceller = {
  readonly state: EchoState
  /** The agent can be heard now, and may come back uncancelled. */
  readonly holdsBack: boolean
  /** Frames in which an echo was searched; one costs 15 µs, any other frame of a call without echo less than 1 µs. */
  readonly adaptedFrames: number
  /** Undefined while no echo was cancelled. */
  readonly facts: EchoFacts | undefined
  /** A frame has left for the caller. @param frame 160 samples, copied; null for silence */
  sent(frame: Int16Array | null): void
  /**
   * A frame of the caller's has arrived.
   *
   * @param frame 160 samples, not changed
   * @returns the frame itself, or one without the echo, valid until the next call
   */
  heard(frame: Int16Array, nowMs: number): Int16Array
  /** None has arrived for so long that silence takes its place. */
  missed(nowMs: number): void
  /** Gives its place to another call. */
  close(): void
}
