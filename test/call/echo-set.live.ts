// The whole labelled echo sets; `echo-set.test.ts` plays a sample. Codec rows need ffmpeg with libopus and libgsm.

import { expect, test } from 'bun:test'
import { type EchoResult, printed } from './hear-echo.ts'
import type { WantedRows } from './hear-echo.worker.ts'

/** Two minutes of computing on an idle core for the longest, and five beside each other. */
const timeoutMs = 600_000
const sum = (results: EchoResult[], of: (result: EchoResult) => number) =>
  results.reduce((total, result) => total + of(result), 0)

async function hear(
  rows: WantedRows['rows'],
  { cast = 'tuned', cancels = true }: Partial<Omit<WantedRows, 'rows'>> = {},
): Promise<EchoResult[]> {
  const worker = new Worker(new URL('./hear-echo.worker.ts', import.meta.url).href)
  const { promise, resolve, reject } = Promise.withResolvers<EchoResult[]>()
  worker.onmessage = ({ data }: MessageEvent<EchoResult[]>) => resolve(data)
  worker.onerror = ({ message }) => reject(new Error(message))
  worker.postMessage({ rows, cast, cancels } satisfies WantedRows)
  const results = await promise.finally(() => worker.terminate())
  for (const result of results) console.log(printed(result))
  return results
}

test.concurrent(
  'of 126 agents alone at most 1 % are interrupted by their echo, which is 15 dB lower from second 3 on',
  async () => {
    const results = await hear('aloneRows')
    expect(sum(results, ({ items }) => items)).toBe(126)
    expect(sum(results, (result) => result.false)).toBeLessThanOrEqual(1)
    const loud = results.filter(({ row }) => /-(6|12) dB$/.test(row) && !row.includes('lost'))
    for (const { row, lossDb } of loud) {
      const least = row.includes('ppm') ? 10 : 15
      expect(lossDb.sort((a, b) => a - b)[lossDb.length >> 1]).toBeGreaterThanOrEqual(least)
    }
  },
  timeoutMs,
)

test.concurrent(
  'of 126 callers over an echo at most 1 % cut early and 2 % are missed',
  async () => {
    const results = await hear('callerRows')
    expect(sum(results, ({ items }) => items)).toBe(126)
    expect(sum(results, ({ early }) => early)).toBeLessThanOrEqual(1)
    expect(sum(results, ({ missed }) => missed)).toBeLessThanOrEqual(2)
  },
  timeoutMs,
)

test.concurrent.each(['tuned', 'second'] as const)(
  'callers as soft as the echo are missed in less than a fifth, and none cuts early: cast %s',
  async (cast) => {
    const [soft] = await hear('softRows', { cast })
    expect(soft!.early).toBe(0)
    expect(soft!.missed / soft!.items).toBeLessThan(11 / 54)
  },
  timeoutMs,
)

test.concurrent(
  'without an echo callers are heard at the same time as without the canceller',
  async () => {
    const plain = await hear('noEchoRows', { cancels: false })
    expect(await hear('noEchoRows')).toEqual(plain)
  },
  timeoutMs,
)

test.concurrent(
  'an echo that moves by 150 ms interrupts at most one agent in nine',
  async () => {
    expect((await hear('movedRows'))[0]!.false).toBeLessThanOrEqual(1)
  },
  timeoutMs,
)
