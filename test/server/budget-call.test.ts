// A budget that is reached in mid-day, as callers hear it: whole calls on a faked clock, before and after.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { readConfig } from '../../src/config.ts'
import { parseTemplates } from '../../src/dialogue/model/prompt.ts'
import { createTtsChain } from '../../src/providers/fallback-tts.ts'
import { createFreeServices } from '../../src/providers/free.ts'
import { createChatModel } from '../../src/providers/openai-compatible.ts'
import { layPrices, parsePrices } from '../../src/providers/prices.ts'
import type { Stt, SttEvent } from '../../src/providers/stt.ts'
import { servicesOf } from '../../src/server/calls.ts'
import { createRelief } from '../../src/server/context.ts'
import { Spending } from '../../src/server/spending/spending.ts'
import { startWorld } from '../faults/world.ts'
import { scriptedTts } from '../providers/scripted.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { CallLab, type LabOptions } from '../support/lab/call-lab.ts'
import { RawPeer, until, uuidMessage, uuidOf } from '../support/phone/fake-asterisk.ts'

setDefaultTimeout(60_000)

const templates = parseTemplates(
  await Bun.file(new URL('../../assets/prompts/fr.md', import.meta.url)).text(),
)
const billed = { vendor: 'acme', model: 'model' }
const prices = layPrices(
  parsePrices(`prices:
  acme: { model: { millionTokens: { prompt: 1, completion: 1 }, asOf: 2026-11, source: https://acme.example } }`),
  undefined,
)
const answer = [
  '{"answer":"unknown","topic":"unknown","intent":"none","name":null,"symptom":null}\n',
  'Je comprends. Quel est votre nom ?',
]
const event = (data: object | string) => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`

/** Each answer of the model costs half a dollar, by the vendor's own count. */
const body = [
  ...answer.map((content) => event({ choices: [{ delta: { content } }] })),
  event({ choices: [{ delta: {}, finish_reason: 'stop' }] }),
  event({
    choices: [],
    usage: { prompt_tokens: 400_000, completion_tokens: 100_000, total_tokens: 500_000 },
  }),
  event('[DONE]'),
].join('')

/** A desk whose model is a vendor's, on a lab of its own. */
async function desk(dir: string) {
  const options: Partial<LabOptions> = { session: {} }
  const lab = new CallLab(options)
  lab.hangUp()
  const { clock, metrics } = lab
  let asked = 0
  const create = () => ({
    async asResponse() {
      asked++
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    },
  })
  const client = async () => ({ chat: { completions: { create } }, audio: undefined as never })
  const limits = { firstTokenMs: 1_500, gapMs: 1_000 }
  const llm = createChatModel(
    { name: 'acme', model: 'model', client, body: () => ({}), limits, billed },
    { clock, metrics },
  )
  const hears: ((event: SttEvent) => void)[] = []
  const stt: Stt = {
    name: 'acme',
    hearsWords: true,
    open({ onEvent }) {
      hears.push(onEvent)
      return { hint() {}, finalize() {}, close() {} }
    },
    close() {},
  }
  const { tts } = scriptedTts(clock, 'embedded', [[1]])
  const voices = createTtsChain([tts], { clock, random: () => 0.5, metrics })
  const relief = createRelief()
  const config = readConfig({ DATA_DIR: dir, DAILY_BUDGET: '1' })
  const context = { clock, config, log: silentLog, metrics, relief }
  const spending = new Spending(context, () => prices, [billed])
  const free = createFreeServices(voices, [tts], () => voices)
  let calls = 0
  return {
    lab,
    spending,
    asked: () => asked,
    /** A caller on the line, when the desk has said all and listens. */
    async dial() {
      const speech = { model: () => ({ llm, templates }) }
      const services = servicesOf({ relief }, { stt, tts: voices, free }, speech)
      options.session = { ...services, model: services.model('fr') }
      const heardBefore = hears.length
      lab.connection = lab.dial(`11111111-2222-4333-8444-${String(++calls).padStart(12, '0')}`)
      const { connection } = lab
      await lab.untilQuiet()
      return {
        hears: hears.length > heardBefore ? hears[heardBefore] : undefined,
        transcript: () => {
          lab.connection = connection
          return lab.transcript.join('\n')
        },
      }
    },
    async says(hear: ((event: SttEvent) => void) | undefined, text: string) {
      await lab.mumbles(1_500)
      hear?.({ kind: 'transcript', text, isFinal: true })
      hear?.({ kind: 'endOfTurn' })
      await lab.run(6_000)
    },
  }
}

test('the call before is heard and answered by vendors, the one after is led by keys, the live one goes on', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'budget-'))
  const { lab, spending, dial, says, asked } = await desk(dir)
  const before = await dial()
  expect(before.hears).toBeDefined()
  await says(before.hears, 'ma box ne marche plus')
  expect(before.transcript()).toContain('caller: ma box ne marche plus')
  expect(before.transcript()).toContain('agent: Quel est votre nom ?')
  expect([asked(), spending.info().isSpent]).toEqual([1, false])
  await says(before.hears, 'Durand')
  expect([asked(), spending.info().isSpent]).toEqual([2, true])

  const first = lab.connection
  const after = await dial()
  expect(after.hears).toBeUndefined()
  expect(after.transcript()).toContain('agent: tapez un.')
  expect(asked()).toBe(2)

  // A live call goes on as it began.
  const second = lab.connection
  lab.connection = first
  await says(before.hears, 'elle clignote en rouge depuis ce matin')
  expect(before.transcript()).toContain('caller: elle clignote en rouge depuis ce matin')
  expect(asked()).toBe(3)
  lab.hangUp()

  lab.connection = second
  await says(undefined, '')
  expect(after.transcript()).toContain('que les touches')
  lab.key('1')
  await lab.untilQuiet()
  expect(after.transcript()).toContain('Tapez votre numéro')
  expect(asked()).toBe(3)
  lab.hangUp()

  // 10:00 in the lab: the next midnight is 14 hours away.
  lab.clock.jump(14 * 3_600_000)
  await lab.run(2_000)
  const nextDay = await dial()
  expect(nextDay.hears).toBeDefined()
  expect(nextDay.transcript()).not.toContain('tapez un')
  lab.hangUp()
  await spending.stop()
  await rm(dir, { recursive: true })
})

test('a server whose budget is spent takes calls by keys, is ready, and shows what was spent', async () => {
  const world = await startWorld({
    DAILY_BUDGET: '0',
    // Keys of vendors that nobody may ask, and no embedded voice in the list.
    ...{ GROQ_API_KEY: 'key', DEEPGRAM_API_KEY: 'key', TTS: 'aura', REVOICE: 'off' },
    ...{ GROQ_BASE_URL: 'http://127.0.0.1:9', DEEPGRAM_BASE_URL: 'ws://127.0.0.1:9' },
  })
  try {
    const ask = async (path: string) => askAdmin(world.server.adminUrl, path)
    expect(await (await ask('/api/spending')).json()).toMatchObject({ budget: 0, spent: 0, isSpent: true })
    const ready = await ask('/readyz')
    expect(ready.status).toBe(200)
    expect(await ready.text()).not.toContain('budget')
    const peer = await RawPeer.connect(world.server.audioSocketPort)
    peer.write(uuidMessage(uuidOf(1)))
    const info = () => world.server.registry.get(uuidOf(1))
    await until(() => (info()?.transcript.length ?? 0) > 0, 'the welcome began')
    expect(info()!.adapters).toEqual({ stt: 'embedded', llm: 'scripted', tts: 'embedded' })
    peer.end()
    const told = world.lines.filter(({ event }) => event.startsWith('the budget of the day is spent'))
    expect(told).toHaveLength(1)
  } finally {
    await world.stop()
  }
})
