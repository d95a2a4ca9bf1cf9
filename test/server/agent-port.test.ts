// The port of HAProxy's agent-check, on real sockets.

import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Room } from '../../src/access/agent-line.ts'
import { Metrics } from '../../src/base/metrics.ts'
import { readConfig } from '../../src/config.ts'
import { AgentPort, openAgentPort } from '../../src/server/agent-port.ts'
import { until } from '../support/clouds/until.ts'

setDefaultTimeout(60_000)

let port: AgentPort | undefined
afterEach(() => port?.close())

function open(allow = ['127.0.0.0/8']) {
  const room: Room = { draining: false, live: 0, places: 20, most: 20 }
  const metrics = new Metrics()
  const opened = new AgentPort({ host: '127.0.0.1', port: 0, allow, room: () => room, metrics })
  port = opened
  const count = (answered: string) => {
    const found = metrics.snapshot().find(({ labels }) => labels.answered === answered)
    return found && 'value' in found ? found.value : 0
  }
  return { room, count, port: opened.port }
}

/** @param keepsOpen does not close when the other side has */
async function ask(at: number, send = '', keepsOpen = false) {
  const peer = { heard: '', isClosed: false, isEnded: false, socket: undefined as Bun.Socket | undefined }
  peer.socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: at,
    allowHalfOpen: keepsOpen,
    socket: {
      data: (_socket, bytes) => {
        peer.heard += bytes.toString()
      },
      end: () => {
        peer.isEnded = true
      },
      close: () => {
        peer.isClosed = true
      },
      error() {},
    },
  })
  if (send !== '') peer.socket.write(send)
  return peer
}
const answerOf = async (at: number, send = '') => {
  const peer = await ask(at, send)
  await until('the port closes', () => peer.isClosed)
  return peer.heard
}

describe('the agent port', () => {
  test('answers each connection with one line of how it is now', async () => {
    const { room, port } = open()
    expect(await answerOf(port)).toBe('ready up 100% maxconn:20\n')
    room.live = 20
    expect(await answerOf(port)).toBe('ready up 0% maxconn:20\n')
    room.draining = true
    // HAProxy's agent-send.
    expect(await answerOf(port, 'b1\n')).toBe('drain\n')
  })

  test('closes strangers without a word', async () => {
    const { count, port } = open(['192.0.2.0/24'])
    expect(await answerOf(port)).toBe('')
    expect([count('yes'), count('no')]).toEqual([0, 1])
  })

  test('goes on after peers that reset, flood, or hold their side open', async () => {
    const { count, port } = open()
    const held = await Promise.all(Array.from({ length: 100 }, () => ask(port, 'x'.repeat(100_000), true)))
    await until('all were answered or closed', () =>
      held.every(({ isEnded, isClosed }) => isEnded || isClosed),
    )
    for (const { socket } of held.slice(0, 50)) socket?.terminate()
    await until('those that hold on are closed', () => held.slice(50).every(({ isClosed }) => isClosed))
    expect(count('yes') + count('no')).toBe(100)
    expect(await answerOf(port)).toBe('ready up 100% maxconn:20\n')
  })
})

test('without AGENT_PORT there is none', () => {
  const none = openAgentPort(
    readConfig({}),
    () => ({ draining: false, live: 0, places: 1, most: 1 }),
    new Metrics(),
  )
  expect(none).toBeUndefined()
})
