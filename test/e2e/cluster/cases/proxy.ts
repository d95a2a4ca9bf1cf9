// Whom a bot behind HAProxy sees: Asterisk, by the PROXY protocol, and not HAProxy.

import { connect } from 'node:net'
import { encodeMessage, MessageKind, uuidBytes } from '../../../../src/audiosocket/message.ts'
import { type Case, check } from '../../case.ts'
import { type ClusterWorld, patient } from '../world.ts'

const asterisk = '127.0.0.3'
const stranger = '127.0.0.2'

/** A header that claims to pass on Asterisk. */
const forged = `PROXY TCP4 ${asterisk} 127.0.0.1 5060 9092\r\n`

/** Calls from an address of this machine. @returns bytes that were heard before the call ended, or the first 323 */
function heardFrom(address: string, port: number, header = ''): Promise<number> {
  const heard = Promise.withResolvers<number>()
  let bytes = 0
  const socket = connect({ host: '127.0.0.1', port, localAddress: address })
  const uuid = new Uint8Array(19)
  encodeMessage(MessageKind.Uuid, uuidBytes(crypto.randomUUID())!, uuid)
  socket.on('connect', () => {
    if (header !== '') socket.write(header)
    socket.write(uuid)
  })
  socket.on('data', (chunk) => {
    bytes += chunk.length
    if (bytes >= 323) socket.destroy()
  })
  socket.on('error', () => {})
  socket.on('close', () => heard.resolve(bytes))
  return heard.promise
}

const allowList: Case<ClusterWorld> = {
  title: 'behind HAProxy the allow-list means Asterisk’s address: a stranger’s and a forged one are refused',
  limitMs: 60_000,
  async run(world, cleanup) {
    const settings = { AUDIOSOCKET_ALLOW: `${asterisk}/32`, PROXY_FROM: '127.0.0.1' }
    for (const version of ['send-proxy-v2', 'send-proxy']) {
      const change = (config: string) => patient(config).replaceAll('send-proxy-v2', version)
      const { bots, fronts, haproxy, machines } = await world.cluster(cleanup, [settings], change)
      await haproxy.hasUp('b1')
      check((await heardFrom(asterisk, fronts.audio)) >= 323, `${version}: Asterisk hears nothing`)
      check((await heardFrom(stranger, fronts.audio)) === 0, `${version}: a stranger is taken`)
      const { audio } = machines[0]!.place
      check((await heardFrom(stranger, audio, forged)) === 0, 'a forged header is believed')
      check((await heardFrom(asterisk, audio)) >= 323, 'Asterisk without HAProxy hears nothing')
      const refusals = bots[0]!.lines.filter(
        (line) => line.includes('"connection') && line.includes('refused'),
      )
      check(
        refusals.every((line) => line.includes(`"peer":"${stranger}"`) || line.includes('"reasons"')),
        `refused, by the log: ${refusals.join(' ')}`,
      )
    }
    return undefined
  },
}

export const proxyCases: Case<ClusterWorld>[] = [allowList]
