// A TCP proxy that breaks links: resets, half-open silence, refusals. It looks at no protocol.

import type { Socket } from 'bun'

type Link = {
  client: Socket<Link | undefined>
  server: Socket<unknown> | undefined
  downBytes: number
  early: Uint8Array[]
  held: { to: 'client' | 'server'; bytes: Uint8Array }[]
  stalled: boolean
}

export type ChaosProxy = ReturnType<typeof startChaosProxy>

/** @param target port of the fake on this machine */
export function startChaosProxy(target: number) {
  /** The fault of new and live links; change it at any time. */
  const faults = { cutAfterDownBytes: Number.POSITIVE_INFINITY, byReset: true, refuse: false }
  const links = new Set<Link>()
  let accepted = 0

  const put = (link: Link, to: 'client' | 'server', bytes: Uint8Array) => {
    const copy = new Uint8Array(bytes)
    if (link.stalled) link.held.push({ to, bytes: copy })
    else if (to === 'client') link.client.write(copy)
    else if (link.server) link.server.write(copy)
    else link.early.push(copy)
  }

  const listener = Bun.listen<Link | undefined>({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      open(client) {
        accepted++
        if (faults.refuse) {
          client.terminate()
          return
        }
        const link: Link = { client, server: undefined, downBytes: 0, early: [], held: [], stalled: false }
        client.data = link
        links.add(link)
        join(link).catch(() => client.terminate())
      },
      data(client, bytes) {
        if (client.data) put(client.data, 'server', bytes)
      },
      close(client) {
        if (!client.data) return
        links.delete(client.data)
        client.data.server?.terminate()
      },
    },
  })

  async function join(link: Link): Promise<void> {
    await Bun.connect({
      hostname: '127.0.0.1',
      port: target,
      socket: {
        open(server) {
          link.server = server
          for (const bytes of link.early) server.write(bytes)
          link.early = []
        },
        data(server, bytes) {
          link.downBytes += bytes.length
          if (link.downBytes <= faults.cutAfterDownBytes) {
            put(link, 'client', bytes)
            return
          }
          if (faults.byReset) link.client.terminate()
          else link.client.end()
          server.terminate()
        },
        close() {
          if (!link.stalled) link.client.end()
        },
      },
    })
  }

  return {
    faults,
    get accepted() {
      return accepted
    },
    url: `http://127.0.0.1:${listener.port}`,
    ws: `ws://127.0.0.1:${listener.port}`,
    /** Resets every live link. */
    cutNow() {
      for (const link of links) link.client.terminate()
    },
    /** Holds back every byte of the live links, both ways, as a half-open connection does. */
    stall() {
      for (const link of links) link.stalled = true
    },
    release() {
      for (const link of links) {
        link.stalled = false
        const held = link.held
        link.held = []
        for (const { to, bytes } of held) put(link, to, bytes)
      }
    },
    stop() {
      for (const link of links) link.client.terminate()
      listener.stop(true)
    },
  }
}
