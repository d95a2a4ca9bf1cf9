// Many callers in a process of their own: each sends its UUID and 20 ms of audio every 20 ms, says something every
// so often, and notes when each frame arrives. `bun test/bench/callers.ts --port N --calls N`. Tells its progress in lines
// of JSON: `dialled`, `open` and `closed` around the measured seconds, then `result`.

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readWav } from '../../src/audio/wav.ts'
import { encodeAudio, encodeMessage, MessageKind, uuidBytes } from '../../src/audiosocket/message.ts'
import { round, spread } from './crowd.ts'
import { gridOf } from './grid.ts'
import { onsetGapMs, type Talk } from './turns.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    calls: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '10' },
    'turn-s': { type: 'string', default: '8' },
    'dial-per-s': { type: 'string', default: '150' },
    'settle-ms': { type: 'string', default: '2000' },
    // A caller hangs up after half to one and a half times as long, and another dials; 0: all stay.
    'stay-s': { type: 'string', default: '0' },
    // Measures from the first call on, and only those who are taken: all dial at once.
    burst: { type: 'boolean', default: false },
  },
})
const calls = Number(values.calls)
const seconds = Number(values.seconds)
const turnFrames = Number(values['turn-s']) * 50
const port = Number(values.port)
const stayS = Number(values['stay-s'])

const frameSamples = 160
const messageBytes = 323
const slots = 10
const periodMs = 20
const mostDialMs = 5_000

const nowMs = () => performance.timeOrigin + performance.now()
const tell = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`)

const silence = new Uint8Array(messageBytes)
encodeAudio(new Int16Array(frameSamples), silence)
const utterance = await messagesOf(join(import.meta.dir, '../fixtures/audio/utterance-no.wav'))

async function messagesOf(path: string): Promise<Uint8Array[]> {
  const { samples } = readWav(await Bun.file(path).bytes())
  const frames = Math.ceil(samples.length / frameSamples)
  return Array.from({ length: frames }, (_, i) => {
    const frame = new Int16Array(frameSamples)
    frame.set(samples.subarray(i * frameSamples, (i + 1) * frameSamples))
    const message = new Uint8Array(messageBytes)
    encodeAudio(frame, message)
    return message
  })
}

let measuring = false

class Caller {
  readonly callId = crypto.randomUUID()
  /** When the last frame of what was said left, and when the agent's speech began after a pause, and ended before it. */
  readonly saidMs: number[] = []
  readonly onsetsMs: number[] = []
  readonly quietMs: number[] = []
  readonly atMs = new Float64Array(((stayS > 0 ? stayS * 1.5 : seconds) + 2) * 60)
  readonly onsets = new Uint8Array(this.atMs.length)
  frames = 0
  uuidMs = Number.NaN
  firstMs = Number.NaN
  ended = false
  refusedWrites = 0
  /** Frames of the whole call. */
  heard = 0
  /** The hang-up message has come: the dialplan goes on. */
  sentOn = false
  private socket: Bun.Socket | undefined
  private rest = new Uint8Array(0)
  private sent = 0
  private audibleMs = 0

  constructor(private readonly turnOffset: number) {}

  async dial(): Promise<void> {
    const over = () => {
      this.ended = true
    }
    this.socket = await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        binaryType: 'uint8array',
        data: (_, bytes) => this.hear(bytes),
        close: over,
        error: over,
      } as Bun.SocketHandler<undefined>,
    })
    this.socket.setNoDelay(true)
    const message = new Uint8Array(19)
    encodeMessage(MessageKind.Uuid, uuidBytes(this.callId)!, message)
    this.uuidMs = performance.now()
    this.socket.write(message)
  }

  tick(): void {
    if (this.ended) return
    // The first turn is at least a second after the beginning.
    const at = (this.sent++ + turnFrames - 50 - this.turnOffset) % turnFrames
    const speaks = at < utterance.length && this.sent > 50
    const message = speaks ? utterance[at] : silence
    // What a full socket does not take is left out whole or cut: such a caller is no caller any more.
    if (this.socket?.write(message) !== messageBytes) this.refusedWrites++
    if (speaks && at === utterance.length - 1) this.saidMs.push(nowMs())
  }

  hangUp(): void {
    this.socket?.end()
    this.ended = true
  }

  private hear(bytes: Uint8Array): void {
    const now = performance.now()
    if (this.rest.length === 0 && bytes.length === messageBytes) {
      this.frame(bytes, 3, now)
      return
    }
    let all = bytes
    if (this.rest.length > 0) {
      all = new Uint8Array(this.rest.length + bytes.length)
      all.set(this.rest)
      all.set(bytes, this.rest.length)
    }
    let at = 0
    while (all.length - at >= 3) {
      const end = at + 3 + ((all[at + 1] << 8) | all[at + 2])
      if (end > all.length) break
      if (all[at] === MessageKind.Hangup) this.sentOn = true
      if (all[at] === MessageKind.Audio8k) this.frame(all.subarray(at, end), 3, now)
      at = end
    }
    this.rest = all.slice(at)
  }

  /** For turns.ts. */
  get talk(): Talk {
    const { callId, saidMs, onsetsMs } = this
    const quietMs = onsetsMs.length === 0 ? [] : [...this.quietMs, performance.timeOrigin + this.audibleMs]
    return { callId, saysMs: utterance.length * periodMs, saidMs, onsetsMs, quietMs }
  }

  private frame(message: Uint8Array, from: number, now: number): void {
    if (Number.isNaN(this.firstMs)) this.firstMs = now
    this.heard++
    let at = from
    while (at < message.length && message[at] === 0) at++
    let onset = 0
    if (at < message.length) {
      if (now - this.audibleMs > onsetGapMs) {
        if (this.onsetsMs.length > 0) this.quietMs.push(performance.timeOrigin + this.audibleMs)
        this.onsetsMs.push(performance.timeOrigin + now)
        onset = 1
      }
      this.audibleMs = now
    }
    if (!measuring || this.frames === this.atMs.length) return
    this.onsets[this.frames] = onset
    this.atMs[this.frames++] = now
  }
}

const callers: Caller[] = []
const members: Caller[][] = Array.from({ length: slots }, () => [])
const latenessMs: number[] = []
let running = true

/** The clock of all callers: a tenth of them every 2 ms. */
function beat(startMs: number): void {
  let slot = 0
  let dueMs = startMs
  const run = () => {
    const now = performance.now()
    while (dueMs <= now + 0.5) {
      if (measuring) latenessMs.push(Math.max(0, now - dueMs))
      for (const caller of members[slot % slots]) caller.tick()
      slot++
      dueMs += periodMs / slots
    }
    if (running) setTimeout(run, Math.max(0, dueMs - performance.now()))
  }
  run()
}

const { burst } = values
if (burst) measuring = true
beat(performance.now())
const dialStartMs = performance.now()
for (let i = 0; i < calls; i++) {
  const dueMs = dialStartMs + (i * 1_000) / Number(values['dial-per-s'])
  if (!burst && performance.now() < dueMs) await Bun.sleep(dueMs - performance.now())
  await dialAt(i, i)
}

/** @param at the place of the caller, which another one may have had @param number of all calls so far */
async function dialAt(at: number, number: number): Promise<void> {
  // Spread evenly over the time of a turn, and with it over all that a turn costs.
  const caller = new Caller(Math.floor(((number * 0.618_034) % 1) * turnFrames))
  const member = Math.floor(at / slots)
  callers[at] = caller
  // A dial that hangs must not stop those after it; such a caller has heard nothing when it leaves.
  await Promise.race([caller.dial(), Bun.sleep(mostDialMs)])
  members[at % slots][member] = caller
}

/** Callers come and go for so long. @returns calls that ended before their caller hung up */
async function comeAndGo(forMs: number): Promise<number> {
  const stopMs = performance.now() + forMs
  let dialled = calls
  let endedEarly = 0
  const leavesMs = callers.map((_, i) => performance.now() + staysMs(i))
  while (performance.now() < stopMs) {
    await Bun.sleep(500)
    for (const [at, caller] of callers.entries()) {
      if (caller.ended) endedEarly++
      else if (performance.now() < leavesMs[at]) continue
      caller.hangUp()
      leavesMs[at] = performance.now() + staysMs(dialled)
      await dialAt(at, dialled++)
    }
  }
  return endedEarly
}

function staysMs(number: number): number {
  return stayS * 1_000 * (0.5 + ((number * 0.618_034) % 1))
}

tell({ state: 'dialled' })
if (!burst) await Bun.sleep(Number(values['settle-ms']))
measuring = true
const openedMs = performance.now()
tell({ state: 'open' })
let endedEarly = 0
if (stayS > 0) endedEarly = await comeAndGo(seconds * 1_000)
else await Bun.sleep(seconds * 1_000)
measuring = false
const measuredMs = performance.now() - openedMs
tell({ state: 'closed' })
/** The busy phrase takes 4 s: a call that lasted longer was taken. */
const phraseFrames = 300
const stillUp = callers.filter(({ ended }) => !ended).length
const refused = callers.filter(({ ended, heard }) => ended && heard <= phraseFrames)
const admission = {
  taken: calls - refused.length,
  refused: refused.length,
  heardPhrase: refused.filter(({ heard }) => heard > 0).length,
  reachedQueue: refused.filter(({ sentOn }) => sentOn).length,
  cut: callers.filter(({ ended, heard }) => ended && heard > phraseFrames).length,
}
const judged = burst ? callers.filter((caller) => !refused.includes(caller)) : callers
running = false
for (const caller of callers) caller.hangUp()
const expected = Math.floor(measuredMs / periodMs)
let [frames, onGrid, earlyOnsets, missing, short] = [0, 0, 0, 0, 0]
const gaps: number[] = []
for (const caller of judged) {
  const atMs = caller.atMs.slice(0, caller.frames)
  const grid = gridOf(atMs, caller.onsets)
  frames += grid.frames
  onGrid += grid.onGrid
  earlyOnsets += grid.earlyOnsets
  missing += grid.missing
  // One frame more or less is the edge of the window, or a frame that is ahead.
  if (caller.frames < expected - 2) short += expected - caller.frames
  for (let i = 1; i < atMs.length; i++) gaps.push(atMs[i] - atMs[i - 1])
}
const share = (part: number, of: number) => Math.round((part / Math.max(1, of)) * 1e5) / 1e5
const figures = {
  calls,
  stillUp,
  seconds: round(measuredMs / 1_000),
  frames,
  onGridShare: share(onGrid, frames),
  onGridShareButEarlyOnsets: share(onGrid, frames - earlyOnsets),
  missingFrames: Math.max(missing, short),
  frameGapMs: spread(gaps),
  uuidToFirstFrameMs: spread(
    judged.map(({ firstMs, uuidMs }) => firstMs - uuidMs).filter((ms) => !Number.isNaN(ms)),
  ),
  firstFrameWithin20Share: share(
    judged.filter(({ firstMs, uuidMs }) => firstMs - uuidMs <= 20).length,
    judged.length,
  ),
  refusedWrites: callers.reduce((sum, { refusedWrites }) => sum + refusedWrites, 0),
  callerLatenessMs: spread(latenessMs),
  ...(burst && { admission }),
  ...(stayS > 0 && { endedEarly }),
}
tell({
  state: 'result',
  figures,
  talks: callers.map((caller) => caller.talk),
})
