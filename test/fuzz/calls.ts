// Good calls in a process of their own, beside the attack: each is dialled again when the agent has said goodbye.
// `bun test/fuzz/calls.ts PORT CALLS`; ends with its standard input and prints one JSON line.

import { systemClock } from '../../src/base/clock.ts'
import { SimulatedAsterisk } from '../../src/caller/asterisk.ts'

const [port, calls] = process.argv.slice(2).map(Number)

export type GoodCalls = {
  calls: number
  frames: number
  /** Of all that time would have brought; 1 when nothing was skipped. */
  share: number
  longestGapMs: number
  p99GapMs: number
  /** Ends other than the agent's goodbye and our own hang-up. */
  badEnds: string[]
}

let stopping = false
const live = new Set<SimulatedAsterisk>()
const result: GoodCalls = { calls: 0, frames: 0, share: 1, longestGapMs: 0, p99GapMs: 0, badEnds: [] }
let dueFrames = 0

async function caller(n: number): Promise<void> {
  for (let visit = 0; !stopping; visit++) {
    const callId =
      visit === 0 ? `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` : crypto.randomUUID()
    let frames = 0
    const call = await SimulatedAsterisk.call({
      ...{ host: '127.0.0.1', port, callId, clock: systemClock, maxMs: 3_600_000 },
      onFrame: () => frames++,
    })
    live.add(call)
    const end = await call.ended
    live.delete(call)
    result.calls++
    result.frames += frames
    dueFrames += Math.floor(end.durationMs / 20) - 1
    result.longestGapMs = Math.max(result.longestGapMs, end.gaps.maxMs)
    result.p99GapMs = Math.max(result.p99GapMs, end.gaps.p99Ms)
    const isGood = end.end === 'agent hung up' || (stopping && end.end === 'caller hung up')
    if (!isGood) result.badEnds.push(end.violation ?? end.end)
    if (end.end === 'no answer') break
  }
}

const callers = Promise.all(Array.from({ length: calls }, (_, n) => caller(n)))
process.stdout.write('dialled\n')
for await (const _ of process.stdin);
stopping = true
for (const call of live) call.hangUp()
await callers
result.share = Math.min(1, result.frames / Math.max(1, dueFrames))
process.stdout.write(`${JSON.stringify(result)}\n`)
