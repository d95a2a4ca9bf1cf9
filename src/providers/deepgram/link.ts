// One call's connection to a live recogniser, over any number of sockets, without losing or doubling a word. Audio
// stays in a ring until a final result covers it; after a drop it is sent again from exactly that sample. The SDK's own
// reconnection is not used: it waits 1 to 5 s and replays nothing (246 of 296 frames lost, measured).

import { rateHz } from '../../audio/pcm.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import type { SttEvent, SttHints, SttSession } from '../stt.ts'
import { DeafnessDetector } from './deafness.ts'
import { LiveSocket, type LiveSocketOwner } from './live-socket.ts'
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
  private readonly owner: LiveSocketOwner
  private socket: LiveSocket | undefined
  /** Opened beside the socket that works; takes its place once it is open. */
  private spare: LiveSocket | undefined
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
      opened: (socket) => this.opened(socket),
      message: (socket, message) => this.message(socket, message),
      down: (socket, why) => this.down(socket, why),
      sent: () => {
        this.sentSample = this.audio.written
      },
    }
    this.lastWriteMs = clock.now()
    this.socket = this.openSocket()
    this.watch()
  }

  write(frame: Int16Array): void {
    if (this.closed) return
    this.deafness.write(frame, this.audio.written)
    const bytes = this.audio.write(frame)
    if (this.deafness.unheardFrom === undefined) this.audio.release(this.audio.written - silentSamples)
    this.lastWriteMs = this.clock.now()
    if (bytes && this.socket?.isOpen) this.socket.queue(bytes)
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
      if (this.socket?.isOpen) this.socket.sendText(this.dialect.configure(hints))
    } else if (changed) this.wantsSpare = true
    this.openSpare()
  }

  finalize(): void {
    const { socket } = this
    if (!socket?.isOpen) return
    this.flush(socket)
    if (!this.dialect.finalize) return
    socket.sendText(this.dialect.finalize)
    if (this.deafness.unheardFrom === undefined) return
    // The caller waits for this text, so a dead socket must be noticed now and not after seconds of silence.
    socket.expectAnswer(this.tuning.finalizeMs)
  }

  /** Audio that no final result covers yet; also after `failed`, for the adapter that takes over. */
  pending(): Int16Array {
    return this.audio.copy()
  }

  close(): void {
    if (this.socket?.isOpen && !this.closed) {
      this.flush(this.socket)
      this.socket?.sendText(closeStream)
    }
    this.end()
  }

  private end(): void {
    this.closed = true
    this.retry?.cancel()
    this.watcher?.cancel()
    this.socket?.drop()
    this.spare?.drop()
    this.socket = undefined
    this.spare = undefined
  }

  private openSocket(): LiveSocket {
    const { dialect, hints, clock, tuning, batch, owner } = this
    return new LiveSocket(dialect, hints, clock, tuning.connectTimeoutMs, batch, owner)
  }

  private openSpare(): void {
    // Not while speech still waits for its words: all of it would be sent a second time.
    if (!this.wantsSpare || this.closed || this.spare || !this.socket?.isOpen) return
    if (this.deafness.unheardFrom !== undefined) return
    this.wantsSpare = false
    this.spare = this.openSocket()
  }

  private opened(socket: LiveSocket): void {
    if (!this.isLive(socket)) return
    if (socket === this.spare) {
      this.socket?.drop()
      this.socket = socket
      this.spare = undefined
      this.cancelEagerTurn()
    }
    socket.begin(this.audio.released, this.audio.written)
    this.counters.connects.add()
    this.deafness.restart()
    const again = Math.max(0, this.sentSample - socket.fromSample)
    if (again > 0) this.counters.replayedMs.add(msOf(again))
    this.audio.replay((bytes) => {
      if (this.socket === socket) socket.send(bytes)
    })
    if (this.socket !== socket) return
    this.onEvent({ kind: 'link', state: 'open' })
    this.lossReported = false
  }

  private message(socket: LiveSocket, message: unknown): void {
    if (socket !== this.socket || this.closed) return
    socket.answered(this.audio.written)
    this.reconnection.works()
    const reading = this.dialect.read(message, this.memory)
    this.memory = reading.memory
    if (reading.heard) this.deafness.words()
    if (reading.coveredS !== undefined) this.cover(socket, reading.coveredS, reading.heard)
    for (const event of reading.events) if (!this.closed) this.onEvent(event)
    if (reading.fault !== undefined) this.down(socket, { reason: reading.fault })
  }

  private cover(socket: LiveSocket, coveredS: number, heard: boolean): void {
    const sample = socket.fromSample + Math.round(coveredS * rateHz)
    // A result without words does not prove that nobody spoke: loud audio is kept for the next socket.
    this.audio.release(heard ? sample : Math.min(sample, this.deafness.unheardFrom ?? sample))
    if (heard) this.deafness.understood()
  }

  private down(socket: LiveSocket, why: Down): void {
    if (!this.isLive(socket)) return
    socket.drop()
    if (socket === this.spare) {
      this.spare = undefined
      return
    }
    this.socket = undefined
    this.counters.lost.add()
    this.cancelEagerTurn()
    const nowMs = this.clock.now()
    const verdict = this.reconnection.lost(why, nowMs, socket.isOpen ? nowMs - socket.openedMs : undefined)
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
      this.socket = this.spare
      this.spare = undefined
      return
    }
    this.retry = this.clock.at(nowMs + verdict.delayMs, () => {
      if (!this.closed) this.socket = this.openSocket()
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
    const { socket, tuning, audio } = this
    if (!socket?.isOpen) return
    if (socket.isSilent(audio.written, tuning.quietMs)) {
      this.down(socket, { reason: 'quiet' })
      return
    }
    if (this.deafness.isDeaf(audio.written)) {
      this.counters.deaf.add()
      this.down(socket, { reason: 'deaf' })
      return
    }
    const nowMs = this.clock.now()
    if (this.dialect.keepAlive && nowMs - this.lastWriteMs >= tuning.keepAliveMs) {
      this.lastWriteMs = nowMs
      socket.sendText(this.dialect.keepAlive)
    }
    this.openSpare()
  }

  /** Sends all audio so far, the chunk that is not full included. */
  private flush(socket: LiveSocket): void {
    socket.sendWaiting()
    const bytes = socket === this.socket ? this.audio.seal() : undefined
    if (bytes) socket.send(bytes)
  }

  private isLive(socket: LiveSocket): boolean {
    return !this.closed && (socket === this.socket || socket === this.spare)
  }
}
