import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createExpectedCalls } from '../../src/asterisk/expected-calls.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { callId, fakeProgram, otherId } from './fakes.ts'

setDefaultTimeout(60_000)

const post = { method: 'POST' }

describe('POST /api/calls/:id/expect', () => {
  test('announces a call, and refuses one over the capacity', async () => {
    const expected = createExpectedCalls({ clock: new FakeClock(), capacity: 1 })
    const { ask } = fakeProgram({ announce: (id) => expected.announce(id) })
    const first = await ask(`/api/calls/${callId.toUpperCase()}/expect`, post)
    expect([first.status, await first.json()]).toEqual([200, { done: true }])
    const second = await ask(`/api/calls/${otherId}/expect`, post)
    expect([second.status, ((await second.json()) as { code: string }).code]).toEqual([
      429,
      'too_many_announced',
    ])
    expect([expected.take(callId), expected.take(otherId)]).toEqual([{}, undefined])
  })

  test('succeeds where calls need no announcement', async () => {
    const { ask } = fakeProgram()
    expect((await ask(`/api/calls/${callId}/expect`, post)).status).toBe(200)
  })

  test('takes the secret from a form too, because a header would stay on the caller’s channel', async () => {
    const token = 'secret+of/the=test'
    const announced: string[] = []
    const { ask } = fakeProgram({ token, announce: (id) => announced.push(id) > 0 })
    const send = (body: string, type = 'application/x-www-form-urlencoded', path = 'expect') =>
      ask(`/api/calls/${callId}/${path}`, {
        method: 'POST',
        headers: { 'content-type': type, 'content-length': String(body.length) },
        body,
      })
    const form = `secret=${encodeURIComponent(token)}`
    expect((await send(form)).status).toBe(200)
    expect(announced).toHaveLength(1)
    expect((await send('secret=another-secret')).status).toBe(401)
    expect((await send(form, 'text/plain')).status).toBe(401)
    expect((await send(`${form}&more=${'x'.repeat(1_000)}`)).status).toBe(401)
    // No other route takes a token from there.
    expect((await send(form, undefined, 'hangup')).status).toBe(401)
    expect(announced).toHaveLength(1)
  })

  test('passes on language, desk and dialled number, and leaves out what is none', async () => {
    const announced: unknown[] = []
    const { ask } = fakeProgram({ announce: (_, about) => announced.push(about) > 0 })
    const send = (body: string) =>
      ask(`/api/calls/${callId}/expect`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': String(body.length),
        },
        body,
      })
    await send('secret=&lang=en&desk=shop&dialled=%2B33123456789')
    await send(`lang=&desk=${'x'.repeat(50)}&dialled=%3Cscript%3E`)
    await send('caller=%2B33612345678&name=Zo%C3%A9%20%5C%22Z%5C%22%20100%25')
    for (const number of ['anonymous', '', '1%3Bext'])
      await send(`caller=${encodeURIComponent(number)}&name=%2B33612345678`)
    expect(announced).toEqual([
      { language: 'en', desk: 'shop', dialled: '+33123456789' },
      {},
      { callerNumber: '+33612345678', callerName: 'Zoé "Z" 100%' },
      ...[{}, {}, {}],
    ])
  })

  test('requires the token and a UUID', async () => {
    const announced: string[] = []
    const announce = (id: string) => announced.push(id) > 0
    const guarded = fakeProgram({ announce, token: 'secret-of-the-test' })
    expect((await guarded.ask(`/api/calls/${callId}/expect`, post)).status).toBe(401)
    const { ask } = fakeProgram({ announce })
    expect((await ask('/api/calls/nobody/expect', post)).status).toBe(400)
    expect(announced).toEqual([])
  })
})
