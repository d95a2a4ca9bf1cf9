// The part `soak` of the bench: callers who come and go for a long time, with everything on, and the server's memory
// after each minute. What is lost meanwhile is in its counters.

import { round, spread } from './crowd.ts'
import { type LoadOptions, measureLoad, ours, type Subject } from './load.ts'
import { rssMbOf } from './program.ts'

/** How long a call lasts in the middle. */
const stayS = 120

export type SoakPart = { calls: number; minutes: number; turnS: number; replies: LoadOptions['replies'] }

/** @returns memory after each minute, and how far it was from the mean after the first fifth */
export async function measureSoak({ minutes, ...part }: SoakPart): Promise<Record<string, unknown>> {
  const rssMb: number[] = []
  const watched: Subject = async (...given) => {
    const server = await ours(...given)
    const timer = setInterval(async () => {
      rssMb.push(round(await rssMbOf(server.pid)))
      process.stderr.write(`${rssMb.length} min: ${rssMb.at(-1)} MB\n`)
    }, 60_000)
    return {
      ...server,
      stop() {
        clearInterval(timer)
        return server.stop()
      },
    }
  }
  const figures = await measureLoad('ours', watched, { ...part, seconds: minutes * 60, warmS: 2, stayS })
  const warm = rssMb.slice(Math.ceil(rssMb.length / 5))
  const mean = warm.reduce((sum, mb) => sum + mb, 0) / warm.length
  return {
    ...figures,
    minutes,
    replies: part.replies,
    rssMb,
    meanMb: round(mean),
    deviation: spread(warm.map((mb) => Math.abs(mb / mean - 1))).max,
    lastOverFirst: round((warm.at(-1) ?? 0) / warm[0]),
  }
}
