// The thread of the voice judge: reads batches of windows from shared memory and writes the probabilities back. One
// thread serves all calls. It ends itself, between two batches, on the message `end`; it must not be terminated in the
// middle of one. voice-judge.ts decides which windows are judged, detector.ts what the probabilities mean.

import { readFileSync } from 'node:fs'
import { lowerPriority } from '../threads/priority.ts'
import { Silero } from './silero.ts'
import { areaOf, type FromJudge, firstFlag, type ToJudge } from './vad-areas.ts'

declare const self: {
  onmessage: ((event: MessageEvent<ToJudge>) => void) | null
  postMessage(message: FromJudge): void
}

let judge: (area: 0 | 1, count: number) => void = () => {
  throw new Error('windows before the start')
}

function start(message: ToJudge & { kind: 'start' }): void {
  const { shared, windows, calls, weights, nice } = message
  const silero = new Silero(readFileSync(weights), calls)
  const areas = [areaOf(shared, windows, 0), areaOf(shared, windows, 1)] as const
  lowerPriority(nice, 'the voice judge')
  judge = (index, count) => {
    const area = areas[index]
    for (let i = 0; i < count; i++) {
      const call = area.calls[i]! & ~firstFlag
      if (call !== area.calls[i]) silero.reset(call)
      silero.window.set(area.windows[i]!)
      area.probabilities[i] = silero.judge(call)
    }
  }
  self.postMessage({ kind: 'ready' })
}

self.onmessage = ({ data }) => {
  switch (data.kind) {
    case 'start':
      start(data)
      break
    case 'judge':
      judge(data.area, data.count)
      self.postMessage({ kind: 'judged' })
      break
    case 'end':
      process.exit(0)
  }
}
