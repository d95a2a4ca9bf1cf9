// Runs the fault matrix of the vendors (vendor-rows.ts): a whole call for each row, in real time and side by side.

import { beforeAll, describe, expect, test } from 'bun:test'
import { piecesOf } from '../support/clouds/chat.ts'
import { CloudCall, understood } from '../support/clouds/cloud-call.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { one, requestsOf, spoken, two, type VendorRow, vendorRows, words } from './vendor-rows.ts'

beforeAll(() => Promise.all([import('@deepgram/sdk'), import('groq-sdk'), import('openai')]))

/** A busy machine must not look like a slow vendor. */
const patience = {
  // Without the notice the opening is half as long.
  RECORDING: 'off',
  ...{ LLM_ATTEMPT_MS: '8000', LLM_DEADLINE_MS: '20000', LLM_GAP_MS: '8000', LLM_FIRST_TOKEN_MS: '8000' },
  ...{ TTS_FIRST_BYTE_MS: '20000', TTS_DEADLINE_MS: '60000', TTS_GAP_MS: '20000' },
}
const awaitMs = 60_000

/** Calls at a time: with twenty servers in one process, two busy cores are late with the callers' audio. */
let free = 6
const waiting: (() => void)[] = []
async function inTurn(body: () => Promise<void>): Promise<void> {
  if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve))
  else free--
  try {
    await body()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
}

async function run(row: VendorRow): Promise<void> {
  const call = await CloudCall.begin({
    heard: [words, words, words],
    chat: () => piecesOf(`${understood}${one} ${two}`),
    settings: { ...patience, ...row.settings },
    faults: (fakes) => row.prepare(fakes),
  })
  try {
    if (row.afterOpening) await call.until('the bot listens', () => call.info?.phase === 'listening', awaitMs)
    call.says()
    if (row.unheard) {
      await call.until('it is transcribed', () => requestsOf(call, 'transcriptions') > 0, awaitMs)
      await call.until('the bot listens', () => call.info?.phase === 'listening', awaitMs)
      row.unheard(call.fakes)
      call.says()
    }
    await call.until(
      'the question',
      () => call.transcript.some((line) => /quel est votre nom/i.test(line)),
      awaitMs,
    )
    expect(call.transcript.slice(-3)).toEqual(spoken(row.answer))
    expect(call.transcript.filter((line) => line.startsWith('caller'))).toHaveLength(1)
    await inspect(row, call)
  } finally {
    await call.end()
  }
}

async function inspect({ sockets, voice, degraded, asked }: VendorRow, call: CloudCall): Promise<void> {
  if (sockets !== undefined) expect(call.fakes.connections.length).toBeWithin(1, sockets + 1)
  if (voice) {
    expect(call.toneS).toBeWithin(voice.toneS - 0.2, voice.toneS + 0.2)
    const counted = [
      ...(await call.metrics()).matchAll(
        /provider_requests_total\{adapter="openai[^"]*coral",outcome="(\w+)"\} [1-9]/g,
      ),
    ]
    expect(counted.map(([, outcome]) => String(outcome))).toEqual([voice.counted])
  }
  if (degraded) {
    const ready = await askAdmin(call.server.adminUrl, '/readyz')
    expect(await ready.text()).toMatch(degraded)
  }
  if (asked === undefined) return
  const lines = call.transcript.length
  call.says()
  await call.until('the second answer', () => call.transcript.length > lines + 1, awaitMs)
  expect(requestsOf(call, 'chat')).toBe(asked)
}

describe('a caller is understood and answered once by', () => {
  for (const row of vendorRows) test.concurrent(row.title, () => inTurn(() => run(row)), 900_000)
})
