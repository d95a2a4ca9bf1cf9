// All clouds fail at once, in the same way: the caller hears the welcome, hears live sentences in the embedded voice,
// and reaches a human by a key.

import { describe, expect, test } from 'bun:test'
import { until } from '../support/clouds/until.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { startWorld, Telephone } from './world.ts'

const sentence = 'Encore un petit instant, je regarde cela.'

/** What a broken network looks like from here. */
const networks: Record<string, Partial<Bun.SocketHandler<undefined>>> = {
  'take connections and never say a word': {},
  'reset every connection': { open: (socket) => void socket.terminate() },
  'close every connection that asks for something': { data: (socket) => void socket.end() },
  'answer in another protocol': {
    data: (socket) => void socket.write('220 mail.example ESMTP\r\n\u0000\u0001'),
  },
  'begin an answer and leave it': {
    data: (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Type: audio/pcm\r\nContent-Le'),
  },
}

/** Settled once the caller before has heard the welcome. */
let turn: Promise<unknown> = Promise.resolve()

/** A server of its own, and a caller who has heard its welcome. One at a time: a starting server delays the others. */
function welcomeCaller(url: string) {
  const welcomed = turn.then(async () => {
    const world = await startWorld({
      ...{ DEEPGRAM_API_KEY: 'k', GROQ_API_KEY: 'k', OPENAI_API_KEY: 'k' },
      REVOICE: 'off',
      DEEPGRAM_BASE_URL: `ws://${url}`,
      GROQ_BASE_URL: `http://${url}`,
      OPENAI_BASE_URL: `http://${url}/v1`,
    })
    const dialledMs = performance.now()
    const phone = await Telephone.dial(world.server.audioSocketPort)
    await until('the welcome is heard', () => phone.audibleMs.length > 25)
    return { world, phone, afterMs: phone.audibleMs[0] - dialledMs }
  })
  turn = welcomed.catch(() => undefined)
  return welcomed
}

async function serveCaller(port: number): Promise<void> {
  const { world, phone, afterMs } = await welcomeCaller(`127.0.0.1:${port}`)
  expect(afterMs).toBeLessThan(1_000)
  const call = () => world.server.registry.get(phone.callId)
  world.server.registry.say(phone.callId, sentence)
  await until(
    'the sentence is heard',
    () => call()?.transcript.some(({ text, cut }) => text === sentence && !cut) === true,
    15_000,
  )
  phone.asterisk.press('0')
  const end = await phone.ended
  expect([end.end, end.violation, end.tryStatus]).toEqual(['agent hung up', undefined, 'SUCCESS'])
  expect(call()).toMatchObject({ outcome: 'transfer' })
  const answer = await askAdmin(world.server.adminUrl, `/asterisk/calls/${phone.callId}/next`)
  expect(await answer.text()).toStartWith('queue|support\n')
  expect(world.lines.filter(({ level }) => level === 'error')).toEqual([])
  await world.stop()
}

describe('a caller is served and reaches a human while all clouds', () => {
  test.concurrent('refuse every connection', () => serveCaller(1), 40_000)

  test.concurrent.each(Object.entries(networks))(
    '%s',
    async (_title, socket) => {
      const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {}, ...socket } })
      await serveCaller(listener.port)
      listener.stop(true)
    },
    40_000,
  )
})
