// Records one call: two aligned RAW tracks that grow while the call runs, and a JSON beside them. The 20 ms path only
// copies into pooled blocks. A slow disk fills those (10 s, then gaps), a dead one ends the recording with one warning,
// and the call notices neither. Audio stays only with the caller's permission (`RecorderOptions.permission`).
//
// Every write goes to another thread: the server's through writer.ts, in batches for all calls; without that thread
// through node's `FileHandle.write`, which takes the calling thread 1 µs. Bun's file sink would write inside the call
// (measured: all of its 1.5 µs on the calling thread).

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { silenceFrame } from '../audio/pcm.ts'
import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import { Aligner } from './align.ts'
import { CallJson } from './call-json.ts'
import { recordingCounters } from './counters.ts'
import { type Disk, nodeDisk, type RecordingFile } from './disk.ts'
import {
  type CallDetails,
  type CallRecord,
  callDetailsSchema,
  type Gap,
  recordingDay,
  recordingFiles,
} from './files.ts'
import { freeName, openTracks, type RecordingName, type Tracks } from './open-tracks.ts'
import { BlockPool, Track } from './track.ts'

export type Recorder = {
  /** A frame from the caller has arrived. @param frame 160 samples of 8 kHz, copied; never throws, never waits */
  caller(frame: Int16Array): void
  /** Once per 20 ms tick of the call: what was sent, null for silence. Copied; never throws, never waits */
  agent(frame: Int16Array | null): void
  /** The caller agreed, or has heard the notice to its end: the audio is kept. Without `permission` it begins now. */
  allow(): void
  /** The caller does not want to be recorded: both tracks are deleted at once, and the JSON stays. For good. */
  forbid(): void
  /** From now on both tracks hold silence, or sound again. */
  pause(on: boolean): void
  /** Writes the JSON as it stands, soon; of several calls in a row the last one counts. */
  save(details: CallDetails): void
  /** Ends the recording. Resolves, and never rejects, when everything is on disk or 5 s have passed. */
  close(details: CallDetails): Promise<void>
}

export type RecorderOptions = {
  /** Root of the recordings; folders per day are made below it. */
  dir: string
  callId: string
  startedWallMs: number
  clock: Clock
  log: Log
  metrics: Metrics
  /**
   * `given`: audio is kept. `notice`: audio is written at once, because the track proves that the notice was said, and
   * deleted at the end unless `allow` was called. `consent`: nothing is written before `allow`. Default: `given`.
   */
  permission?: 'given' | 'notice' | 'consent'
  /** Zone of the day in the path. */
  timeZone?: string
  /** Default: `nodeDisk`. The server passes the one of writer.ts, on a thread of its own. */
  disk?: Disk
  pool?: BlockPool
  /** Whether the disk is nearly full: recording stops then, the call goes on. */
  spaceIsLow?: () => boolean
  /** Takes the record of an ended call that the disk refused. */
  onUnwritten?: (path: string, record: CallRecord) => void
  /** Learns that audio or record could not be written, and, later, that the disk takes them again. */
  onHealth?: (isWriting: boolean) => void
}

/**
 * Ticks between writes: 160 ms, which leaves the disk 40 ms of the 200 ms that a crash may cost. A write costs both
 * threads together 8 µs whatever its length, so a write every 120 ms would cost a third more.
 */
const flushTicks = 8
const closeLimitMs = 5_000
const sharedPool = new BlockPool()

/** @param options.callId UUID in lower case with hyphens; anything else records nothing, with one warning */
export function createRecorder(options: RecorderOptions): Recorder {
  return new CallRecorder(options)
}

class CallRecorder implements Recorder {
  private readonly callerTrack: Track
  private readonly agentTrack: Track
  private readonly aligner: Aligner
  private readonly disk: Disk
  private readonly startedMs: number
  private readonly count: ReturnType<typeof recordingCounters>
  private readonly naming: Promise<RecordingName | undefined>
  private name: RecordingName | undefined
  private opening: Promise<Tracks | undefined> | undefined
  private opened: Tracks | undefined
  private allowed: boolean
  private removing: Promise<void> | undefined
  private readonly pauses: { fromMs: number; toMs: number }[] = []
  private pausedFromMs: number | undefined
  private readonly json: CallJson
  private ticks = 0
  private writing: Promise<void> | undefined
  private stopped: CallRecord['audio']['stopped'] = null
  private ended: { wallMs: number; afterMs: number; samples: number } | undefined
  private counted = 0

  constructor(private readonly options: RecorderOptions) {
    const pool = options.pool ?? sharedPool
    this.callerTrack = new Track(pool)
    this.agentTrack = new Track(pool)
    this.aligner = new Aligner(this.callerTrack, this.agentTrack)
    this.disk = options.disk ?? nodeDisk
    this.startedMs = options.clock.now()
    this.count = recordingCounters(options.metrics)
    if (options.spaceIsLow?.()) this.stop('noSpace')
    const { permission = 'given' } = options
    this.allowed = permission === 'given'
    this.naming = this.findName().catch((error: unknown) => this.stop('failed', error))
    if (permission !== 'consent') this.opening = this.open()
    this.json = new CallJson({
      disk: this.disk,
      path: this.naming.then((name) => name?.files.json),
      complete: (details) => this.record(details),
      onFailed: (error) => {
        this.count.errors.add()
        options.onHealth?.(false)
        options.log.warn('record of the call was not written', { error: errorText(error) })
      },
    })
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
    if (this.stopped === null && this.ended === undefined) this.opening ??= this.open()
  }

  forbid(): void {
    this.discard('refused')
  }

  pause(on: boolean): void {
    const atMs = Math.round(this.afterMs())
    if (on) this.pausedFromMs ??= atMs
    else if (this.pausedFromMs !== undefined) {
      this.pauses.push({ fromMs: this.pausedFromMs, toMs: atMs })
      this.pausedFromMs = undefined
    }
  }

  save(details: CallDetails): void {
    this.json.save(details)
  }

  /** Nothing is captured: the recording has not begun, has stopped, or the call is over. */
  private get isOff(): boolean {
    return this.opening === undefined || this.stopped !== null || this.ended !== undefined
  }

  private afterMs(): number {
    return this.options.clock.now() - this.startedMs
  }

  /** Ends the audio and deletes it, on disk and in memory. */
  private discard(reason: 'refused' | 'notAnnounced'): void {
    if (this.removing !== undefined) return
    this.allowed = false
    this.stopped = { reason, atMs: Math.round(this.afterMs()) }
    this.removing = this.removeTracks(this.writing !== undefined)
  }

  private async removeTracks(writing: boolean): Promise<void> {
    this.callerTrack.release(writing)
    this.agentTrack.release(writing)
    try {
      // Files that are still being created must not appear afterwards.
      await this.opening
      const files = (await this.naming)?.files
      if (files === undefined || this.opening === undefined) return
      await Promise.all([this.disk.remove(files.caller), this.disk.remove(files.agent)])
    } catch (error) {
      this.count.errors.add()
      this.options.log.error('the audio of a caller who refused it was not deleted', {
        error: errorText(error),
      })
    }
  }

  async close(details: CallDetails): Promise<void> {
    if (this.ended !== undefined) return
    this.pause(false)
    if (!this.isOff) this.aligner.finish()
    const { clock, log } = this.options
    const afterMs = Math.round(this.afterMs())
    if (!this.allowed) this.discard(this.options.permission === 'consent' ? 'refused' : 'notAnnounced')
    this.ended = { wallMs: clock.wallMs(), afterMs, samples: this.samples }
    let timer = { cancel() {} }
    const late = new Promise<'late'>((resolve) => {
      timer = clock.at(clock.now() + closeLimitMs, () => resolve('late'))
    })
    const first = await Promise.race([this.finish(details), late])
    timer.cancel()
    if (first === 'late') {
      this.count.errors.add()
      log.warn('recording was not finished in time', { limitMs: closeLimitMs })
    }
    this.callerTrack.release(first === 'late')
    this.agentTrack.release(first === 'late')
    this.countDropped()
  }

  private async finish(details: CallDetails): Promise<void> {
    const opened = await this.opening
    await this.writing
    await this.removing
    if (opened && this.stopped === null) {
      this.write(opened)
      await this.writing
    }
    await Promise.all([this.end(opened?.caller, this.callerTrack), this.end(opened?.agent, this.agentTrack)])
    await this.json.settled()
    this.json.save(details)
    await this.json.settled()
    const { onUnwritten, onHealth } = this.options
    const left = this.json.unwritten ?? (this.name === undefined ? this.withoutName(details) : undefined)
    if (left) onUnwritten?.(left.path, left.record)
    else if (this.stopped === null) onHealth?.(true)
  }

  /** The record of a call for which no name was found: the disk did not answer. */
  private withoutName(details: CallDetails): { path: string; record: CallRecord } | undefined {
    const { dir, callId, startedWallMs, timeZone } = this.options
    const day = recordingDay(startedWallMs, timeZone)
    // With its own name taken, the call is a later part of one that has a record already.
    const path = recordingFiles(dir, day, callId)?.json
    return path === undefined || existsSync(path) ? undefined : { path, record: this.record(details) }
  }

  /** Brings a track that ends in a hole to its full length. */
  private async end(file: RecordingFile | undefined, track: Track): Promise<void> {
    try {
      if (file && this.stopped === null) await file.truncate(track.samples * 2)
    } catch (error) {
      this.stop('failed', error)
    }
    await file?.close().catch((error: unknown) => this.stop('failed', error))
  }

  private async findName(): Promise<RecordingName> {
    const name = await freeName(this.disk, this.options)
    // Before the tracks are there: the first record of a day is written while they are being created.
    await this.disk.makeFolder(dirname(name.files.json))
    this.name = name
    return this.name
  }

  /** Never rejects. */
  private async open(): Promise<Tracks | undefined> {
    try {
      const name = await this.naming
      if (name !== undefined) this.opened = await openTracks(this.disk, name.files)
      return this.opened
    } catch (error) {
      return this.stop('failed', error)
    }
  }

  /** Samples in each file: none once the audio was deleted. */
  private get samples(): number {
    return this.removing === undefined ? this.agentTrack.samples : 0
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
    this.count.bytes.add(callerBytes + agentBytes)
    this.countDropped()
  }

  private record(details: CallDetails): CallRecord {
    const { callId, startedWallMs } = this.options
    const id = this.name?.id ?? callId
    const samples = this.ended?.samples ?? this.samples
    const isDeleted = this.removing !== undefined
    const gaps = isDeleted ? [] : [...marks('caller', this.callerTrack), ...marks('agent', this.agentTrack)]
    return {
      version: 1,
      stage: 'whole',
      id,
      callId,
      startedAt: new Date(startedWallMs).toISOString(),
      endedAt: this.ended ? new Date(this.ended.wallMs).toISOString() : null,
      durationMs: this.ended?.afterMs ?? null,
      // Only the known fields: an unknown one could hold anything, and would stay on disk.
      ...callDetailsSchema.parse(details),
      audio: { rateHz: 8_000, samples, gaps, pauses: this.pauses, stopped: this.stopped },
    }
  }

  private stop(reason: 'failed' | 'noSpace', error?: unknown): undefined {
    if (reason === 'failed') this.count.errors.add()
    if (this.stopped !== null) return
    this.options.onHealth?.(false)
    this.stopped = { reason, atMs: Math.round(this.afterMs()) }
    this.count.stopped.add()
    this.options.log.warn('recording stopped, the call goes on', {
      reason,
      ...(error === undefined ? {} : { error: errorText(error) }),
    })
  }

  private countDropped(): void {
    const dropped = this.callerTrack.droppedFrames + this.agentTrack.droppedFrames
    this.count.dropped.add(dropped - this.counted)
    this.counted = dropped
  }
}

function marks(track: 'caller' | 'agent', of: Track): Gap[] {
  return of.gaps.map((gap) => ({ track, fromMs: gap.from / 8, toMs: gap.to / 8 }))
}
