// One call's connection to a live recogniser, over any number of sockets, without losing or doubling a word. The call
// keeps its audio, and the link the position up to which a final result covers it; after a drop it is sent again from
// exactly that sample. The SDK's own reconnection is not used: it waits 1 to 5 s and replays nothing (246 of 296 frames
// lost, measured).

import { frameSamples, rateHz } from '../../audio/pcm.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import { httpFailure } from '../errors.ts'
import type { RingAudio, SttEvent, SttHints, SttSession } from '../stt.ts'
import type { Swept } from '../sweep.ts'
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

/** The call that a link hears for. */
export type LinkCall = {
  audio: RingAudio
  /** The first sample to hear. */
  from: number
  /** See {@link SttOpen}. */
  sentTo?: number
  hints: SttHints
  onEvent: (event: SttEvent) => void
  /** Gets every frame of the call as well, once, valid until return. */
  onFrame?: (frame: Int16Array) => void
}

/** A frame that is being judged; all links of a thread take turns with it. */
const frame = new Int16Array(frameSamples)

export class LiveLink implements SttSession, Swept {
  private readonly unacked: UnackedAudio
  /** Frames before this position were judged. */
  private judgedTo: number
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
  private checkedMs: number
  private lastWriteMs: number
  private hints: SttHints
  private readonly leaveSweep: () => void

  constructor(
    private readonly dialect: Dialect,
    private readonly tuning: LinkTuning,
    private readonly shared: LinkShared,
    private readonly clock: Clock,
    random: () => number,
    private readonly call: LinkCall,
  ) {
    const nowMs = clock.now()
    const { audio, from, sentTo, hints } = call
    this.hints = hints
    this.unacked = new UnackedAudio(audio, from, (tuning.maxBufferMs * rateHz) / 1_000, sentTo)
    this.judgedTo = from
    this.deafness = new DeafnessDetector(tuning)
    this.reconnection = new Reconnection(tuning, random, nowMs)
    this.owner = {
      opened: (socket) => this.opened(socket),
      message: (socket, message) => {
        try {
          this.message(socket, message)
        } catch {
          // A defect of ours: the next socket may do without this message, and no other call is touched.
          this.down(socket, { reason: 'defect' })
        }
      },
      down: (socket, why) => this.down(socket, why),
    }
    this.replayBound = createCallReplayBound(clock)
    this.lastWriteMs = nowMs
    this.checkedMs = nowMs
    this.socket = this.openSocket()
    this.leaveSweep = shared.sweep.add(this)
  }

  /** Takes the audio that has come, and looks after the connection. */
  advance(nowMs: number): void {
    if (this.judge()) this.lastWriteMs = nowMs
    const lost = this.unacked.trim()
    if (lost > 0) this.shared.counters.droppedMs.add(msOf(lost))
    if (this.socket?.isOpen) this.send(this.socket, false)
    if (nowMs - this.checkedMs < this.tuning.watchMs) return
    this.checkedMs = nowMs
    this.check(nowMs)
  }

  breakOff(): void {
    this.fail('defect')
  }

  hint(hints: SttHints): void {
    this.hints = hints
    this.adapt()
  }

  finalize(): void {
    this.judge()
    this.finalizeTo(this.unacked.written)
  }

  /** Asks for the text of the frames that `onFrame` got so far. */
  finalizeJudged(): void {
    this.finalizeTo(this.judgedTo)
  }

  private finalizeTo(end: number): void {
    const { socket, shared, deafness } = this
    if (!socket?.isOpen) return
    this.send(socket, true, end)
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
    this.unacked.release(this.interim.toSample)
    this.deafness.understood()
    this.answer = { text: this.interim.text, atSample: this.unacked.written }
    this.interim = undefined
  }

  coveredTo(): number {
    return this.unacked.released
  }

  answeredTo(): number {
    return Math.max(this.unacked.released, this.interim?.toSample ?? 0)
  }

  close(): void {
    if (this.socket?.isOpen && !this.closed) {
      this.send(this.socket, true)
      if (this.dialect.goodbye) this.socket?.sendText(this.dialect.goodbye)
    }
    this.end()
  }

  private end(): void {
    this.closed = true
    this.retry?.cancel()
    this.leaveSweep()
    this.socket?.drop()
    this.spare?.drop()
    this.socket = undefined
    this.spare = undefined
  }

  private openSocket(): LiveSocket {
    const { dialect, hints, clock, tuning, owner } = this
    return new LiveSocket(dialect, hints, clock, tuning.connectTimeoutMs, owner)
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
    socket.begin(this.unacked.released, this.unacked.written)
    this.shared.counters.connects.add()
    this.reconnection.opened(this.clock.now())
    this.deafness.restart()
    this.memory = onNewConnection(this.memory)
    this.interim = undefined
    this.answer = undefined
    this.boundReplay(socket)
    this.unacked.restart()
    this.send(socket, false)
    if (this.socket !== socket) return
    this.adapt()
    if (this.socket !== socket) return
    this.call.onEvent({ kind: 'link', state: 'open' })
    this.lossReported = false
  }

  /** Counts the audio that is sent again. Beyond the bounds it is left out, and counts as dropped. */
  private boundReplay(socket: LiveSocket): void {
    const { counters, replay } = this.shared
    const againMs = msOf(Math.max(0, this.unacked.everSent - socket.fromSample))
    if (againMs === 0) return
    if (this.replayBound.take(againMs) && replay.take(againMs)) {
      counters.replayedMs.add(againMs)
      return
    }
    counters.limited.add()
    counters.droppedMs.add(againMs)
    this.unacked.release(this.unacked.everSent)
    socket.fromSample = this.unacked.released
  }

  private message(socket: LiveSocket, message: unknown): void {
    if (socket !== this.socket || this.closed) return
    socket.answered(this.unacked.written)
    this.deafness.answered()
    const reading = this.dialect.read(message, this.memory)
    this.memory = reading.memory
    if (reading.heard) {
      this.deafness.words()
      this.reconnection.works()
    } else if (
      reading.isResult &&
      this.unacked.written - Math.max(socket.fromSample, this.deafness.loudTo) > silentSamples
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
    const { written } = this.unacked
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
      this.call.onEvent(event)
    }
  }

  private cover(socket: LiveSocket, coveredS: number, heard: boolean): void {
    const sample = socket.fromSample + Math.round(coveredS * rateHz)
    // A result without words does not prove that nobody spoke: loud audio is kept for the next socket.
    this.unacked.release(heard ? sample : Math.min(sample, this.deafness.unheardFrom ?? sample))
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
    if (!this.lossReported) this.call.onEvent({ kind: 'link', state: 'lost', code: why.reason })
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
    this.call.onEvent({ kind: 'link', state: 'failed', code, ...(failure && { failure }) })
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
    for (const event of events) this.call.onEvent(event)
  }

  private check(nowMs: number): void {
    const { socket, tuning } = this
    if (!socket?.isOpen) return
    const { written } = this.unacked
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
    if (this.dialect.keepAlive && nowMs - this.lastWriteMs >= tuning.keepAliveMs) {
      this.lastWriteMs = nowMs
      socket.sendText(this.dialect.keepAlive)
    }
    this.adapt()
  }

  /** Judges the frames that have come. @returns whether there was one */
  private judge(): boolean {
    const { call, deafness, unacked } = this
    const { audio } = call
    // The thread stood still for longer than audio is kept.
    if (this.judgedTo < audio.oldest) this.judgedTo = audio.oldest
    const begin = this.judgedTo
    while (this.judgedTo + frameSamples <= audio.written) {
      const at = this.judgedTo
      if (!audio.read(at, frame)) break
      // First, because `onFrame` may ask for the final text, which judges what is left.
      this.judgedTo += frameSamples
      deafness.write(frame, at)
      call.onFrame?.(frame)
    }
    if (deafness.unheardFrom === undefined) unacked.release(this.judgedTo - silentSamples)
    return this.judgedTo > begin
  }

  /**
   * Sends the audio that has come, in messages of the usual length.
   *
   * @param partly the rest as well. @param end position that is not gone beyond
   */
  private send(socket: LiveSocket, partly: boolean, end?: number): void {
    const { tuning, shared, unacked } = this
    const samples = (Math.max(tuning.chunkMs, shared.relief.chunkMs) * rateHz) / 1_000
    // What is left out is missing in the socket's own count of samples.
    socket.fromSample += unacked.skip()
    while (socket === this.socket) {
      const bytes = unacked.next(samples, partly, end)
      if (bytes === undefined) return
      socket.send(bytes)
      shared.sentS?.add(bytes.length / (2 * rateHz))
    }
  }

  private isLive(socket: LiveSocket): boolean {
    return !this.closed && (socket === this.socket || socket === this.spare)
  }
}
