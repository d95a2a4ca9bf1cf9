// The port of HAProxy's agent-check: each connection gets one line on how much room is left (access/agent-line.ts), and
// is closed. Peers are those that may open an AudioSocket, and proxies.

import { agentLine, type Room } from '../access/agent-line.ts'
import { createAllowList } from '../access/allow-list.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Config } from '../config.ts'
import { listening } from './listening.ts'

export type AgentPortOptions = {
  host: string
  /** 0 binds any free port. */
  port: number
  /** Address ranges that may ask. */
  allow: readonly string[]
  room: () => Room
  metrics: Metrics
}

/** A balancer asks twice a second and closes at once; connections beyond this are closed without an answer. */
const maxOpen = 64
/** A peer that does not close its side loses the connection. */
const closeWithinS = 2

export class AgentPort {
  private readonly listener: Bun.TCPSocketListener<undefined>
  private open = 0

  /** Listens at once. @throws when the port is in use */
  constructor({ host, port, allow, room, metrics }: AgentPortOptions) {
    const peers = createAllowList(allow)
    const asked = (answered: 'yes' | 'no') =>
      metrics.counter('agent_checks_total', 'Connections to the agent port', { answered })
    const counters = { yes: asked('yes'), no: asked('no') }
    this.listener = Bun.listen<undefined>({
      hostname: host,
      port,
      data: undefined,
      socket: {
        open: (socket) => {
          this.open++
          // A peer that has reset before `open` runs has no address any more, although the type says otherwise.
          const address = socket.remoteAddress as string | undefined
          const isAnswered = this.open <= maxOpen && address !== undefined && peers.allows(address)
          counters[isAnswered ? 'yes' : 'no'].add()
          if (!isAnswered) {
            socket.terminate()
            return
          }
          // A new socket's buffer takes a line whole.
          socket.end(`${agentLine(room())}\n`)
          socket.timeout(closeWithinS)
        },
        timeout: (socket) => socket.terminate(),
        // What the peer sends (HAProxy's agent-send) changes nothing.
        data() {},
        close: () => {
          this.open--
        },
        error() {},
      },
    })
  }

  get port(): number {
    return this.listener.port
  }

  close(): void {
    this.listener.stop(true)
  }
}

/** Undefined without AGENT_PORT. @throws {ConfigError} `port` when it cannot listen */
export function openAgentPort(
  { AUDIOSOCKET_HOST: host, AGENT_PORT: port, AUDIOSOCKET_ALLOW, PROXY_FROM }: Config,
  room: () => Room,
  metrics: Metrics,
): AgentPort | undefined {
  if (port === undefined) return undefined
  const allow = [...AUDIOSOCKET_ALLOW, ...PROXY_FROM]
  return listening('AGENT', host, port, () => new AgentPort({ host, port, allow, room, metrics }))
}
