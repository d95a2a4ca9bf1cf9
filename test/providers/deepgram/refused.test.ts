// Why Deepgram refused or closed a socket, as the call's chain gets it, through the real SDK.

import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { SttEvent } from '../../../src/providers/stt.ts'
import { codedSpeech } from '../../support/clouds/coded.ts'
import type { Fault } from '../../support/clouds/faults.ts'
import { startFakes } from '../../support/clouds/server.ts'
import { until } from '../../support/clouds/until.ts'
import { openCall } from '../../support/hearing.ts'
import { openFrom } from '../open.ts'

setDefaultTimeout(60_000)

const fakes = startFakes()
afterAll(() => fakes.stop())

/** Opens nova, sends a word, and waits for the first link event that is not `open`. */
async function loss(fault: Fault) {
  fakes.reset()
  fakes.fault('nova', fault)
  const troubles: string[] = []
  const { stt, close } = openFrom(
    { STT: 'deepgram,embedded', DEEPGRAM_API_KEY: 'key-0123', DEEPGRAM_BASE_URL: fakes.ws },
    {},
    undefined,
    (_, reason) => void troubles.push(reason ?? 'well'),
  )
  const events: SttEvent[] = []
  const session = openCall(stt, { callId: 'c', language: 'fr', onEvent: (event) => events.push(event) })
  for (const frame of codedSpeech(['oui'])) session.write(frame)
  const lost = () => events.find((event) => event.kind === 'link' && event.state === 'lost')
  await until('the loss', () => lost() !== undefined)
  session.close()
  close()
  return { event: lost(), troubles }
}

const body = (err_code: string) => ({ err_code, err_msg: 'Project 6d2e has a key-0123 that is not valid' })

test.each([
  [401, 'INVALID_AUTH', 'auth'],
  [402, 'ASR_PAYMENT_REQUIRED', 'auth'],
  [403, 'INSUFFICIENT_PERMISSIONS', 'auth'],
  [400, 'INVALID_QUERY_PARAMETER', 'refused'],
])('an upgrade refused with %i names the code %s of the body', async (status, code, reported) => {
  const { event, troubles } = await loss({ kind: 'status', status, body: body(code) })
  expect(event).toMatchObject({ code: reported })
  expect(troubles).toEqual([`deepgram answered ${status} (${code})`])
})

test('a code in the header dg-error is enough; a sentence there is not passed on', async () => {
  const inHeader = { err_code: 'x y', err_msg: 'INVALID_AUTH' }
  expect((await loss({ kind: 'status', status: 401, body: inHeader })).troubles).toEqual([
    'deepgram answered 401 (INVALID_AUTH)',
  ])
  const inSentences = { err_code: 'key-0123 is bad', err_msg: 'key-0123 is bad' }
  expect((await loss({ kind: 'status', status: 401, body: inSentences })).troubles).toEqual([
    'deepgram answered 401',
  ])
})

test('a socket that is closed names the code of the close frame, and no sentence', async () => {
  const closed = { kind: 'wsClose', afterAudioMs: 20, code: 1011 } as const
  expect((await loss({ ...closed, reason: 'NET-0001: no audio of project 6d2e' })).event).toMatchObject({
    code: 'closed 1011 NET-0001',
  })
  expect((await loss({ ...closed, reason: 'Project 6d2e is gone' })).event).toMatchObject({
    code: 'closed 1011',
  })
})
