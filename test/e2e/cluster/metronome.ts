// What this machine alone does to a process that ticks every 20 ms as the bots do: one more such process, which does
// nothing else. On a busy machine every process on the way of the audio may be held up as long as this one was.

import type { Cleanup } from '../case.ts'

const script = `
  let lastMs = performance.now()
  setInterval(() => {
    const nowMs = performance.now()
    console.log(nowMs - lastMs)
    lastMs = nowMs
  }, 20)
`

export class Metronome {
  /** The longest time between two ticks. */
  longestMs = 0

  private constructor() {}

  /** Settles when it ticks. */
  static async start(cleanup: Cleanup): Promise<Metronome> {
    const metronome = new Metronome()
    const ticking = Promise.withResolvers<void>()
    const child = Bun.spawn([process.execPath, '-e', script], { stdin: 'ignore', stderr: 'inherit' })
    cleanup(() => child.kill('SIGKILL'))
    const read = async () => {
      let rest = ''
      for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) metronome.longestMs = Math.max(metronome.longestMs, Number(line))
        ticking.resolve()
      }
    }
    read().catch(ticking.reject)
    await ticking.promise
    metronome.longestMs = 0
    return metronome
  }

  /** How long a gap may be that is `limitMs` on a machine at rest. @param processes that pass the audio on */
  allows(limitMs: number, processes: number): number {
    return limitMs + processes * this.longestMs
  }
}
