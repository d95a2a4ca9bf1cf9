// One socket of a link, from the attempt to connect to its end: its timeouts, and sends that may throw.

import { rateHz } from '../../audio/pcm.ts'
import { createResampler, type Resampler } from '../../audio/resample.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import type { SttHints } from '../stt.ts'
import { LiveSettings } from './socket-settings.ts'
import type { Dialect, Down, LinkSocket } from './tuning.ts'

export type LiveSocketOwner = {
  opened(socket: LiveSocket): void
  message(socket: LiveSocket, message: unknown): void
  /** The socket is gone, or is to be given up. May come more than once. */
  down(socket: LiveSocket, why: Down): void
}

export class LiveSocket {
  isOpen = false
  openedMs = 0
  /** The call's sample at which this socket's own clock begins. */
  fromSample = 0
  /** When `Finalize` was last sent; undefined before the first. */
  finalizedMs: number | undefined
  readonly settings: LiveSettings
  private readonly resampler: Resampler | undefined
  private readonly socket: LinkSocket
  private readonly timeout: Timer
  private answer: Timer | undefined
  private lastMessageMs = 0
  /** Samples of the call that were written when the last message arrived. */
  private lastMessageSample = 0

  constructor(
    dialect: Dialect,
    hints: SttHints,
    private readonly clock: Clock,
    connectTimeoutMs: number,
    private readonly owner: LiveSocketOwner,
  ) {
    this.settings = new LiveSettings(settingsOf(dialect, hints))
    const toHz = dialect.rateHz ?? rateHz
    this.resampler = toHz === rateHz ? undefined : createResampler(rateHz, toHz)
    this.timeout = clock.at(clock.now() + connectTimeoutMs, () =>
      owner.down(this, { reason: 'connect timeout' }),
    )
    this.socket = dialect.connect(hints, {
      open: () => owner.opened(this),
      message: (message) => owner.message(this, message),
      down: (why) => owner.down(this, why),
    })
  }

  /** @param written samples of the call written so far */
  begin(fromSample: number, written: number): void {
    this.timeout.cancel()
    this.isOpen = true
    this.openedMs = this.clock.now()
    this.fromSample = fromSample
    this.answered(written)
  }

  /** A message arrived. */
  answered(written: number): void {
    this.lastMessageMs = this.clock.now()
    this.lastMessageSample = written
  }

  /** Whether this much audio went out, over at least as much time, without any message coming back. */
  isSilent(written: number, quietMs: number): boolean {
    const unansweredMs = ((written - this.lastMessageSample) * 1_000) / rateHz
    return unansweredMs >= quietMs && this.clock.now() - this.lastMessageMs >= quietMs
  }

  /** Whether a message came within `withinMs`, and after the audio at `sample` was written. */
  isAnswering(sample: number, withinMs: number): boolean {
    return this.lastMessageSample > sample && this.clock.now() - this.lastMessageMs < withinMs
  }

  /** Gives the socket up when no message arrives within `withinMs`. */
  expectAnswer(withinMs: number): void {
    const askedMs = this.clock.now()
    this.answer?.cancel()
    this.answer = this.clock.at(askedMs + withinMs, () => {
      if (this.lastMessageMs <= askedMs) this.owner.down(this, { reason: 'quiet' })
    })
  }

  /** @param bytes audio, valid until return */
  send(bytes: Uint8Array): void {
    this.attempt(this.resampler ? resampled(this.resampler, bytes) : bytes)
  }

  sendText(text: string): void {
    this.attempt(text)
  }

  drop(): void {
    this.timeout.cancel()
    this.answer?.cancel()
    this.socket.close()
  }

  private attempt(data: Uint8Array | string): void {
    try {
      this.socket.send(data)
    } catch {
      // A socket that is closing throws; its own close event may never come.
      this.owner.down(this, { reason: 'send' })
    }
  }
}

/** The settings that a socket with these hints has, as a text to compare: the message that would set them. */
export const settingsOf = (dialect: Dialect, hints: SttHints): string =>
  dialect.configure?.(hints) ?? hints.keyterms.join('\n')

/** @param bytes samples at the call's rate. @returns a view, valid until the next call */
function resampled(resampler: Resampler, bytes: Uint8Array): Uint8Array {
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
  const out = resampler.push(samples)
  return new Uint8Array(out.buffer, out.byteOffset, out.byteLength)
}
