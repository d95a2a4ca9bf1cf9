import { describe, expect, test } from 'bun:test'
import type { SocketHandlers } from '../../src/admin/deps.ts'
import { fakeCluster } from './fake-cluster.ts'
import { callId, fakeCall, fakeProgram, loopback, otherId } from './fakes.ts'

async function supervisor(id = callId, change: Parameters<typeof fakeProgram>[0] = {}) {
  const program = fakeProgram(change)
  const closes: string[] = []
  let handlers: SocketHandlers | undefined
  const upgrade = (given: SocketHandlers) => {
    handlers = given
    return true
  }
  const answer = await program.ask(`/api/calls/${id}/takeover`, {}, { ...loopback, upgrade })
  if (handlers === undefined) throw new Error(`refused with ${answer.status}`)
  const told: string[] = []
  handlers.open({
    send: () => true,
    sendText: (text) => void told.push(text),
    close: (code, reason) => void closes.push(`${code} ${reason}`),
  })
  return { ...program, handlers, closes, told }
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

/** The WebSocket to the machine that has the call. */
class FarSocket {
  binaryType = ''
  readyState: number = WebSocket.OPEN
  bufferedAmount = 0
  onmessage: (message: { data: unknown }) => void = () => {}
  onclose: ((close: { code: number; reason: string }) => void) | null = null
  readonly got: (string | number)[] = []

  send(data: string | Uint8Array): void {
    this.got.push(typeof data === 'string' ? data : data.length)
  }
  close(): void {
    this.got.push('closed')
  }
}

const elsewhere = (far: FarSocket, phase = 'listening') => ({
  cluster: fakeCluster({
    calls: {
      ...fakeCluster().calls,
      find: async (id) => (id === otherId ? { phase, open: () => far as unknown as WebSocket } : undefined),
    },
  }),
})

describe('taking a call of another machine over', () => {
  test('voice, hand-back and what that machine says pass through', async () => {
    const far = new FarSocket()
    const { handlers, told, audited } = await supervisor(otherId, elsewhere(far))
    far.onmessage({ data: '{"type":"taken"}' })
    expect(told).toEqual(['{"type":"taken"}'])
    handlers.message?.(frames(1))
    handlers.message?.('handback')
    expect(far.got).toEqual([320, 'handback'])
    expect(audited).toContainEqual(expect.objectContaining({ action: 'call.takeover', id: otherId }))
  })

  test('its reason for an end is passed on, and that it is gone', async () => {
    for (const [code, reason, passedOn] of [
      [1000, 'the bot has the call', '1000 the bot has the call'],
      [1008, 'the call cannot be taken over now', '1008 the call cannot be taken over now'],
      [1006, '', '1011 the machine that has the call does not answer'],
    ] as const) {
      const far = new FarSocket()
      const { closes } = await supervisor(otherId, elsewhere(far))
      far.onclose?.({ code, reason })
      expect(closes).toEqual([passedOn])
    }
  })

  test('a supervisor who leaves, or whose token is revoked, leaves that machine too', async () => {
    const far = new FarSocket()
    const { handlers, clock } = await supervisor(otherId, elsewhere(far))
    handlers.close()
    expect(far.got).toEqual(['closed'])
    expect(clock.pending).toBe(0)
    const held = { isRevoked: false }
    const holder = { name: 'anna', scopes: ['read', 'act'] as const }
    const tokens = { holderOf: () => (held.isRevoked ? undefined : holder) }
    const other = await supervisor(otherId, { ...elsewhere(new FarSocket()), tokens })
    held.isRevoked = true
    await other.clock.run(500)
    expect(other.closes).toEqual(['1008 the token was revoked'])
  })

  test('a machine that takes nothing more has lost the call', async () => {
    const far = new FarSocket()
    const { handlers, closes } = await supervisor(otherId, elsewhere(far))
    far.bufferedAmount = 100_000
    handlers.message?.(frames(1))
    expect([far.got, closes]).toEqual([[], ['1011 the machine that has the call does not answer']])
    far.bufferedAmount = 0
    far.readyState = WebSocket.CONNECTING
    handlers.message?.(frames(1))
    expect(far.got).toEqual([])
  })

  test('a call that no machine has, and one that a supervisor has there, are refused', async () => {
    const { ask } = fakeProgram(elsewhere(new FarSocket(), 'supervised'))
    expect((await ask(`/api/calls/${otherId}/takeover`)).status).toBe(409)
    expect((await ask(`/api/calls/${crypto.randomUUID()}/takeover`)).status).toBe(404)
  })
})
