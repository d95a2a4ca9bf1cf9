// Asterisk's manager interface, as far as the lab needs it: actions with their answer, and events to wait for.

export type AmiMessage = Readonly<Record<string, string>> & { readonly atMs: number }

type Socket = { write(text: string): number; end(): void }

export class Ami {
  /** Every event since the login, oldest first. */
  readonly events: AmiMessage[] = []
  private rest = ''
  private actions = 0
  private readonly answers = new Map<string, (message: AmiMessage) => void>()
  private readonly watchers = new Set<() => void>()

  private constructor(private readonly socket: Socket) {}

  /** @throws {Error} when the port does not listen, or the login is refused */
  static async connect(port: number, secret: string): Promise<Ami> {
    let ami: Ami | undefined
    const socket = await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: { data: (_socket, data) => ami?.receive(data.toString()) },
    })
    ami = new Ami(socket)
    const login = await ami.action({ Action: 'Login', Username: 'bot', Secret: secret })
    if (login.Response !== 'Success') throw new Error(`manager login refused: ${login.Message}`)
    return ami
  }

  action(fields: Record<string, string | readonly string[]>): Promise<AmiMessage> {
    const id = `a${++this.actions}`
    const lines = Object.entries({ ...fields, ActionID: id }).flatMap(([name, value]) =>
      (typeof value === 'string' ? [value] : value).map((each) => `${name}: ${each}`),
    )
    const answered = new Promise<AmiMessage>((resolve) => this.answers.set(id, resolve))
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    return answered
  }

  /** What a command prints on the console. */
  async command(text: string): Promise<string> {
    return (await this.action({ Action: 'Command', Command: text })).Output ?? ''
  }

  /** Settles with the first event, past or to come, that `matches`. Bounded by the case's own time limit. */
  async event(matches: (event: AmiMessage) => boolean): Promise<AmiMessage> {
    for (;;) {
      const found = this.events.find(matches)
      if (found) return found
      await new Promise<void>((resolve) => {
        const watcher = () => {
          this.watchers.delete(watcher)
          resolve()
        }
        this.watchers.add(watcher)
      })
    }
  }

  close(): void {
    this.socket.end()
  }

  private receive(text: string): void {
    this.rest += text
    for (let end = this.rest.indexOf('\r\n\r\n'); end >= 0; end = this.rest.indexOf('\r\n\r\n')) {
      const message = fieldsOf(this.rest.slice(0, end))
      this.rest = this.rest.slice(end + 4)
      if (message.Event) this.events.push(message)
      if (message.Response) {
        this.answers.get(message.ActionID)?.(message)
        this.answers.delete(message.ActionID)
      }
    }
    for (const watcher of [...this.watchers]) watcher()
  }
}

function fieldsOf(block: string): AmiMessage {
  const fields: Record<string, string> = {}
  for (const line of block.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon < 0) continue
    const name = line.slice(0, colon)
    const value = line.slice(colon + 1).trimStart()
    fields[name] = name in fields ? `${fields[name]}\n${value}` : value
  }
  return Object.assign(fields, { atMs: performance.now() }) as unknown as AmiMessage
}
