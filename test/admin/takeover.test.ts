import { describe, expect, test } from 'bun:test'
import type { SocketHandlers } from '../../src/admin/deps.ts'
import { callId, fakeCall, fakeProgram, loopback, otherId } from './fakes.ts'

async function supervisor() {
  const program = fakeProgram()
  const closes: string[] = []
  let handlers: SocketHandlers | undefined
  const upgrade = (given: SocketHandlers) => {
    handlers = given
    return true
  }
  await program.ask(`/api/calls/${callId}/takeover`, {}, { ...loopback, upgrade })
  const told: string[] = []
  handlers!.open({
    send: () => true,
    sendText: (text) => void told.push(text),
    close: (code, reason) => void closes.push(`${code} ${reason}`),
  })
  return { ...program, handlers: handlers!, closes, told }
}

const frames = (count: number): Uint8Array => new Uint8Array(new Int16Array(160 * count).fill(7).buffer)

describe('taking a call over', () => {
  test('frames reach the call, whole ones only', async () => {
    const { asked, handlers, told } = await supervisor()
    expect(told).toEqual(['{"type":"taken"}'])
    handlers.message?.(frames(2))
    handlers.message?.(frames(1).subarray(0, 100))
    expect(asked).toEqual(['audio 7', 'audio 7'])
  })

  test('`handback` gives the call back, and the connection is closed', async () => {
    const { asked, handlers, closes } = await supervisor()
    handlers.message?.('handback')
    handlers.close()
    expect(asked).toEqual(['handback'])
    expect(closes).toEqual(['1000 the bot has the call'])
  })

  test('a connection that closes, or is silent for 3 s, gives it back as lost', async () => {
    const closed = await supervisor()
    closed.handlers.close()
    closed.handlers.close()
    expect(closed.asked).toEqual(['lost'])
    const silent = await supervisor()
    silent.clock.advance(2_900)
    silent.handlers.message?.(frames(1))
    silent.clock.advance(2_900)
    expect(silent.asked).toEqual(['audio 7'])
    silent.clock.advance(200)
    expect(silent.asked).toEqual(['audio 7', 'lost'])
    silent.handlers.close()
    expect(silent.clock.pending).toBe(0)
  })

  test('the audit trail says who took which call over', async () => {
    const { audited } = await supervisor()
    expect(audited).toContainEqual(expect.objectContaining({ action: 'call.takeover', id: callId }))
  })

  test('a call that is not live, and one that a supervisor has, are refused', async () => {
    const { ask, live } = fakeProgram()
    expect((await ask(`/api/calls/${otherId}/takeover`)).status).toBe(404)
    live.set(callId, fakeCall(callId, { phase: 'supervised' }))
    expect((await ask(`/api/calls/${callId}/takeover`)).status).toBe(409)
    live.set(callId, fakeCall(callId))
    expect((await ask(`/api/calls/${callId}/takeover`)).status).toBe(426)
  })
})
