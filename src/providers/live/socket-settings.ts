// The settings of one open socket: which it has, which change is on its way, and which it refused. One change at a time
// waits for its answer, because Flux ends a stream with too many unanswered ones. Pure.

export class LiveSettings {
  private inFlight: string | undefined
  private sentMs = 0
  private refused: string | undefined

  /** @param current the settings that the connection was opened with, as the message that would set them */
  constructor(private current: string) {}

  /** Whether the socket has these settings, or will have them soon. */
  has(wanted: string): boolean {
    return (this.inFlight ?? this.current) === wanted
  }

  refuses(wanted: string): boolean {
    return this.refused === wanted
  }

  /** Whether a change waits for its answer. */
  get waits(): boolean {
    return this.inFlight !== undefined
  }

  /** @returns whether `wanted` is to be sent now: it is news, and no other change waits for its answer */
  begin(wanted: string, nowMs: number): boolean {
    if (this.waits || wanted === this.current || wanted === this.refused) return false
    this.inFlight = wanted
    this.sentMs = nowMs
    return true
  }

  /** The answer to the change on its way. @returns false when there is no such change */
  answered(taken: boolean): boolean {
    if (this.inFlight === undefined) return false
    if (taken) this.current = this.inFlight
    else this.refused = this.inFlight
    this.inFlight = undefined
    return true
  }

  isOverdue(nowMs: number, withinMs: number): boolean {
    return this.waits && nowMs - this.sentMs >= withinMs
  }
}
