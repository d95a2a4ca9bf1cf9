// Records one call: two aligned RAW tracks that grow while the call runs, and a JSON beside them. The 20 ms path only
// copies into pooled blocks; a slow disk fills those (10 s, then gaps), a dead one ends the recording with one
// warning, and the call notices neither. Writing is `FileHandle.write`: it takes 1 µs to ask for and runs on another
// thread, where Bun's file sink writes inside the call (measured: 1.5 µs of 1.5 µs on the calling thread).

import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import { Aligner } from './align.ts'
import { type Disk, nodeDisk, type RecordingFile } from './disk.ts'
import {
  type CallDetails,
  type CallRecord,
  callDetailsSchema,
  type Gap,
  recordingDay,
  recordingFiles,
} from './files.ts'
import { BlockPool, Track } from './track.ts'

export type Recorder = {
  /** A frame of the caller's has arrived. @param frame 160 samples of 8 kHz, copied; never throws, never waits */
  caller(frame: Int16Array): void
  /** Once per 20 ms tick of the call: what was sent, null for silence. Copied; never throws, never waits */
  agent(frame: Int16Array | null): void
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
  /** Zone of the day in the path. */
  timeZone?: string
  disk?: Disk
  pool?: BlockPool
  /** Says that the disk is nearly full: recording stops, the call goes on. */
  spaceIsLow?: () => boolean
}

/**
 * Ticks between writes: 160 ms, which leaves the disk 40 ms of the 200 ms that a crash may cost. A write costs 8 µs
 * of both threads together whatever its length, so that every 120 ms costs a third more.
 */
const flushTicks = 8
const closeLimitMs = 5_000
const sharedPool = new BlockPool()

/** @param options.callId UUID in lower case with hyphens; anything else records nothing, with one warning */
export function createRecorder(options: RecorderOptions): Recorder {
  return new CallRecorder(options)
}

type Opened = { id: string; json: string; caller: RecordingFile; agent: RecordingFile }

class CallRecorder implements Recorder {
  private readonly callerTrack: Track
  private readonly agentTrack: Track
  private readonly aligner: Aligner
  private readonly disk: Disk
  private readonly startedMs: number
  private readonly count: ReturnType<typeof recordingCounters>
  private readonly opening: Promise<Opened | undefined>
  private opened: Opened | undefined
  private ticks = 0
  private writing: Promise<void> | undefined
  private saving: Promise<void> | undefined
  private details: CallDetails | undefined
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
    this.opening = this.open().catch((error: unknown) => this.stop('failed', error))
  }

  caller(frame: Int16Array): void {
    if (this.stopped === null && this.ended === undefined) this.aligner.caller(frame)
  }

  agent(frame: Int16Array | null): void {
    if (this.stopped !== null || this.ended !== undefined) return
    this.aligner.agent(frame, this.options.clock.now() - this.startedMs)
    if (++this.ticks % flushTicks !== 0) return
    if (this.options.spaceIsLow?.()) this.stop('noSpace')
    else if (this.opened !== undefined && this.writing === undefined) this.write(this.opened)
  }

  save(details: CallDetails): void {
    this.details = details
    if (this.saving === undefined) this.saving = this.writeJson()
  }

  async close(details: CallDetails): Promise<void> {
    if (this.ended !== undefined) return
    this.aligner.finish()
    const { clock, log } = this.options
    const afterMs = Math.round(clock.now() - this.startedMs)
    this.ended = { wallMs: clock.wallMs(), afterMs, samples: this.agentTrack.samples }
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
    if (opened && this.stopped === null) {
      this.write(opened)
      await this.writing
    }
    await Promise.all([this.end(opened?.caller, this.callerTrack), this.end(opened?.agent, this.agentTrack)])
    await this.saving
    this.save(details)
    await this.saving
  }

  /** A track that ends in a hole is brought to its full length. */
  private async end(file: RecordingFile | undefined, track: Track): Promise<void> {
    try {
      if (file && this.stopped === null) await file.truncate(track.samples * 2)
    } catch (error) {
      this.stop('failed', error)
    }
    await file?.close().catch((error: unknown) => this.stop('failed', error))
  }

  private async open(): Promise<Opened | undefined> {
    const { dir, callId, startedWallMs, timeZone } = this.options
    const day = recordingDay(startedWallMs, timeZone)
    for (let visit = 1; visit <= 9; visit++) {
      const id = visit === 1 ? callId : `${callId}-${visit}`
      const files = recordingFiles(dir, day, id)
      if (files === undefined) break
      const caller = await this.disk.create(files.caller)
      if (caller === undefined) continue
      const agent = await this.createAgent(files.agent, caller)
      this.opened = { id, json: files.json, caller, agent }
      return this.opened
    }
    throw new Error('no free name for the recording')
  }

  /** Closes the caller's file when there is none for the agent: Bun ends the process over one that is forgotten. */
  private async createAgent(path: string, caller: RecordingFile): Promise<RecordingFile> {
    try {
      const agent = await this.disk.create(path)
      if (agent === undefined) throw new Error('the agent track exists already without a caller track')
      return agent
    } catch (error) {
      await caller.close()
      throw error
    }
  }

  private write(opened: Opened): void {
    this.writing = this.flush(opened)
      .catch((error: unknown) => {
        this.stop('failed', error)
      })
      .finally(() => {
        this.writing = undefined
      })
  }

  private async flush(opened: Opened): Promise<void> {
    const [callerBytes, agentBytes] = await Promise.all([
      this.callerTrack.flush(opened.caller),
      this.agentTrack.flush(opened.agent),
    ])
    this.count.bytes.add(callerBytes + agentBytes)
    this.countDropped()
  }

  private async writeJson(): Promise<void> {
    try {
      const opened = await this.opening
      while (opened && this.details) {
        const record = this.record(opened.id, this.details)
        this.details = undefined
        await this.disk.replace(opened.json, `${JSON.stringify(record, null, 1)}\n`)
      }
    } catch (error) {
      this.count.errors.add()
      this.options.log.warn('record of the call was not written', { error: errorText(error) })
    } finally {
      this.saving = undefined
    }
  }

  private record(id: string, details: CallDetails): CallRecord {
    const { callId, startedWallMs } = this.options
    const samples = this.ended?.samples ?? this.agentTrack.samples
    const gaps = [...marks('caller', this.callerTrack), ...marks('agent', this.agentTrack)]
    return {
      version: 1,
      id,
      callId,
      startedAt: new Date(startedWallMs).toISOString(),
      endedAt: this.ended ? new Date(this.ended.wallMs).toISOString() : null,
      durationMs: this.ended?.afterMs ?? null,
      // Only what a record has: a field too many could be anything, and would stay on disk.
      ...callDetailsSchema.parse(details),
      audio: { rateHz: 8_000, samples, gaps, stopped: this.stopped },
    }
  }

  private stop(reason: 'failed' | 'noSpace', error?: unknown): undefined {
    if (reason === 'failed') this.count.errors.add()
    if (this.stopped !== null) return
    this.stopped = { reason, atMs: Math.round(this.options.clock.now() - this.startedMs) }
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

/** The numbers of all recordings. Made once before the first: a number that begins at 1 shows in no rate. */
export function recordingCounters(metrics: Metrics) {
  return {
    bytes: metrics.counter('recording_bytes_total', 'Bytes of recorded audio written'),
    dropped: metrics.counter(
      'recording_frames_dropped_total',
      'Frames not recorded because the disk was slow',
    ),
    errors: metrics.counter('recording_errors_total', 'Writes of recordings that failed'),
    stopped: metrics.counter('recording_stopped_total', 'Recordings that ended before their call'),
  }
}
