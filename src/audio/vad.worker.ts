// The thread of the neural voice detector: takes batches of windows out of shared memory, puts probabilities
// back. One for all calls; it ends itself when told to, between two batches, and nobody ends it in the middle of
// one. What the probabilities mean is audio/detector.ts's, who is asked when voice-judge.ts's.

import { readFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { Silero } from './silero.ts'
import { areaOf, firstFlag, type ToJudge } from './vad-areas.ts'

declare const self: {
  onmessage: ((event: MessageEvent<ToJudge>) => void) | null
  postMessage(message: 'ready' | 'done'): void
}

let judge: (area: number, count: number) => void = () => {
  throw new Error('windows before the start')
}

function start(message: ToJudge & { kind: 'start' }): void {
  const { shared, windows, calls, weights, nice } = message
  const silero = new Silero(readFileSync(weights), calls)
  const areas = [areaOf(shared, windows, 0), areaOf(shared, windows, 1)] as const
  setPriority(0, nice)
  judge = (index, count) => {
    const area = areas[index as 0 | 1]
    for (let i = 0; i < count; i++) {
      const call = area.calls[i]! & ~firstFlag
      if (call !== area.calls[i]) silero.reset(call)
      silero.window.set(area.windows[i]!)
      area.probabilities[i] = silero.judge(call)
    }
  }
  self.postMessage('ready')
}

self.onmessage = ({ data }) => {
  switch (data.kind) {
    case 'start':
      start(data)
      break
    case 'judge':
      judge(data.area, data.count)
      self.postMessage('done')
      break
    case 'end':
      process.exit(0)
  }
}
