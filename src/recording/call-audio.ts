// The audio of one call: two aligned tracks in memory and their files. The 20 ms path only copies into pooled blocks. A
// slow disk fills those (10 s, then gaps), a dead one ends the audio with one warning, and the call notices neither.
// Audio stays only with the caller's permission.

import { silenceFrame } from '../audio/pcm.ts'
import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { Aligner } from './align.ts'
import type { recordingCounters } from './counters.ts'
import type { Disk, RecordingFile } from './disk.ts'
import type { CallRecord, Gap } from './files.ts'
import { openTracks, type RecordingName, type Tracks } from './open-tracks.ts'
import { type BlockPool, Track } from './track.ts'

/**
 * `given`: audio is kept. `notice`: audio is written at once, because the track proves that the notice was said, and
 * deleted at the end unless `allow` was called. `consent`: nothing is written before `allow`.
 */
export type Permission = 'given' | 'notice' | 'consent'

export type CallAudioOptions = {
  clock: Clock
  log: Log
  count: ReturnType<typeof recordingCounters>
  disk: Disk
  pool: BlockPool
  /** Undefined when no name was found: nothing is recorded. */
  naming: Promise<RecordingName | undefined>
  permission: Permission
  spaceIsLow?: () => boolean
  /** Whether the call was erased while its files were being created. */
  isForgotten: () => boolean
  /** Audio could not be written. */
  onFailed: () => void
}

/**
 * Ticks between writes: 160 ms, which leaves the disk 40 ms of the 200 ms that a crash may cost. A write costs both
 * threads together 8 µs whatever its length, so a write every 120 ms would cost a third more.
 */
const flushTicks = 8

export class CallAudio {
  private readonly callerTrack: Track
  private readonly agentTrack: Track
  private readonly aligner: Aligner
  private readonly startedMs: number
  private allowed: boolean
  private opening: Promise<Tracks | undefined> | undefined
  private opened: Tracks | undefined
  private removing: Promise<void> | undefined
  private writing: Promise<void> | undefined
  private readonly pauses: { fromMs: number; toMs: number }[] = []
  private pausedFromMs: number | undefined
  private ticks = 0
  private reason: CallRecord['audio']['stopped'] = null
  /** The length when the call ended. */
  private endSamples: number | undefined
  private counted = 0

  constructor(private readonly options: CallAudioOptions) {
    const { clock, pool, permission, spaceIsLow } = options
    this.callerTrack = new Track(pool)
    this.agentTrack = new Track(pool)
    this.aligner = new Aligner(this.callerTrack, this.agentTrack)
    this.startedMs = clock.now()
    if (spaceIsLow?.()) this.stop('noSpace')
    this.allowed = permission === 'given'
    if (permission !== 'consent') this.opening = this.open()
  }

  caller(frame: Int16Array): void {
    if (this.isOff) return
    this.aligner.caller(this.pausedFromMs === undefined ? frame : silenceFrame)
  }

  agent(frame: Int16Array | null): void {
    if (this.isOff) return
    this.aligner.agent(this.pausedFromMs === undefined ? frame : null, this.afterMs())
    if (++this.ticks % flushTicks !== 0) return
    if (this.options.spaceIsLow?.()) this.stop('noSpace')
    else if (this.opened !== undefined && this.writing === undefined) this.write(this.opened)
  }

  allow(): void {
    this.allowed = true
    // The time before is a hole in both tracks: the aligner fills it with the first frame.
    if (this.reason === null && this.endSamples === undefined) this.opening ??= this.open()
  }

  pause(on: boolean): void {
    const atMs = Math.round(this.afterMs())
    if (on) this.pausedFromMs ??= atMs
    else if (this.pausedFromMs !== undefined) {
      this.pauses.push({ fromMs: this.pausedFromMs, toMs: atMs })
      this.pausedFromMs = undefined
    }
  }

  /** Ends the audio and deletes it, on disk and in memory. */
  discard(reason: 'refused' | 'notAnnounced'): void {
    if (this.removing !== undefined) return
    this.allowed = false
    this.reason = { reason, atMs: Math.round(this.afterMs()) }
    this.removing = this.removeTracks(this.writing !== undefined)
  }

  stop(reason: 'failed' | 'noSpace', error?: unknown): undefined {
    const { count, log, onFailed } = this.options
    if (reason === 'failed') count.errors.add()
    if (this.reason !== null) return
    onFailed()
    this.reason = { reason, atMs: Math.round(this.afterMs()) }
    count.stopped.add()
    log.warn('recording stopped, the call goes on', {
      reason,
      ...(error === undefined ? {} : { error: errorText(error) }),
    })
  }

  /** The call is over: later frames are ignored, and audio that the caller had not allowed is deleted. */
  end(): void {
    this.pause(false)
    if (!this.isOff) this.aligner.finish()
    if (!this.allowed) this.discard(this.options.permission === 'consent' ? 'refused' : 'notAnnounced')
    this.endSamples = this.samples
  }

  /** Writes the rest and closes the files. Never rejects. */
  async finish(): Promise<void> {
    const opened = await this.opening
    await this.writing
    await this.removing
    if (opened && this.reason === null) {
      this.write(opened)
      await this.writing
    }
    await Promise.all([
      this.close(opened?.caller, this.callerTrack),
      this.close(opened?.agent, this.agentTrack),
    ])
  }

  /** Gives the memory back. @param writing a write that hangs may still read it */
  release(writing: boolean): void {
    this.callerTrack.release(writing)
    this.agentTrack.release(writing)
    this.countDropped()
  }

  get hasStopped(): boolean {
    return this.reason !== null
  }

  /** For the record of the call, as things stand. */
  get summary(): CallRecord['audio'] {
    const isDeleted = this.removing !== undefined
    const gaps = isDeleted ? [] : [...marks('caller', this.callerTrack), ...marks('agent', this.agentTrack)]
    const samples = this.endSamples ?? this.samples
    return { rateHz: 8_000, samples, gaps, pauses: this.pauses, stopped: this.reason }
  }

  /** Samples in each file: none once the audio was deleted. */
  private get samples(): number {
    return this.removing === undefined ? this.agentTrack.samples : 0
  }

  /** Nothing is captured: the audio has not begun, has stopped, or the call is over. */
  private get isOff(): boolean {
    return this.opening === undefined || this.reason !== null || this.endSamples !== undefined
  }

  private afterMs(): number {
    return this.options.clock.now() - this.startedMs
  }

  /** Never rejects. */
  private async open(): Promise<Tracks | undefined> {
    const { disk, naming, isForgotten } = this.options
    try {
      const name = await naming
      if (name === undefined) return undefined
      this.opened = await openTracks(disk, name.files)
      if (isForgotten()) await this.removeFiles()
      return this.opened
    } catch (error) {
      return this.stop('failed', error)
    }
  }

  private async removeTracks(writing: boolean): Promise<void> {
    this.callerTrack.release(writing)
    this.agentTrack.release(writing)
    try {
      // Files that are still being created must not appear afterwards.
      await this.opening
      if (this.opening !== undefined) await this.removeFiles()
    } catch (error) {
      this.options.count.errors.add()
      this.options.log.error('the audio of a caller who refused it was not deleted', {
        error: errorText(error),
      })
    }
  }

  private async removeFiles(): Promise<void> {
    const { disk, naming } = this.options
    const files = (await naming)?.files
    if (files) await Promise.all([disk.remove(files.caller), disk.remove(files.agent)])
  }

  /** Brings a track that ends in a hole to its full length. */
  private async close(file: RecordingFile | undefined, track: Track): Promise<void> {
    try {
      if (file && this.reason === null) await file.truncate(track.samples * 2)
    } catch (error) {
      this.stop('failed', error)
    }
    await file?.close().catch((error: unknown) => this.stop('failed', error))
  }

  private write(opened: Tracks): void {
    this.writing = this.flush(opened)
      .catch((error: unknown) => {
        this.stop('failed', error)
      })
      .finally(() => {
        this.writing = undefined
      })
  }

  private async flush(opened: Tracks): Promise<void> {
    const [callerBytes, agentBytes] = await Promise.all([
      this.callerTrack.flush(opened.caller),
      this.agentTrack.flush(opened.agent),
    ])
    this.options.count.bytes.add(callerBytes + agentBytes)
    this.countDropped()
  }

  private countDropped(): void {
    const dropped = this.callerTrack.droppedFrames + this.agentTrack.droppedFrames
    this.options.count.dropped.add(dropped - this.counted)
    this.counted = dropped
  }
}

function marks(track: 'caller' | 'agent', of: Track): Gap[] {
  return of.gaps.map((gap) => ({ track, fromMs: gap.from / 8, toMs: gap.to / 8 }))
}
