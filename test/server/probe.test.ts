// What the start finds out about the vendors in use, through real adapters and fake vendors.

import { afterAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { Metrics } from '../../src/base/metrics.ts'
import { readConfig } from '../../src/config.ts'
import { createRelief, type ServerContext } from '../../src/server/context.ts'
import { createMemories } from '../../src/server/memories.ts'
import { startProbe } from '../../src/server/probe.ts'
import { openFrom } from '../providers/open.ts'
import { startFakes } from '../support/clouds/server.ts'
import { until } from '../support/clouds/until.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

const fakes = startFakes()
afterAll(() => fakes.stop())
beforeEach(() => fakes.reset())

function start(environment: Record<string, string>) {
  const lines: string[] = []
  const note = (text: string, fields?: Record<string, unknown>) =>
    void lines.push(`${text} ${fields?.adapter}`)
  const log = { debug() {}, info: note, warn: note, error: note, with: () => log }
  const clock = new FakeClock()
  const context: ServerContext = {
    ...{ config: readConfig({}), clock, log, metrics: new Metrics() },
    ...{ degraded: new Map<string, string>(), relief: createRelief(), memories: createMemories() },
  }
  const providers = openFrom({ STT: 'embedded', TTS: 'embedded', ...environment })
  const stop = startProbe(context, providers.adapters)
  return { clock, lines, degraded: context.degraded, stop, said: () => [...context.degraded.values()] }
}

const at = (more: Record<string, string> = {}) => ({
  LLM: 'openai',
  OPENAI_BASE_URL: `${fakes.url}/v1`,
  OPENAI_API_KEY: 'k-0123456789',
  ...more,
})

test('a refused key is listed as degraded and logged once, and taken back when the vendor accepts it', async () => {
  fakes.setListStatus(401)
  const { clock, lines, said, stop } = start(at())
  await until('the finding', () => said().length > 0)
  expect(said()).toEqual(['openai gpt-6-luna: openai gpt-6-luna answered 401 (invalid_api_key)'])
  fakes.setListStatus(200)
  await until('the timer', () => clock.pending > 0)
  await clock.run(300_000)
  await until('the end', () => said().length === 0)
  expect(lines).toEqual([
    'a vendor cannot be used; `bun run doctor` says more openai gpt-6-luna',
    'a vendor is well again openai gpt-6-luna',
  ])
  stop()
  expect(clock.pending).toBe(0)
})

test('a server that cannot be reached is listed; one without a list, or that keeps it to itself, is not', async () => {
  const { said, stop } = start(at({ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' }))
  await until('the finding', () => said().length > 0)
  expect(said()).toEqual([expect.stringMatching(/^openai gpt-6-luna: .* could not be reached/)])
  stop()
  for (const status of [403, 404, 500]) {
    fakes.reset()
    fakes.setListStatus(status)
    const other = start(at())
    await until('the look', () => fakes.listReads === 1 && other.clock.pending === 0)
    expect(other.said()).toEqual([])
    other.stop()
  }
})

test('a server that never answers is listed after ten seconds; stopping ends the look', async () => {
  const silent = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Promise<Response>(() => {}) })
  const url = `http://127.0.0.1:${silent.port}/v1`
  const { clock, said, stop } = start(at({ OPENAI_BASE_URL: url }))
  await clock.run(10_000)
  await until('the finding', () => said().length > 0)
  expect(said()).toEqual(['openai gpt-6-luna: no answer within 10000 ms'])
  stop()
  const other = start(at({ OPENAI_BASE_URL: url }))
  other.stop()
  await until('the end', () => other.clock.pending === 0)
  expect(other.said()).toEqual([])
  await silent.stop(true)
})
