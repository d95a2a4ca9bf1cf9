// One call's connection to a live recogniser, over any number of sockets, without losing or doubling a word. Audio
// stays in a ring until a final result covers it; after a drop it is sent again from exactly that sample. The SDK's own
// reconnection is not used: it waits 1 to 5 s and replays nothing (246 of 296 frames lost, measured).

import { rateHz } from '../../audio/pcm.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import type { SttEvent, SttHints, SttSession } from '../stt.ts'
import { DeafnessDetector } from './deafness.ts'
import { Line, type LineOwner } from './line.ts'
import { Reconnection } from './reconnection.ts'
import type { SendBatch } from './send-batch.ts'
import type { Dialect, Down, LinkCounters, LinkTuning } from './tuning.ts'
import { UnackedAudio } from './unacked.ts'
import { afterLoss, blank, closeStream, type Memory } from './wire.ts'

/** Silence that is kept for the next socket: a soft beginning of words may lie in it. */
const silentSamples = 3 * rateHz
const msOf = (samples: number) => (samples * 1_000) / rateHz

export class DeepgramLink implements SttSession {
  private readonly audio: UnackedAudio
  private readonly deafness: DeafnessDetector
  private readonly reconnection: Reconnection
  private readonly owner: LineOwner
  private line: Line | undefined
  /** Opened beside the line that works; takes its place once it is open. */
  private spare: Line | undefined
  private wantsSpare = false
  private memory: Memory = blank
  private closed = false
  private lossReported = false
  private retry: Timer | undefined
  private watcher: Timer | undefined
  private lastWriteMs: number
  private sentSample = 0

  constructor(
    private readonly dialect: Dialect,
    private readonly tuning: LinkTuning,
    private readonly counters: LinkCounters,
    private readonly batch: SendBatch,
    private readonly clock: Clock,
    random: () => number,
    private hints: SttHints,
    private readonly onEvent: (event: SttEvent) => void,
  ) {
    this.audio = new UnackedAudio({
      chunkSamples: (tuning.chunkMs * rateHz) / 1_000,
      maxSamples: (tuning.maxBufferMs * rateHz) / 1_000,
    })
    this.deafness = new DeafnessDetector(tuning)
    this.reconnection = new Reconnection(tuning, random, clock.now())
    this.owner = {
      opened: (line) => this.opened(line),
      message: (line, message) => this.message(line, message),
      down: (line, why) => this.down(line, why),
      sent: () => {
        this.sentSample = this.audio.written
      },
    }
    this.lastWriteMs = clock.now()
    this.line = this.openLine()
    this.watch()
  }

  write(frame: Int16Array): void {
    if (this.closed) return
    this.deafness.write(frame, this.audio.written)
    const bytes = this.audio.write(frame)
    if (this.deafness.unheardFrom === undefined) this.audio.release(this.audio.written - silentSamples)
    this.lastWriteMs = this.clock.now()
    if (bytes && this.line?.isOpen) this.line.queue(bytes)
    const releasedBefore = this.audio.released
    const trimmed = this.audio.trim()
    // Audio that was sent and only waits for its result is not lost.
    const unsent = Math.min(trimmed, Math.max(0, releasedBefore + trimmed - this.sentSample))
    if (unsent > 0) this.counters.droppedMs.add(msOf(unsent))
  }

  hint(hints: SttHints): void {
    const changed = hints.keyterms.join('\n') !== this.hints.keyterms.join('\n')
    this.hints = hints
    if (this.dialect.configure) {
      if (this.line?.isOpen) this.line.sendText(this.dialect.configure(hints))
    } else if (changed) this.wantsSpare = true
    this.openSpare()
  }

  finalize(): void {
    const { line } = this
    if (!line?.isOpen) return
    this.flush(line)
    if (!this.dialect.finalize) return
    line.sendText(this.dialect.finalize)
    if (this.deafness.unheardFrom === undefined) return
    // The caller waits for this text, so a dead line must be noticed now and not after seconds of silence.
    line.expectAnswer(this.tuning.finalizeMs)
  }

  /** Audio that no final result covers yet; also after `failed`, for the adapter that takes over. */
  pending(): Int16Array {
    return this.audio.copy()
  }

  close(): void {
    if (this.line?.isOpen && !this.closed) {
      this.flush(this.line)
      this.line?.sendText(closeStream)
    }
    this.end()
  }

  private end(): void {
    this.closed = true
    this.retry?.cancel()
    this.watcher?.cancel()
    this.line?.drop()
    this.spare?.drop()
    this.line = undefined
    this.spare = undefined
  }

  private openLine(): Line {
    const { dialect, hints, clock, tuning, batch, owner } = this
    return new Line(dialect, hints, clock, tuning.connectTimeoutMs, batch, owner)
  }

  private openSpare(): void {
    // Not while speech still waits for its words: all of it would be sent a second time.
    if (!this.wantsSpare || this.closed || this.spare || !this.line?.isOpen) return
    if (this.deafness.unheardFrom !== undefined) return
    this.wantsSpare = false
    this.spare = this.openLine()
  }

  private opened(line: Line): void {
    if (!this.isLive(line)) return
    if (line === this.spare) {
      this.line?.drop()
      this.line = line
      this.spare = undefined
      this.cancelEagerTurn()
    }
    line.begin(this.audio.released, this.audio.written)
    this.counters.connects.add()
    this.deafness.restart()
    const again = Math.max(0, this.sentSample - line.fromSample)
    if (again > 0) this.counters.replayedMs.add(msOf(again))
    this.audio.replay((bytes) => {
      if (this.line === line) line.send(bytes)
    })
    if (this.line !== line) return
    this.onEvent({ kind: 'link', state: 'open' })
    this.lossReported = false
  }

  private message(line: Line, message: unknown): void {
    if (line !== this.line || this.closed) return
    line.heard(this.audio.written)
    this.reconnection.works()
    const reading = this.dialect.read(message, this.memory)
    this.memory = reading.memory
    if (reading.heard) this.deafness.words()
    if (reading.coveredS !== undefined) this.cover(line, reading.coveredS, reading.heard)
    for (const event of reading.events) if (!this.closed) this.onEvent(event)
    if (reading.fault !== undefined) this.down(line, { reason: reading.fault })
  }

  private cover(line: Line, coveredS: number, heard: boolean): void {
    const sample = line.fromSample + Math.round(coveredS * rateHz)
    // A result without words does not prove that nobody spoke: loud audio is kept for the next socket.
    this.audio.release(heard ? sample : Math.min(sample, this.deafness.unheardFrom ?? sample))
    if (heard) this.deafness.understood()
  }

  private down(line: Line, why: Down): void {
    if (!this.isLive(line)) return
    line.drop()
    if (line === this.spare) {
      this.spare = undefined
      return
    }
    this.line = undefined
    this.counters.lost.add()
    this.cancelEagerTurn()
    const nowMs = this.clock.now()
    const verdict = this.reconnection.lost(why, nowMs, line.isOpen ? nowMs - line.openedMs : undefined)
    if ('failed' in verdict) {
      this.end()
      this.onEvent({ kind: 'link', state: 'failed', code: verdict.failed })
      return
    }
    if (!this.lossReported) this.onEvent({ kind: 'link', state: 'lost', code: why.reason })
    this.lossReported = true
    if (this.closed) return
    // A second socket that is already connecting is quicker than another attempt.
    if (this.spare) {
      this.line = this.spare
      this.spare = undefined
      return
    }
    this.retry = this.clock.at(nowMs + verdict.delayMs, () => {
      if (!this.closed) this.line = this.openLine()
    })
  }

  private cancelEagerTurn(): void {
    const { memory, events } = afterLoss(this.memory)
    this.memory = memory
    for (const event of events) this.onEvent(event)
  }

  private watch(): void {
    this.watcher = this.clock.at(this.clock.now() + this.tuning.watchMs, () => {
      this.check()
      if (!this.closed) this.watch()
    })
  }

  private check(): void {
    const { line, tuning, audio } = this
    if (!line?.isOpen) return
    if (line.isSilent(audio.written, tuning.quietMs)) {
      this.down(line, { reason: 'quiet' })
      return
    }
    if (this.deafness.isDeaf(audio.written)) {
      this.counters.deaf.add()
      this.down(line, { reason: 'deaf' })
      return
    }
    const nowMs = this.clock.now()
    if (this.dialect.keepAlive && nowMs - this.lastWriteMs >= tuning.keepAliveMs) {
      this.lastWriteMs = nowMs
      line.sendText(this.dialect.keepAlive)
    }
    this.openSpare()
  }

  /** Sends all audio so far, the chunk that is not full included. */
  private flush(line: Line): void {
    line.sendWaiting()
    const bytes = line === this.line ? this.audio.seal() : undefined
    if (bytes) line.send(bytes)
  }

  private isLive(line: Line): boolean {
    return !this.closed && (line === this.line || line === this.spare)
  }
}
