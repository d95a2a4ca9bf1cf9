// Takes the agent's own voice out of the caller's sound, for the voice detector: a telephone on its loudspeaker sends
// back what it plays. Runs wasm/echo/echo.wasm while the agent speaks and 0.8 s after; at other times, and on
// telephones without echo, frames stay exactly as they came. Nothing is allocated per frame.
//
// Both directions are numbered by time, and a number of one direction belongs to the same number of the other: a frame
// that was sent early or lost must not move the echo. Sent frames count as they leave, because the telephone plays them
// one after another.

import { readFileSync } from 'node:fs'
import { programFile } from '../base/program.ts'
import type { EchoCanceller, EchoFacts, EchoState } from './echo-canceller.ts'
import { hasSimd } from './filter-kernel.ts'
import { FrameSlots } from './frame-slots.ts'
import { AudioError, frameMs, frameSamples, silenceFrame } from './pcm.ts'

/** The stack of wasm/build.sh; the module has no data of its own. */
const stackBytes = 8_192
/** The echo of the last word is over after this: 720 ms of delay and a room's sound. */
const tailFrames = 40
/** The frame that belongs to a caller's has been sent this many frames before the newest one. */
const behindFrames = 2
/** echo.c keeps this many for callers whose frames come late. */
const mostBehindFrames = 8
/**
 * The agent has spoken this many frames and nothing came back. An echo in the set is found within 0.8 s; one whose
 * delay is the longest, 720 ms, can be heard after that time only.
 */
const noneAfterFrames = 60
/** Below these there is no echo: the coarse filter's energy is nowhere, and it explains nothing of what came. */
const noShare = 0.04
const noFit = 0.9
/** The order of `State` in echo.c. */
const [delayAt, convergedAt, peakAt, lossAt, levelAt, activeAt, shareAt, fitAt, adaptedAt] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
]

type Exports = {
  begin(state: number): void
  end(state: number): void
  resume(state: number): void
  send(state: number, samples: number): void
  hear(state: number, samples: number, behind: number): void
  bytes(): number
}

/**
 * Calls that share a memory. The garbage collector takes a memory for used as a whole, twice, and lets as much garbage
 * wait as there seems to be in use: one memory for 2 000 calls was 170 MB of garbage.
 */
const callsPerMemory = 16

/** Memory of one call. */
type Place = { wasm: Exports; buffer: ArrayBuffer; state: number }

/** The cancellers of all calls of a thread. */
export class EchoCancellers {
  /** Bytes of memory that each call has. */
  bytesPerCall = 0
  private readonly module: WebAssembly.Module
  private readonly free: Place[] = []
  private places = 0

  /**
   * @param capacity calls at once
   * @throws {AudioError} `noSimd` on a machine without WebAssembly SIMD, `badWasm`
   */
  constructor(private readonly capacity: number) {
    if (!hasSimd()) throw new AudioError('noSimd', 'this machine runs no WebAssembly SIMD')
    this.module = new WebAssembly.Module(readFileSync(programFile('wasm/echo/echo.wasm')))
    this.prepare(1)
  }

  /** Makes memory in advance, so that some calls can begin without waiting for theirs. */
  prepare(calls: number): void {
    while (this.free.length < calls && this.places < this.capacity) this.addMemory()
  }

  /** For a call that begins; undefined when `capacity` calls have one. */
  open(): EchoCanceller | undefined {
    this.prepare(1)
    const place = this.free.pop()
    if (place === undefined) return undefined
    const { wasm, buffer, state } = place
    const samples = state + this.bytesPerCall - frameSamples * 2
    wasm.begin(state)
    return new Canceller(wasm, buffer, state, samples, () => {
      // At the end and not at the beginning, where the caller waits for the first frame.
      wasm.end(state)
      this.free.push(place)
    })
  }

  private addMemory(): void {
    const memory = new WebAssembly.Memory({ initial: 1 })
    const { exports } = new WebAssembly.Instance(this.module, { env: { memory } })
    if (typeof exports.hear !== 'function') throw new AudioError('badWasm', 'echo.wasm exports no hear')
    const wasm = exports as unknown as Exports
    const stateBytes = (wasm.bytes() + 15) & ~15
    this.bytesPerCall = stateBytes + frameSamples * 2
    const calls = Math.min(callsPerMemory, this.capacity - this.places)
    const bytes = stackBytes + calls * this.bytesPerCall
    memory.grow(Math.ceil(bytes / 65_536))
    const { buffer } = memory
    for (let i = calls - 1; i >= 0; i--)
      this.free.push({ wasm, buffer, state: stackBytes + i * this.bytesPerCall })
    this.places += calls
  }
}

class Canceller implements EchoCanceller {
  private readonly integers: Int32Array
  private readonly floats: Float32Array
  private readonly frame: Int16Array
  private readonly slots = new FrameSlots()
  /** Frames sent, and how many of them there were when the agent was last heard speaking. */
  private sentFrames = 0
  private spokeAt = Number.NEGATIVE_INFINITY
  /** Adds up with the number of a caller's frame to the number of the frame sent at its time. */
  private offset: number | undefined
  private isOpen = true

  constructor(
    private readonly wasm: Exports,
    memory: ArrayBuffer,
    private readonly place: number,
    private readonly samples: number,
    private readonly onClose: () => void,
  ) {
    this.integers = new Int32Array(memory, place, 9)
    this.floats = new Float32Array(memory, place, 8)
    this.frame = new Int16Array(memory, samples, frameSamples)
  }

  get state(): EchoState {
    const { integers, floats } = this
    if (!this.isOpen) return 'none'
    if (integers[delayAt]! >= 0) return integers[convergedAt] === 1 ? 'cancelled' : 'unknown'
    if (integers[activeAt]! < noneAfterFrames) return 'unknown'
    return floats[shareAt]! < noShare || floats[fitAt]! > noFit ? 'none' : 'unknown'
  }

  get adaptedFrames(): number {
    return this.integers[adaptedAt]!
  }

  get holdsBack(): boolean {
    return this.isActive && this.state === 'unknown'
  }

  get facts(): EchoFacts | undefined {
    const { integers, floats } = this
    if (!this.isOpen || integers[convergedAt] !== 1) return undefined
    return {
      levelDb: 10 * Math.log10(Math.max(1e-9, floats[levelAt]!)),
      delayMs: (integers[delayAt]! + integers[peakAt]!) / 8 + behindFrames * frameMs,
      lossDb: 10 * Math.log10(Math.max(1e-9, floats[lossAt]!)),
    }
  }

  sent(frame: Int16Array | null): void {
    this.sentFrames++
    if (!this.isOpen || (frame === null && !this.isActive)) return
    if (frame !== null) {
      if (!this.isActive && this.spokeAt > 0) this.wasm.resume(this.place)
      this.spokeAt = this.sentFrames
    }
    this.frame.set(frame ?? silenceFrame)
    this.wasm.send(this.place, this.samples)
  }

  heard(frame: Int16Array, nowMs: number): Int16Array {
    const slot = this.slots.take(nowMs)
    const behind = this.behind(slot)
    if (!this.isOpen || !this.isActive) return frame
    this.frame.set(frame)
    this.wasm.hear(this.place, this.samples, behind)
    return this.integers[delayAt]! < 0 ? frame : this.frame
  }

  missed(nowMs: number): void {
    this.slots.miss(nowMs)
  }

  close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.onClose()
  }

  private get isActive(): boolean {
    return this.sentFrames - this.spokeAt <= tailFrames
  }

  /** How many frames were sent after the one that belongs to this slot; moves the numbers when they run apart. */
  private behind(slot: number): number {
    this.offset ??= this.sentFrames - behindFrames - slot
    const behind = this.sentFrames - this.offset - slot
    if (behind >= 0 && behind <= mostBehindFrames) return behind
    this.offset = this.sentFrames - behindFrames - slot
    return behindFrames
  }
}
