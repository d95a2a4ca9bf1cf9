// The audio of one call: two aligned tracks in shared memory and their files. The 20 ms path only notes which frame
// comes next; the files are written from the call's ring and the agent's frames, usually on another thread. When the
// disk is more than 10 s behind, the oldest audio becomes a gap; a dead one ends the audio with one warning, and the
// call notices neither. Audio stays only with the caller's permission.

import type { CallRing } from '../audio/call-ring.ts'
import { silenceFrame } from '../audio/pcm.ts'
import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { Aligner } from './align.ts'
import type { recordingCounters } from './counters.ts'
import type { Disk, RecordingFile, Tracks, TrackWriter } from './disk.ts'
import type { CallRecord } from './files.ts'
import { HeldAudio } from './held-audio.ts'
import { openTracks, type RecordingName } from './open-tracks.ts'
import { Track } from './track.ts'
import { type RecordingMemories, silent } from './track-memory.ts'
import { createTrackWriter } from './track-writer.ts'

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
  memories: RecordingMemories
  /** Holds the caller's frames. Without it each frame is copied into a ring of the recording's own. */
  ring?: CallRing
  /** Undefined when no name was found: nothing is recorded. */
  naming: Promise<RecordingName | undefined>
  permission: Permission
  spaceIsLow?: () => boolean
  /** Whether the call was erased while its files were being created. */
  isForgotten: () => boolean
  /** Audio could not be written. */
  onFailed: () => void
}

/** Ticks between two looks at the disk. Where no thread writes, it is 160 of the 200 ms that a crash may cost. */
const lookTicks = 8

export class CallAudio {
  private readonly held: HeldAudio
  private readonly callerTrack: Track
  private readonly agentTrack: Track
  private readonly aligner: Aligner
  private readonly startedMs: number
  private allowed: boolean
  private opening: Promise<Tracks | undefined> | undefined
  private writer: TrackWriter | undefined
  private removing: Promise<void> | undefined
  private readonly pauses: { fromMs: number; toMs: number }[] = []
  private pausedFromMs: number | undefined
  private ticks = 0
  private reason: CallRecord['audio']['stopped'] = null
  /** The length when the call ended. */
  private endSamples: number | undefined

  constructor(private readonly options: CallAudioOptions) {
    const { clock, memories, permission, spaceIsLow, ring, count } = options
    this.held = new HeldAudio(memories, ring, count)
    this.callerTrack = new Track(this.held.memory.caller)
    this.agentTrack = new Track(this.held.memory.agent)
    this.aligner = new Aligner(this.callerTrack, this.agentTrack)
    this.startedMs = clock.now()
    if (spaceIsLow?.()) this.stop('noSpace')
    this.allowed = permission === 'given'
    if (permission !== 'consent') this.opening = this.open()
  }

  caller(frame: Int16Array): void {
    this.held.arrived(frame)
    if (this.isOff) return
    if (this.pausedFromMs === undefined) this.aligner.caller(frame, this.held.ring.newestFrame)
    else this.aligner.caller(silenceFrame, silent)
  }

  agent(frame: Int16Array | null, nowMs: number): void {
    if (this.isOff) return
    const isSilent = frame === null || this.pausedFromMs !== undefined
    this.aligner.agent(isSilent ? silent : this.held.memory.put(frame), nowMs - this.startedMs)
    if (++this.ticks % lookTicks === 0) this.look()
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
    this.removing = this.removeTracks()
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
    await this.removing
    if (this.reason === null) await this.writer?.finish()
    else await this.writer?.stop()
    this.noticeErrors()
    await Promise.all([
      this.close(opened?.caller, this.callerTrack),
      this.close(opened?.agent, this.agentTrack),
    ])
  }

  /** Gives the memory back, also when a write hangs. */
  release(): void {
    this.held.release(this.reason === null)
  }

  get hasStopped(): boolean {
    return this.reason !== null
  }

  /** For the record of the call, as things stand. */
  get summary(): CallRecord['audio'] {
    const isDeleted = this.removing !== undefined
    const gaps = isDeleted ? [] : this.held.gaps
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
      const files = await openTracks(disk, name.files)
      if (isForgotten()) await this.removeFiles()
      const { memory, ring, owner, isReleased } = this.held
      const recording = { files, memory, ring, owner }
      // When the audio was discarded meanwhile, its memory may be another call's.
      if (!isReleased)
        this.writer =
          disk.follow?.(recording) ?? createTrackWriter(recording, (error) => this.stop('failed', error))
      return files
    } catch (error) {
      return this.stop('failed', error)
    }
  }

  private async removeTracks(): Promise<void> {
    this.release()
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

  /** Looks at how the writing goes. */
  private look(): void {
    this.noticeErrors()
    if (this.reason === null && this.options.spaceIsLow?.()) this.stop('noSpace')
    if (this.reason === null) this.writer?.poke()
  }

  /** Errors of the thread that writes; where the recorder writes itself, they come at once. */
  private noticeErrors(): void {
    const error = this.held.count()
    if (error !== undefined && this.reason === null) this.stop('failed', error)
  }
}
