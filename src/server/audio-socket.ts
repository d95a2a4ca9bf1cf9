// The AudioSocket server with its limits, and the registry that takes its calls.

import { AudioSocketServer } from '../audiosocket/server.ts'
import { descriptorsLeft, divideDescriptors } from '../base/descriptors.ts'
import type { CallParts } from './calls.ts'
import type { ServerContext } from './context.ts'
import type { Dialplan } from './handover/dialplan.ts'
import { listening } from './listening.ts'
import { preparedCalls } from './overload/capacity.ts'
import { hangsUpWhen, holdUntil } from './patience.ts'

/** @throws {ConfigError} `port` when it cannot listen */
export function openAudioSocket(
  { config, clock, log, metrics, degraded }: ServerContext,
  { registry, ticker, starts, capacity }: CallParts,
  { expected, shared, handover }: Pick<Dialplan, 'expected' | 'shared' | 'handover'>,
): AudioSocketServer {
  const maxOpen = divideDescriptors(descriptorsLeft()).calls
  const maxCalls = preparedCalls(config)
  if (maxOpen < capacity.limit)
    log.warn('MAX_CALLS exceeds what the limit of open files allows', {
      maxCalls: capacity.limit,
      roomFor: maxOpen,
    })
  // More connections than calls, so that refused callers can hear why.
  const maxConnections = maxCalls * 2 + 100
  const { AUDIOSOCKET_HOST: host, AUDIOSOCKET_PORT: port } = config
  return listening('AUDIOSOCKET', host, port, () => {
    return new AudioSocketServer({
      host,
      port,
      allow: config.AUDIOSOCKET_ALLOW,
      proxies: config.PROXY_FROM,
      maxOpen,
      callsPerS: Math.max(50, maxCalls),
      maxConnections,
      maxConnectionsPerPeer: config.AUDIOSOCKET_PER_PEER || maxConnections,
      onCall: (connection) => {
        const { callId } = connection
        if (handover === undefined || shared === undefined)
          return registry.offer(connection, starts.of(expected.take(callId)))
        const start = starts.of(handover.take(callId))
        const patient = hangsUpWhen(connection, () => shared.written(callId))
        const earlier = handover.earlierPart(callId)
        if (earlier === undefined) return registry.offer(patient, start)
        holdUntil(patient, earlier, (part) => registry.offer(patient, start, part))
      },
      beforeEvent: () => ticker.catchUp(),
      onFull: (isFull) => {
        if (isFull)
          degraded.set('audiosocket port', 'audiosocket port: full, so some connections to it were refused')
        else degraded.delete('audiosocket port')
      },
      ...(config.AUDIOSOCKET_REGISTERED
        ? { expects: (callId: string) => handover?.isExpected(callId) ?? expected.has(callId) }
        : {}),
      clock,
      log,
      metrics,
    })
  })
}
