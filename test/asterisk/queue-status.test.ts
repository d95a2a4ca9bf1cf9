import { describe, expect, test } from 'bun:test'
import { AmiParser, amiAction } from '../../src/asterisk/ami.ts'
import { createQueueTechnicians, type QueueTechniciansOptions } from '../../src/asterisk/queue-status.ts'
import type { Log } from '../../src/base/log.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

const banner = 'Asterisk Call Manager/9.0.0\r\n'
const secret = 'a-secret-of-the-tests'

function member(name: string, status: number, paused = 0): string {
  return `Event: QueueMember\r\nQueue: support\r\nName: ${name}\r\nStatus: ${status}\r\nPaused: ${paused}\r\nInCall: 0\r\n\r\n`
}

/** An Asterisk that checks the login and tells of `members`; `answers: false` makes it fall silent after the login. */
function fakeAsterisk(members: string[], options: { answers?: boolean; greeting?: string } = {}) {
  const seen = { logins: 0, statuses: 0, text: '' }
  const sockets = new Set<Bun.Socket>()
  let waiting: (() => void) | undefined
  const asked = new Promise<void>((resolve) => {
    waiting = resolve
  })
  const server = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      open(socket) {
        sockets.add(socket)
        socket.write(options.greeting ?? banner)
      },
      data(socket, bytes) {
        seen.text += bytes.toString()
        for (const action of bytes.toString().split('\r\n\r\n')) {
          if (action.includes('Action: Login')) {
            seen.logins++
            const good = action.includes(`Secret: ${secret}`)
            socket.write(`Response: ${good ? 'Success' : 'Error'}\r\nMessage: Authentication\r\n\r\n`)
          } else if (action.includes('Action: QueueStatus')) {
            seen.statuses++
            waiting?.()
            if (options.answers === false) continue
            socket.write(
              'Response: Success\r\nEventList: start\r\n\r\nEvent: QueueParams\r\nQueue: support\r\n\r\n',
            )
            socket.write(`${members.join('')}Event: QueueStatusComplete\r\nEventList: Complete\r\n\r\n`)
          }
        }
      },
      close: (socket) => void sockets.delete(socket),
    },
  })
  const hangUpAll = () => {
    for (const socket of sockets) socket.end()
  }
  return { server, seen, asked, hangUpAll }
}

function technicians(port: number, change: Partial<QueueTechniciansOptions> = {}) {
  const clock = new FakeClock()
  const lines: string[] = []
  const write = (text: string, fields?: object) => void lines.push(`${text} ${JSON.stringify(fields)}`)
  const log: Log = { debug: write, info: write, warn: write, error: write, with: () => log }
  const made = createQueueTechnicians({
    host: '127.0.0.1',
    port,
    username: 'bot',
    secret,
    queue: 'support',
    clock,
    log,
    ...change,
  })
  return { clock, lines, made }
}

describe('technicians of a queue', () => {
  test.each([
    ['one who is free', [member('a', 5), member('b', 1)], true],
    ['all unavailable, busy or ringing', [5, 2, 6, 3, 4].map((status) => member('a', status)), false],
    ['the free one is paused', [member('a', 1, 1)], false],
    ['a member in unknown state', [member('a', 0)], false],
    ['nobody, or no such queue', [], false],
  ] as [string, string[], boolean][])('%s', async (_name, members, available) => {
    const { server } = fakeAsterisk(members)
    const { made } = technicians(server.port)
    expect(await made.check()).toEqual({ available })
    made.close()
    server.stop(true)
  })

  test('calls that ask at once share one login and one question, and the next question needs no login', async () => {
    const { server, seen } = fakeAsterisk([member('a', 1)])
    const { made } = technicians(server.port)
    await Promise.all(Array.from({ length: 50 }, () => made.check()))
    expect([seen.logins, seen.statuses]).toEqual([1, 1])
    await made.check()
    expect([seen.logins, seen.statuses]).toEqual([1, 2])
    made.close()
    server.stop(true)
  })

  test('after a restart, Asterisk is asked over a new connection', async () => {
    const { server, seen, hangUpAll } = fakeAsterisk([member('a', 1)])
    const { made, lines } = technicians(server.port, { whenUnknown: false })
    await made.check()
    hangUpAll()
    expect(await made.check()).toEqual({ available: true })
    expect([seen.logins, lines]).toEqual([2, []])
    made.close()
    server.stop(true)
  })

  test('an Asterisk that does not answer is given up after the time limit', async () => {
    const { server, asked } = fakeAsterisk([], { answers: false })
    for (const whenUnknown of [true, false]) {
      const { made, clock, lines } = technicians(server.port, { limitMs: 800, whenUnknown })
      const answer = made.check()
      await asked
      while (clock.pending === 0) await Bun.sleep(0)
      clock.advance(800)
      expect(await answer).toEqual({ available: whenUnknown })
      expect(lines.length).toBe(1)
    }
    server.stop(true)
  })

  test('a refused login, a closed port and a peer that does not speak AMI give the answer for an unknown status', async () => {
    const good = fakeAsterisk([member('a', 1)])
    const strange = fakeAsterisk([], { greeting: 'x'.repeat(100_000) })
    const wrong = technicians(good.server.port, { secret: 'wrong', whenUnknown: false })
    const odd = technicians(strange.server.port, { whenUnknown: false })
    expect(await wrong.made.check()).toEqual({ available: false })
    expect(await odd.made.check()).toEqual({ available: false })
    const port = good.server.port
    good.server.stop(true)
    strange.server.stop(true)
    const closed = technicians(port, { whenUnknown: false })
    expect(await closed.made.check()).toEqual({ available: false })
    for (const { lines } of [wrong, odd, closed]) {
      expect(lines.length).toBe(1)
      expect(lines[0]).not.toMatch(/wrong|a-secret/)
    }
  })

  test.each([{ queue: 'a\r\nAction: Originate' }, { secret: 'a\nb' }])(
    'a line end in %j is refused',
    (change) => {
      expect(() => technicians(1, change)).toThrow(RangeError)
    },
  )
})

describe('AMI text', () => {
  test('messages are parsed whole, wherever the bytes are cut', () => {
    const bytes = new TextEncoder().encode(
      `${banner}Response: Success\r\nMessage: é\r\n\r\n${member('a', 1)}`,
    )
    for (let cut = 0; cut <= bytes.length; cut++) {
      const parser = new AmiParser()
      const messages = [
        ...(parser.push(bytes.subarray(0, cut)) ?? []),
        ...(parser.push(bytes.subarray(cut)) ?? []),
      ]
      expect(messages.map((message) => message.get('message') ?? message.get('name'))).toEqual(['é', 'a'])
    }
  })

  test('an action ends with an empty line', () => {
    expect(amiAction({ Action: 'Ping', ActionID: '7' })).toBe('Action: Ping\r\nActionID: 7\r\n\r\n')
  })
})
