// The real thread of the recognisers, with real sockets and in real time, killed in the middle of calls.

import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { RingPool } from '../../../src/audio/call-ring.ts'
import { systemClock } from '../../../src/base/clock.ts'
import { silentLog } from '../../../src/base/log.ts'
import { Metrics } from '../../../src/base/metrics.ts'
import { readSettings } from '../../../src/base/setting.ts'
import { Ears, earsWorker } from '../../../src/providers/ears/ears.ts'
import { providerSettings } from '../../../src/providers/settings.ts'
import type { SttEvent } from '../../../src/providers/stt.ts'
import { codedFrame, codedSpeech } from '../../support/clouds/coded.ts'
import { startFakes } from '../../support/clouds/server.ts'
import { until } from '../../support/clouds/until.ts'

setDefaultTimeout(60_000)

const fakes = startFakes()
afterAll(() => fakes.stop())

const said = [
  'bonjour je voudrais prendre un rendez-vous',
  'demain matin à neuf heures',
  'oui merci au revoir',
]

function setUp(stt: string) {
  fakes.reset()
  const metrics = new Metrics()
  const workers: Worker[] = []
  const rings = new RingPool()
  const { values } = readSettings(providerSettings, {
    ...{ STT: stt, DEEPGRAM_API_KEY: 'key-0123', DEEPGRAM_BASE_URL: fakes.ws },
    ...{ GROQ_API_KEY: 'k', GROQ_BASE_URL: fakes.url },
  })
  const voicesDir = join(import.meta.dir, '../../../assets/voices')
  const ears = new Ears({
    ...{ clock: systemClock, log: silentLog, metrics, values, language: 'fr', voicesDir },
    createWorker() {
      const worker = earsWorker()
      workers.push(worker)
      return worker
    },
  })
  const open = (callId: string) => {
    const ring = rings.take()
    const events: SttEvent[] = []
    const session = ears.open({
      ...{ callId, language: 'fr', audio: ring, from: 0 },
      onEvent: (event) => void events.push(event),
    })
    const finals = () =>
      events.flatMap((event) => (event.kind === 'transcript' && event.isFinal ? [event.text] : []))
    return { ring, events, session, finals }
  }
  const number = (name: string) =>
    metrics.snapshot().reduce((sum, one) => sum + (one.name === name && 'value' in one ? one.value : 0), 0)
  return { ears, number, open, workers }
}

/** What a call's phone sends, in real time, and silence after it. @param at what happens after this many frames */
async function speak(
  rings: { write(frame: Int16Array): void }[],
  done: () => boolean,
  at: Map<number, () => void>,
) {
  const frames = codedSpeech(said, { pauseFrames: 40 })
  const startMs = performance.now()
  for (let i = 0; !done() && i < 2_000; i++) {
    at.get(i)?.()
    for (const ring of rings) ring.write(frames[i] ?? codedFrame(i, -1))
    const waitMs = startMs + 20 * (i + 1) - performance.now()
    if (waitMs > 0) await Bun.sleep(waitMs)
  }
}

for (const stt of ['deepgram', 'flux'])
  test(`${stt}: a thread that is killed twice in mid-call loses no word and doubles none, in any of ten calls`, async () => {
    const { ears, number, open, workers } = setUp(`${stt},whisper,embedded`)
    const calls = Array.from({ length: 10 }, (_, i) => open(`call-${i}`))
    const words = said.join(' ')
    const kill = () => void workers.at(-1)?.terminate()
    const done = () => calls.every(({ finals }) => finals().join(' ').length >= words.length)
    await speak(
      calls.map(({ ring }) => ring),
      done,
      new Map([
        [90, kill],
        [200, kill],
      ]),
    )
    for (const { finals } of calls) expect(finals().join(' ')).toBe(words)
    expect([workers.length, ears.isDown]).toEqual([3, false])
    expect(number('stt_thread_restarts_total')).toBe(2)
    await until('the metrics of the thread', () => number('stt_connects_total') >= 10)
    expect(number('stt_dropped_ms_total')).toBe(0)
    for (const { session } of calls) session.close()
    await until('the end of the sockets', () => fakes.connections.every(({ closed }) => closed !== undefined))
    ears.close()
  })

test('the first call may come before the thread is ready, and a wrong key comes back without the key', async () => {
  const { ears, open } = setUp('deepgram,embedded')
  fakes.fault('nova', { kind: 'status', status: 401, body: { err_code: 'INVALID_AUTH' } }, 5)
  const call = open('first')
  await until('the failure', () => call.events.some((one) => one.kind === 'link' && one.state === 'failed'))
  expect(JSON.stringify(call.events)).not.toContain('key-0123')
  call.session.close()
  ears.close()
})
