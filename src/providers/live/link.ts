// One call's connection to a live recogniser, over any number of sockets, without losing or doubling a word. Audio
// stays in a ring until a final result covers it; after a drop it is sent again from exactly that sample. The SDK's own
// reconnection is not used: it waits 1 to 5 s and replays nothing (246 of 296 frames lost, measured).

import { rateHz } from '../../audio/pcm.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import { httpFailure } from '../errors.ts'
import type { SttEvent, SttHints, SttSession } from '../stt.ts'
import { unanswered } from './answered.ts'
import { type Bucket, createCallReplayBound } from './bounds.ts'
import { DeafnessDetector } from './deafness.ts'
import { afterLoss, blank, type Memory, onNewConnection, type Reading } from './reading.ts'
import { Reconnection } from './reconnection.ts'
import { LiveSocket, type LiveSocketOwner, settingsOf } from './socket.ts'
import type { Dialect, Down, LinkShared, LinkTuning } from './tuning.ts'
import { UnackedAudio } from './unacked.ts'

/** Silence that is kept for the next socket: a soft beginning of words may lie in it. */
const silentSamples = 3 * rateHz
/** A server that ends a session within this time after `Finalize` does so because of it. */
const refusalMs = 2_000
/** A message within this time means that the connection works. */
const answeringMs = 2_000
const msOf = (samples: number) => (samples * 1_000) / rateHz

export class LiveLink implements SttSession {
  private readonly audio: UnackedAudio
  private readonly deafness: DeafnessDetector
  private readonly reconnection: Reconnection
  private readonly owner: LiveSocketOwner
  private socket: LiveSocket | undefined
  /** Opened beside the socket that works; takes its place once it is open. */
  private spare: LiveSocket | undefined
  /** The settings that the last spare socket was opened for, so that a refused one is not tried again and again. */
  private spareFor: string | undefined
  private readonly replayBound: Bucket
  /** The interim text of the current utterance, and the sample up to which it covers the audio. */
  private interim: { text: string; toSample: number } | undefined
  /** The interim text that the call answered, and the samples written then. */
  private answer: { text: string; atSample: number } | undefined
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
    private readonly shared: LinkShared,
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
    this.replayBound = createCallReplayBound(clock)
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
    if (unsent > 0) this.shared.counters.droppedMs.add(msOf(unsent))
  }

  hint(hints: SttHints): void {
    this.hints = hints
    this.adapt()
  }

  finalize(): void {
    const { socket, shared, deafness } = this
    if (!socket?.isOpen) return
    this.flush(socket)
    if (!this.dialect.finalize || !shared.habits.finalizes) return
    socket.sendText(this.dialect.finalize)
    socket.finalizedMs = this.clock.now()
    if (deafness.unheardFrom === undefined || socket.isAnswering(deafness.unheardFrom, answeringMs)) return
    // The caller waits for this text, so a dead socket must be noticed now and not after seconds of silence.
    socket.expectAnswer(this.tuning.finalizeMs)
  }

  /**
   * The call has answered the words so far. Interim words among them are not reported again when they become final, and
   * their audio is not sent again.
   */
  answered(): void {
    if (!this.interim) return
    this.audio.release(this.interim.toSample)
    this.deafness.understood()
    this.answer = { text: this.interim.text, atSample: this.audio.written }
    this.interim = undefined
  }

  /** Audio that no final result covers yet; also after `failed`, for the adapter that takes over. */
  pending(): Int16Array {
    return this.audio.copy()
  }

  close(): void {
    if (this.socket?.isOpen && !this.closed) {
      this.flush(this.socket)
      if (this.dialect.goodbye) this.socket?.sendText(this.dialect.goodbye)
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
    const { dialect, hints, clock, tuning, shared, owner } = this
    return new LiveSocket(dialect, hints, clock, tuning.connectTimeoutMs, shared.batch, owner)
  }

  /** Gives the recogniser the current hints, on the open socket or, where this is refused, with a second one. */
  private adapt(): void {
    const { socket, dialect, hints, shared, tuning } = this
    if (!socket?.isOpen || this.closed) return
    const nowMs = this.clock.now()
    if (socket.settings.isOverdue(nowMs, tuning.configureMs)) this.configured(socket, 'unanswered')
    const wanted = settingsOf(dialect, hints)
    if (socket.settings.has(wanted)) return
    if (dialect.configure && shared.habits.configures && !socket.settings.refuses(wanted)) {
      if (socket.settings.begin(wanted, nowMs)) socket.sendText(wanted)
    } else if (!dialect.configure || dialect.reopens) this.openSpare(wanted)
  }

  private configured(socket: LiveSocket, outcome: 'ok' | 'refused' | 'unanswered'): void {
    const { dialect, shared } = this
    if (!socket.settings.answered(outcome === 'ok' || (outcome === 'unanswered' && !dialect.reopens))) return
    shared.counters.configured[outcome].add()
    if (dialect.reopens) shared.habits.configured(outcome)
  }

  private openSpare(wanted: string): void {
    // Not while speech still waits for its words: all of it would be sent a second time.
    if (this.spare || this.spareFor === wanted || this.deafness.unheardFrom !== undefined) return
    this.spareFor = wanted
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
    this.shared.counters.connects.add()
    this.reconnection.opened(this.clock.now())
    this.deafness.restart()
    this.memory = onNewConnection(this.memory)
    this.interim = undefined
    this.answer = undefined
    this.boundReplay(socket)
    this.audio.replay((bytes) => {
      if (this.socket === socket) socket.send(bytes)
    })
    if (this.socket !== socket) return
    this.adapt()
    if (this.socket !== socket) return
    this.onEvent({ kind: 'link', state: 'open' })
    this.lossReported = false
  }

  /** Counts the audio that is sent again. Beyond the bounds it is left out, and counts as dropped. */
  private boundReplay(socket: LiveSocket): void {
    const { counters, replay } = this.shared
    const againMs = msOf(Math.max(0, this.sentSample - socket.fromSample))
    if (againMs === 0) return
    if (this.replayBound.take(againMs) && replay.take(againMs)) {
      counters.replayedMs.add(againMs)
      return
    }
    counters.limited.add()
    counters.droppedMs.add(againMs)
    this.audio.release(this.sentSample)
    socket.fromSample = this.audio.released
  }

  private message(socket: LiveSocket, message: unknown): void {
    if (socket !== this.socket || this.closed) return
    socket.answered(this.audio.written)
    this.deafness.answered()
    const reading = this.dialect.read(message, this.memory)
    this.memory = reading.memory
    if (reading.heard) {
      this.deafness.words()
      this.reconnection.works()
    } else if (
      reading.isResult &&
      this.audio.written - Math.max(socket.fromSample, this.deafness.loudTo) > silentSamples
    )
      this.shared.habits.talksInSilence = true
    if (reading.coveredS !== undefined) this.cover(socket, reading.coveredS, reading.heard)
    this.report(socket, reading)
    if (this.socket !== socket) return
    // nova refuses a Configure by an Error, too, and keeps the stream.
    const refused = reading.fault !== undefined && socket.settings.waits ? 'refused' : reading.configured
    if (refused !== undefined) {
      this.configured(socket, refused)
      this.adapt()
    } else if (reading.fault !== undefined) this.down(socket, { reason: reading.fault })
  }

  /** Passes the events of a message on, without the words that the call has answered already. */
  private report(socket: LiveSocket, { events, textToS }: Reading): void {
    const { written } = this.audio
    const toSample = textToS === undefined ? written : socket.fromSample + Math.round(textToS * rateHz)
    let isAnswered = false
    for (let event of events) {
      if (event.kind === 'transcript') {
        const { answer } = this
        const text = answer ? unanswered(answer.text, event.text, toSample <= answer.atSample) : event.text
        isAnswered = event.text !== '' && text === ''
        if (event.isFinal) this.answer = undefined
        this.interim = event.isFinal || event.text === '' ? undefined : { text: event.text, toSample }
        event = { ...event, text }
      }
      // The end of a turn that was answered is old news.
      if (this.closed || (isAnswered && (event.kind === 'transcript' || event.kind === 'endOfTurn'))) continue
      this.onEvent(event)
    }
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
    this.shared.counters.lost.add()
    this.learn(socket, why)
    this.cancelEagerTurn()
    const nowMs = this.clock.now()
    const verdict = this.reconnection.lost(why, nowMs, socket.isOpen ? nowMs - socket.openedMs : undefined)
    if ('failed' in verdict) {
      this.fail(verdict.failed, why)
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
    this.retry = this.clock.at(nowMs + verdict.delayMs, () => this.reopen())
  }

  /** Opens a socket again, as soon as all calls together may. */
  private reopen(): void {
    if (this.closed) return
    const { counters, reconnects } = this.shared
    if (reconnects.take(1)) {
      this.socket = this.openSocket()
      return
    }
    counters.limited.add()
    const againMs = this.clock.now() + reconnects.waitMs(1)
    if (this.reconnection.isTooLate(againMs)) this.fail('unavailable')
    else this.retry = this.clock.at(againMs, () => this.reopen())
  }

  private fail(code: string, { status, vendorCode }: Partial<Down> = {}): void {
    this.end()
    const refusal = { reason: vendorCode, parameters: [] }
    const failure =
      status === undefined ? undefined : httpFailure(this.shared.name, status, undefined, 0, refusal)
    this.onEvent({ kind: 'link', state: 'failed', code, ...(failure && { failure }) })
  }

  /** Notes what the server did not take, if a message of ours was the cause of the loss. */
  private learn(socket: LiveSocket, { closeCode = 0, reason }: Down): void {
    const { finalizedMs } = socket
    const isRefusal = (closeCode >= 4_400 && closeCode < 4_500) || /^Error\b/.test(reason)
    if (isRefusal && finalizedMs !== undefined && this.clock.now() - finalizedMs < refusalMs)
      this.shared.habits.finalizeRefused()
    if (closeCode !== 0) this.configured(socket, 'unanswered')
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
    const { written } = audio
    const isQuiet =
      this.deafness.isUnanswered(written, tuning.quietMs) ||
      (this.shared.habits.talksInSilence && socket.isSilent(written, tuning.quietMs))
    if (isQuiet) {
      this.down(socket, { reason: 'quiet' })
      return
    }
    if (this.deafness.isDeaf(written)) {
      this.shared.counters.deaf.add()
      this.down(socket, { reason: 'deaf' })
      return
    }
    const nowMs = this.clock.now()
    if (this.dialect.keepAlive && nowMs - this.lastWriteMs >= tuning.keepAliveMs) {
      this.lastWriteMs = nowMs
      socket.sendText(this.dialect.keepAlive)
    }
    this.adapt()
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
