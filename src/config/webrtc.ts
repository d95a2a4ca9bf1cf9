// The settings of calls by WebRTC (docs/webrtc.md).

import { isIP } from 'node:net'
import { list, number, secret, words } from '../base/setting.ts'
import { codecNames } from '../webrtc/sdp.ts'
import { host, optionalPort } from './checked.ts'

/** Words that must all pass `isGood`. @param fault completes a sentence that begins with the name */
function checkedWords(about: string, isGood: (value: string) => boolean, fault: string) {
  const { schema, ...rest } = words('', about)
  return { ...rest, schema: schema.refine((given) => given.every(isGood), fault) }
}

export const webrtc = {
  WEBRTC_PORT: optionalPort('UDP port of calls from browsers; empty takes none'),
  WEBRTC_HOST: host('address of that port; 0.0.0.0 for all of this machine'),
  WEBRTC_PUBLIC: checkedWords(
    'IP addresses under which browsers reach that port, when this machine has private ones',
    (value) => isIP(value) !== 0,
    'names something that is not an IP address',
  ),
  WEBRTC_CODECS: list(codecNames, codecNames.join(','), 'codecs in order of preference'),
  WEBRTC_ICE_SERVERS: checkedWords(
    'STUN and TURN servers for browsers, such as stun:stun.example.com:3478',
    (value) => /^(stun|turn)s?:[\w.:[\]-]+(\?transport=(udp|tcp))?$/.test(value),
    'names something that is not stun:, turn: or turns: with a host',
  ),
  WEBRTC_TURN_SECRET: secret(
    'static-auth-secret of that TURN server; browsers get credentials for two hours',
  ),
  WEBRTC_LINK_CALLS: number(20, 'calls', 0, 10_000, 'most calls at once by links of public web pages'),
}
