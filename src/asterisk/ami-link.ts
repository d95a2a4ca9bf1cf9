// One TCP connection to the Asterisk Manager Interface.

import { AppError } from '../base/errors.ts'
import { type AmiMessage, AmiParser, amiAction } from './ami.ts'

type Waiter = {
  messages: AmiMessage[]
  isLast: (message: AmiMessage) => boolean
  resolve: (messages: AmiMessage[]) => void
  reject: (error: Error) => void
}

/** The caller sends one request at a time. */
export class AmiLink {
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

  /** @throws {AppError} `ami_refused` */
  async login(username: string, secret: string): Promise<void> {
    const action = { Action: 'Login', Username: username, Secret: secret, Events: 'off' }
    const answer = await this.ask(action)
    if (answer.get('response') !== 'Success') throw new AppError('ami_refused', 'Asterisk refused the login')
  }

  /** Sends an action that is answered by one message. */
  async ask(fields: Readonly<Record<string, string>>): Promise<AmiMessage> {
    const [answer] = await this.request(amiAction(fields), (message) => message.has('response'))
    return answer
  }

  /** @param isLast whether a message ends the answer. @throws {AppError} `ami_closed`, `ami_malformed` */
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
