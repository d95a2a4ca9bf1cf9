// Records one call: its audio (call-audio.ts) and its JSON (call-json.ts), under one name, until both are on disk.
//
// Every write happens on another thread: the server's is writer.ts, which reads the audio of all calls from shared
// memory; without it a recorder writes through node's `FileHandle.write`.

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { CallRing } from '../audio/call-ring.ts'
import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import { CallAudio, type Permission } from './call-audio.ts'
import { CallJson } from './call-json.ts'
import { recordingCounters } from './counters.ts'
import { type Disk, nodeDisk } from './disk.ts'
import {
  type CallDetails,
  type CallRecord,
  callDetailsSchema,
  mayKeepAudio,
  recordingDay,
  recordingFiles,
} from './files.ts'
import { ForgottenCalls } from './forgotten.ts'
import { freeName, type RecordingName } from './open-tracks.ts'
import { RecordingMemories } from './track-memory.ts'

export type Recorder = {
  /**
   * A frame from the caller has arrived, and is the newest of the call's ring. Never throws, never waits.
   *
   * @param frame 160 samples of 8 kHz; copied only when the recorder was given no ring
   */
  caller(frame: Int16Array): void
  /**
   * Once per 20 ms tick of the call: what was sent, null for silence. Copied; never throws, never waits.
   *
   * @param nowMs what the clock says
   */
  agent(frame: Int16Array | null, nowMs?: number): void
  /** The caller agreed, or has heard the notice to its end: the audio is kept. Without `permission` it begins now. */
  allow(): void
  /** The caller does not want to be recorded: both tracks are deleted at once, and the JSON stays. For good. */
  forbid(): void
  /** From now on both tracks hold silence, or sound again. */
  pause(on: boolean): void
  /** Writes the JSON as it stands, soon; of several calls in a row the last one counts. */
  save(details: CallDetails): void
  /**
   * Ends the recording. Resolves, and never rejects, when everything is on disk or 5 s have passed.
   *
   * @param inputs what the call can be played again from; kept only where the audio may be kept
   */
  close(details: CallDetails, inputs?: () => string): Promise<void>
}

export type RecorderOptions = {
  /** Root of the recordings; folders per day are made below it. */
  dir: string
  callId: string
  startedWallMs: number
  clock: Clock
  log: Log
  metrics: Metrics
  /** Default: `given`. */
  permission?: Permission
  /** Zone of the day in the path. */
  timeZone?: string
  /** Default: `nodeDisk`. The server passes the one of writer.ts, on a thread of its own. */
  disk?: Disk
  /** Where the caller's frames are; see `CallAudioOptions`. */
  ring?: CallRing
  memories?: RecordingMemories
  /** Whether the disk is nearly full: recording stops then, the call goes on. */
  spaceIsLow?: () => boolean
  /** Erased calls: nothing of them is written any more. */
  forgotten?: ForgottenCalls
  /** Takes the record of an ended call that the disk refused. */
  onUnwritten?: (path: string, record: CallRecord) => void
  /** Learns that audio or record could not be written, and, later, that the disk takes them again. */
  onHealth?: (isWriting: boolean) => void
}

const closeLimitMs = 5_000
const sharedMemories = new RecordingMemories()

/** @param options.callId UUID in lower case with hyphens; anything else records nothing, with one warning */
export function createRecorder(options: RecorderOptions): Recorder {
  return new CallRecorder(options)
}

class CallRecorder implements Recorder {
  private readonly audio: CallAudio
  private readonly json: CallJson
  private readonly disk: Disk
  private readonly startedMs: number
  private readonly count: ReturnType<typeof recordingCounters>
  private readonly isForgotten: () => boolean
  private name: RecordingName | undefined
  private ended: { wallMs: number; afterMs: number } | undefined

  constructor(private readonly options: RecorderOptions) {
    const { clock, log, callId, spaceIsLow, onHealth, ring, forgotten = new ForgottenCalls() } = options
    this.disk = options.disk ?? nodeDisk
    this.startedMs = clock.now()
    this.count = recordingCounters(options.metrics)
    const wasErased = forgotten.watch()
    this.isForgotten = () => wasErased(callId)
    const naming = this.findName().catch((error: unknown) => this.audio.stop('failed', error))
    this.audio = new CallAudio({
      ...{ clock, log, naming, count: this.count, disk: this.disk, isForgotten: this.isForgotten },
      memories: options.memories ?? sharedMemories,
      ...(ring && { ring }),
      permission: options.permission ?? 'given',
      ...(spaceIsLow && { spaceIsLow }),
      onFailed: () => onHealth?.(false),
    })
    this.json = new CallJson({
      disk: this.disk,
      path: naming.then((name) => name?.files.json),
      complete: (details) => this.record(details),
      isForgotten: this.isForgotten,
      onFailed: (error) => {
        this.count.errors.add()
        onHealth?.(false)
        log.warn('record of the call was not written', { error: errorText(error) })
      },
    })
  }

  caller(frame: Int16Array): void {
    this.audio.caller(frame)
  }

  agent(frame: Int16Array | null, nowMs = this.options.clock.now()): void {
    this.audio.agent(frame, nowMs)
  }

  allow(): void {
    this.audio.allow()
  }

  forbid(): void {
    this.audio.discard('refused')
  }

  pause(on: boolean): void {
    this.audio.pause(on)
  }

  save(details: CallDetails): void {
    this.json.save(details)
  }

  async close(details: CallDetails, inputs?: () => string): Promise<void> {
    if (this.ended !== undefined) return
    const { clock, log } = this.options
    this.audio.end()
    this.ended = { wallMs: clock.wallMs(), afterMs: Math.round(clock.now() - this.startedMs) }
    let timer = { cancel() {} }
    const late = new Promise<'late'>((resolve) => {
      timer = clock.at(clock.now() + closeLimitMs, () => resolve('late'))
    })
    const first = await Promise.race([this.finish(details, inputs), late])
    timer.cancel()
    if (first === 'late') {
      this.count.errors.add()
      log.warn('recording was not finished in time', { limitMs: closeLimitMs })
    }
    this.audio.release()
  }

  private async finish(details: CallDetails, inputs?: () => string): Promise<void> {
    await this.audio.finish()
    await this.json.settled()
    this.json.save(details)
    await this.json.settled()
    const { onUnwritten, onHealth } = this.options
    const left = this.json.unwritten ?? (this.name === undefined ? this.withoutName(details) : undefined)
    if (left && !this.isForgotten()) onUnwritten?.(left.path, left.record)
    else if (!this.audio.hasStopped) onHealth?.(true)
    if (!left && inputs && this.name && mayKeepAudio(this.record(details)))
      await this.json.writeInputs(this.name.files.inputs, inputs())
  }

  /** The record of a call for which no name was found: the disk did not answer. */
  private withoutName(details: CallDetails): { path: string; record: CallRecord } | undefined {
    const { dir, callId, startedWallMs, timeZone } = this.options
    const day = recordingDay(startedWallMs, timeZone)
    // With its own name taken, the call is a later part of one that has a record already.
    const path = recordingFiles(dir, day, callId)?.json
    return path === undefined || existsSync(path) ? undefined : { path, record: this.record(details) }
  }

  private async findName(): Promise<RecordingName> {
    // First the call's first frame leaves: asking the disk takes a fifth of the time that a call takes to begin.
    await Promise.resolve()
    const name = await freeName(this.disk, this.options)
    // Before the tracks are there: the first record of a day is written while they are being created.
    await this.disk.makeFolder(dirname(name.files.json))
    this.name = name
    return this.name
  }

  private record(details: CallDetails): CallRecord {
    const { callId, startedWallMs } = this.options
    return {
      version: 1,
      stage: 'whole',
      id: this.name?.id ?? callId,
      callId,
      startedAt: new Date(startedWallMs).toISOString(),
      endedAt: this.ended ? new Date(this.ended.wallMs).toISOString() : null,
      durationMs: this.ended?.afterMs ?? null,
      // Only the known fields: an unknown one could hold anything, and would stay on disk.
      ...callDetailsSchema.parse(details),
      audio: this.audio.summary,
    }
  }
}
