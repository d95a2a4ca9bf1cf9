// Asks Asterisk over the Manager Interface whether a queue has a free member. It keeps one connection open and
// reconnects at the next question after it was lost; calls that ask at the same time share one answer. `check` never
// throws.

import type { Clock } from '../base/clock.ts'
import { AppError, errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { type AmiMessage, AmiParser, amiAction, isFreeMember } from './ami.ts'
import type { Technicians } from './technicians.ts'

export type QueueTechniciansOptions = {
  host: string
  port: number
  username: string
  secret: string
  /** Name of the queue in queues.conf. */
  queue: string
  clock: Clock
  log: Log
  limitMs?: number
  /**
   * Whether to assume a free technician when Asterisk gives no answer. True by default: the queue then tries, and an
   * unanswered call comes back to the bot, whereas false would keep callers from technicians who are there.
   */
  whenUnknown?: boolean
}

/** @throws {RangeError} on a line break in the user name, secret or queue */
export function createQueueTechnicians(options: QueueTechniciansOptions): Technicians {
  const { clock, log, limitMs = 1_500, whenUnknown = true } = options
  const login = amiAction({
    Action: 'Login',
    Username: options.username,
    Secret: options.secret,
    Events: 'off',
  })
  // Thrown away: it only checks the queue's name at start-up.
  amiAction({ Queue: options.queue })
  let link: AmiLink | undefined
  let asking: Promise<boolean> | undefined

  const ask = async (): Promise<boolean> => {
    try {
      const kept = link
      if (kept === undefined || kept.closed) return await freeMember(await openLink())
      try {
        return await freeMember(kept)
      } catch (error) {
        // Asterisk has restarted since. Only a request shows that, so try once more on a new connection.
        if (!(error instanceof AppError) || error.code !== 'ami_closed') throw error
        return await freeMember(await openLink())
      }
    } catch (error) {
      link?.close()
      link = undefined
      log.warn('queue status unknown', { error: errorText(error), assumedAvailable: whenUnknown })
      return whenUnknown
    }
  }
  const openLink = async () => {
    const opened = new AmiLink()
    link = opened
    await opened.connect(options.host, options.port)
    const [answer] = await opened.request(login, (message) => message.has('response'))
    if (answer.get('response') !== 'Success') throw new AppError('ami_refused', 'Asterisk refused the login')
    return opened
  }
  const freeMember = async (opened: AmiLink) => {
    const action = amiAction({ Action: 'QueueStatus', Queue: options.queue })
    const messages = await opened.request(
      action,
      (message) => message.get('event') === 'QueueStatusComplete' || message.get('response') === 'Error',
    )
    return messages.some(isFreeMember)
  }
  const limited = async (): Promise<boolean> => {
    const timer = clock.at(clock.now() + limitMs, () =>
      link?.fail('ami_timeout', `no answer within ${limitMs} ms`),
    )
    try {
      return await ask()
    } finally {
      timer.cancel()
      asking = undefined
    }
  }
  return {
    name: 'asterisk',
    async check() {
      asking ??= limited()
      return { available: await asking }
    },
    close: () => link?.close(),
  }
}

type Waiter = {
  messages: AmiMessage[]
  isLast: (message: AmiMessage) => boolean
  resolve: (messages: AmiMessage[]) => void
  reject: (error: Error) => void
}

/** One TCP connection with one request at a time; `check` above ensures that. */
class AmiLink {
  closed = false
  private readonly parser = new AmiParser()
  private socket: Bun.Socket | undefined
  private waiter: Waiter | undefined
  private failure: AppError | undefined
  private rejectConnect: ((error: Error) => void) | undefined

  async connect(hostname: string, port: number): Promise<void> {
    const failed = new Promise<never>((_resolve, reject) => {
      this.rejectConnect = reject
    })
    const connecting = Bun.connect({
      hostname,
      port,
      socket: {
        data: (_socket, bytes) => this.receive(bytes),
        close: () => this.fail('ami_closed', 'Asterisk closed the connection'),
        error: (_socket, error) => this.fail('ami_closed', error.message),
      },
    }).then((socket) => {
      this.socket = socket
      if (this.closed) socket.terminate()
    })
    await Promise.race([connecting, failed])
  }

  request(action: string, isLast: (message: AmiMessage) => boolean): Promise<AmiMessage[]> {
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure)
      this.waiter = { messages: [], isLast, resolve, reject }
      this.socket?.write(action)
    })
  }

  fail(code: string, text: string): void {
    this.failure ??= new AppError(code, text, { retryable: true })
    this.closed = true
    this.waiter?.reject(this.failure)
    this.waiter = undefined
    this.rejectConnect?.(this.failure)
    this.socket?.terminate()
  }

  close(): void {
    this.fail('ami_closed', 'closed by us')
  }

  private receive(bytes: Uint8Array): void {
    const messages = this.parser.push(bytes)
    if (messages === undefined) this.fail('ami_malformed', 'the peer does not speak AMI')
    for (const message of messages ?? []) {
      const waiter = this.waiter
      if (!waiter) continue
      // No queue has this many members: the peer never ends its list.
      if (waiter.messages.push(message) > 10_000) this.fail('ami_malformed', 'the list does not end')
      if (!waiter.isLast(message)) continue
      this.waiter = undefined
      waiter.resolve(waiter.messages)
    }
  }
}
