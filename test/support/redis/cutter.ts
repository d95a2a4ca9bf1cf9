// Between a client and Redis: can drop every byte of the connections that are open, without closing them.

export class Cutter {
  private readonly cut = new Set<object>()
  private readonly open = new Set<object>()
  private readonly listener

  constructor(to: number) {
    this.listener = Bun.listen<{ out?: Bun.Socket<undefined>; early: Uint8Array[] }>({
      hostname: '127.0.0.1',
      port: 0,
      socket: {
        open: (socket) => {
          socket.data = { early: [] }
          this.open.add(socket)
          Bun.connect<undefined>({
            hostname: '127.0.0.1',
            port: to,
            socket: {
              open: (out) => {
                for (const chunk of socket.data.early) out.write(chunk)
                socket.data.out = out
              },
              data: (_out, chunk) => void (this.cut.has(socket) || socket.write(chunk)),
              close: () => void socket.end(),
            },
            // Redis is gone: so is this connection.
          }).catch(() => socket.end())
        },
        data: (socket, chunk) => {
          if (this.cut.has(socket)) return
          if (socket.data.out) socket.data.out.write(chunk)
          else socket.data.early.push(Uint8Array.from(chunk))
        },
        close: (socket) => {
          this.open.delete(socket)
          socket.data.out?.end()
        },
      },
    })
  }

  get port(): number {
    return this.listener.port
  }
  dropAll(): void {
    for (const socket of this.open) this.cut.add(socket)
  }
  close(): void {
    this.listener.stop(true)
  }
}
