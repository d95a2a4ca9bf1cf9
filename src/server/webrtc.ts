// Calls by WebRTC, when WEBRTC_PORT is set and the packages are there. Where they are not, the server says so once, and
// browsers use the WebSocket.

import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { ConfigError, errorText } from '../base/errors.ts'
import { followCall } from '../calls/caller-view.ts'
import { WebrtcCalls } from '../webrtc/calls.ts'
import { loadOpus, openG711, openOpus } from '../webrtc/codec.ts'
import { iceServers } from '../webrtc/ice.ts'
import { loadAddon } from '../webrtc/peer.ts'
import type { CodecName } from '../webrtc/sdp.ts'
import type { Webrtc } from '../webrtc/types.ts'
import type { CallParts } from './calls.ts'
import type { ServerContext } from './context.ts'
import { preparedCalls } from './overload/capacity.ts'

export type WebrtcParts = { readonly routes: Webrtc; close(): void }

/** @throws {ConfigError} `port` when the UDP port cannot be used */
export async function openWebrtc(
  { config, clock, log, metrics, degraded }: ServerContext,
  { registry, ticker, starts }: CallParts,
): Promise<WebrtcParts | undefined> {
  const { WEBRTC_PORT: port, WEBRTC_HOST: host } = config
  if (port === undefined) return undefined
  const addon = await loadAddon({
    ...{ port, host, publicAddresses: config.WEBRTC_PUBLIC },
    failed: (error) => log.error('a call of WebRTC failed', { error: errorText(error) }),
  })
  if ('missing' in addon) {
    log.warn('works without WebRTC, browsers use the WebSocket', { reason: addon.missing })
    degraded.set('webrtc', 'webrtc: node-datachannel cannot be loaded, so browsers use the WebSocket')
    return undefined
  }
  await probePort(host, port)
  const opus = config.WEBRTC_CODECS.includes('opus') ? await loadOpus() : undefined
  if (config.WEBRTC_CODECS.includes('opus') && opus === undefined)
    log.warn('works without Opus, WebRTC uses G.711', { reason: 'libopus-wasm cannot be loaded' })
  const usable = config.WEBRTC_CODECS.filter((name) => name !== 'opus' || opus !== undefined)
  const codecs: readonly CodecName[] = usable.length > 0 ? usable : ['pcmu', 'pcma']
  const calls = new WebrtcCalls({
    ...{ clock, log, metrics, ticker, addon, codecs },
    openCodec: async (name) => (name === 'opus' ? openOpus(opus!) : openG711(name)),
    maxCalls: preparedCalls(config),
    maxLinkCalls: config.WEBRTC_LINK_CALLS,
    accept: (connection, wishes) => registry.offer(connection, starts.of(wishes)),
    follow: (callId, tell) => followCall(registry, callId, tell),
  })
  return {
    routes: {
      begin: (sdp, caller) => calls.begin(sdp, caller),
      move: (id, sdp, address) => calls.move(id, sdp, address),
      trickle: (id, fragment) => calls.trickle(id, fragment),
      has: (id) => calls.has(id),
      end: (id) => calls.end(id),
      links: calls.links,
      linkCalls: calls.linkCalls,
      iceServers: () => iceServers(config.WEBRTC_ICE_SERVERS, config.WEBRTC_TURN_SECRET, clock.wallMs()),
    },
    close: () => calls.close(),
  }
}

/** The library opens the port with the first call; a start that cannot have it must fail. */
async function probePort(host: string, port: number): Promise<void> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  try {
    await new Promise<void>((done, fail) => {
      socket.once('error', fail)
      socket.bind(port, host, done)
    })
  } catch (cause) {
    const hint = 'Set WEBRTC_PORT to a free UDP port, and WEBRTC_HOST to an address of this machine.'
    throw new ConfigError('port', `Cannot listen on UDP ${host}:${port}. ${hint}`, { cause })
  } finally {
    socket.close()
  }
}
