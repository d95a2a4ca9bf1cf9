// One call's line to a live recogniser, over any number of sockets, with no word lost and none doubled. Audio
// stays in a ring until a final result covers it; after a drop it is sent again, from that very sample. The SDK's
// own reconnection is not used: it waits 1 to 5 s and replays nothing (246 of 296 frames lost, measured).

import { rateHz } from '../../audio/pcm.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import type { SttEvent, SttHints, SttSession } from '../stt.ts'
import { Attention } from './attention.ts'
import type { SendBatch } from './send-batch.ts'
import type { Dialect, Down, LinkCounters, LinkSocket, LinkTuning } from './tuning.ts'
import { UnackedAudio } from './unacked.ts'
import { afterLoss, blank, closeStream, type Memory } from './wire.ts'

type Line = {
  socket: LinkSocket | undefined
  isOpen: boolean
  openedMs: number
  /** The sample its clock began at. */
  fromSample: number
  timer: Timer | undefined
}

const fatal = new Set([400, 401, 402, 403, 404])
/** A socket that held for so long had been open in earnest, whether or not anything was heard on it. */
const steadyMs = 2_000
/** So much silence is kept for the next socket. */
const silentSamples = 3 * rateHz
const msOf = (samples: number) => (samples * 1_000) / rateHz

export class DeepgramLink implements SttSession {
  private readonly audio: UnackedAudio
  private line: Line | undefined
  /** Opened beside the line that works, and taken when it is ready. */
  private spare: Line | undefined
  private memory: Memory = blank
  private over = false
  private lostTold = false
  private attempt = 0
  private downSinceMs: number | undefined
  private retry: Timer | undefined
  private watcher: Timer | undefined
  private answer: Timer | undefined
  private heardMs = 0
  private heardSample = 0
  private wroteMs: number
  private sentSample = 0
  private readonly attention: Attention
  private wantsSpare = false
  /** Of the present line, in order, for the next batch. */
  private readonly waiting: Uint8Array[] = []

  constructor(
    private readonly dialect: Dialect,
    private readonly tuning: LinkTuning,
    private readonly counters: LinkCounters,
    private readonly batch: SendBatch,
    private readonly clock: Clock,
    private readonly random: () => number,
    private hints: SttHints,
    private readonly onEvent: (event: SttEvent) => void,
  ) {
    this.audio = new UnackedAudio({
      chunkSamples: (tuning.chunkMs * rateHz) / 1_000,
      maxSamples: (tuning.maxBufferMs * rateHz) / 1_000,
    })
    this.attention = new Attention(tuning)
    this.wroteMs = clock.now()
    this.downSinceMs = clock.now()
    this.line = this.openLine()
    this.watch()
  }

  write(frame: Int16Array): void {
    if (this.over) return
    this.attention.write(frame, this.audio.written)
    const bytes = this.audio.write(frame)
    // Silence is not worth sending again, save what a soft beginning of words may lie in.
    if (this.attention.unheardFrom === undefined) this.audio.release(this.audio.written - silentSamples)
    this.wroteMs = this.clock.now()
    if (bytes && this.line?.isOpen && this.waiting.push(bytes) === 1) this.batch.add(this.sendWaiting)
    const releasedBefore = this.audio.released
    const gone = this.audio.trim()
    // What was sent and is only waiting for its answer is no loss.
    const unsent = Math.min(gone, Math.max(0, releasedBefore + gone - this.sentSample))
    if (unsent > 0) this.counters.droppedMs.add(msOf(unsent))
  }

  hint(hints: SttHints): void {
    const changed = hints.keyterms.join('\n') !== this.hints.keyterms.join('\n')
    this.hints = hints
    if (this.dialect.configure) {
      if (this.line?.isOpen) this.sendText(this.line, this.dialect.configure(hints))
    } else if (changed) this.wantsSpare = true
    this.openSpare()
  }

  finalize(): void {
    const { line } = this
    if (!line?.isOpen) return
    this.flush(line)
    if (!this.dialect.finalize) return
    this.sendText(line, this.dialect.finalize)
    if (this.attention.unheardFrom === undefined) return
    // A caller waits for this text: a dead line is to be noticed now, not after seconds of silence.
    const askedMs = this.clock.now()
    this.answer?.cancel()
    this.answer = this.clock.at(askedMs + this.tuning.finalizeMs, () => {
      if (line === this.line && this.heardMs <= askedMs) this.down(line, { reason: 'quiet' })
    })
  }

  /** Audio that no final result covers yet; also after `failed`, for the adapter that takes over. */
  pending(): Int16Array {
    return this.audio.copy()
  }

  close(): void {
    if (this.line?.isOpen && !this.over) {
      this.flush(this.line)
      this.sendText(this.line, closeStream)
    }
    this.end()
  }

  private end(): void {
    this.over = true
    this.retry?.cancel()
    this.watcher?.cancel()
    this.answer?.cancel()
    this.drop(this.line)
    this.drop(this.spare)
    this.waiting.length = 0
    this.line = undefined
    this.spare = undefined
  }

  private openLine(): Line {
    const line: Line = { socket: undefined, isOpen: false, openedMs: 0, fromSample: 0, timer: undefined }
    line.timer = this.clock.at(this.clock.now() + this.tuning.connectTimeoutMs, () =>
      this.down(line, { reason: 'connect timeout' }),
    )
    line.socket = this.dialect.connect(this.hints, {
      open: () => this.opened(line),
      message: (message) => this.message(line, message),
      down: (why) => this.down(line, why),
    })
    return line
  }

  private openSpare(): void {
    // Not while something that was said has no words yet: it would all be sent again.
    if (!this.wantsSpare || this.over || this.spare || !this.line?.isOpen) return
    if (this.attention.unheardFrom !== undefined) return
    this.wantsSpare = false
    this.spare = this.openLine()
  }

  private opened(line: Line): void {
    if (!this.isLive(line)) return
    line.timer?.cancel()
    line.timer = undefined
    if (line === this.spare) {
      this.drop(this.line)
      this.line = line
      this.spare = undefined
      this.forgetGuess()
    }
    this.waiting.length = 0
    line.isOpen = true
    line.openedMs = this.clock.now()
    line.fromSample = this.audio.released
    this.counters.connects.add()
    this.heardMs = this.clock.now()
    this.heardSample = this.audio.written
    this.attention.restart()
    const again = Math.max(0, this.sentSample - line.fromSample)
    if (again > 0) this.counters.replayedMs.add(msOf(again))
    this.audio.replay((bytes) => {
      if (this.line === line) this.send(line, bytes)
    })
    if (this.line !== line) return
    this.onEvent({ kind: 'link', state: 'open' })
    this.lostTold = false
  }

  private message(line: Line, message: unknown): void {
    if (line !== this.line || this.over) return
    this.heardMs = this.clock.now()
    this.heardSample = this.audio.written
    this.attempt = 0
    this.downSinceMs = undefined
    const reading = this.dialect.read(message, this.memory)
    this.memory = reading.memory
    if (reading.heard) this.attention.words()
    if (reading.coveredS !== undefined) this.cover(line, reading.coveredS, reading.heard)
    for (const event of reading.events) if (!this.over) this.onEvent(event)
    if (reading.fault !== undefined) this.down(line, { reason: reading.fault })
  }

  private cover(line: Line, coveredS: number, heard: boolean): void {
    const sample = line.fromSample + Math.round(coveredS * rateHz)
    // A result without words is no proof that nothing was said: loud audio is kept for the next socket.
    this.audio.release(heard ? sample : Math.min(sample, this.attention.unheardFrom ?? sample))
    if (heard) this.attention.understood()
  }

  private down(line: Line, why: Down): void {
    if (!this.isLive(line)) return
    this.drop(line)
    if (line === this.spare) {
      this.spare = undefined
      return
    }
    this.line = undefined
    this.waiting.length = 0
    this.counters.lost.add()
    const nowMs = this.clock.now()
    if (line.isOpen && nowMs - line.openedMs >= steadyMs) {
      this.downSinceMs = nowMs
      this.attempt = 0
    }
    this.downSinceMs ??= nowMs
    this.forgetGuess()
    if (why.status !== undefined && fatal.has(why.status)) {
      this.fail(why.status === 400 || why.status === 404 ? 'refused' : 'auth')
      return
    }
    const { backoffMs } = this.tuning
    const base = backoffMs[Math.min(this.attempt++, backoffMs.length - 1)] ?? 0
    const delayMs = base * (0.8 + 0.4 * this.random())
    if (nowMs + delayMs - this.downSinceMs >= this.tuning.giveUpMs) {
      this.fail(why.status === 429 ? 'limited' : 'unavailable')
      return
    }
    if (!this.lostTold) this.onEvent({ kind: 'link', state: 'lost', code: why.reason })
    this.lostTold = true
    if (this.over) return
    // A second socket on its way is quicker than another attempt.
    if (this.spare) {
      this.line = this.spare
      this.spare = undefined
      return
    }
    this.retry = this.clock.at(nowMs + delayMs, () => {
      if (!this.over) this.line = this.openLine()
    })
  }

  private fail(code: string): void {
    this.end()
    this.onEvent({ kind: 'link', state: 'failed', code })
  }

  private forgetGuess(): void {
    const { memory, events } = afterLoss(this.memory)
    this.memory = memory
    for (const event of events) this.onEvent(event)
  }

  private watch(): void {
    this.watcher = this.clock.at(this.clock.now() + this.tuning.watchMs, () => {
      this.check()
      if (!this.over) this.watch()
    })
  }

  private check(): void {
    const { line, tuning } = this
    if (!line?.isOpen) return
    const nowMs = this.clock.now()
    const unanswered = msOf(this.audio.written - this.heardSample)
    if (unanswered >= tuning.quietMs && nowMs - this.heardMs >= tuning.quietMs) {
      this.down(line, { reason: 'quiet' })
      return
    }
    if (this.attention.isDeaf(this.audio.written)) {
      this.counters.deaf.add()
      this.down(line, { reason: 'deaf' })
      return
    }
    if (this.dialect.keepAlive && nowMs - this.wroteMs >= tuning.keepAliveMs) {
      this.wroteMs = nowMs
      this.sendText(line, this.dialect.keepAlive)
    }
    this.openSpare()
  }

  private readonly sendWaiting = (): void => {
    // A send that fails ends the line and with it what waits.
    while (this.waiting.length > 0 && this.line) this.send(this.line, this.waiting.shift() as Uint8Array)
  }

  private flush(line: Line): void {
    this.sendWaiting()
    if (line !== this.line) return
    const bytes = this.audio.seal()
    if (bytes) this.send(line, bytes)
  }

  private send(line: Line, bytes: Uint8Array): void {
    try {
      line.socket?.send(bytes)
      this.sentSample = this.audio.written
    } catch {
      // A socket that is closing throws; its own close event may never come.
      this.down(line, { reason: 'send' })
    }
  }

  private sendText(line: Line, text: string): void {
    this.sendWaiting()
    try {
      line.socket?.send(text)
    } catch {
      this.down(line, { reason: 'send' })
    }
  }

  private isLive(line: Line): boolean {
    return !this.over && (line === this.line || line === this.spare)
  }

  private drop(line: Line | undefined): void {
    line?.timer?.cancel()
    line?.socket?.close()
  }
}
