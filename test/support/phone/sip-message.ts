// SIP over UDP as text: taking a message apart and putting one together. Just as much of RFC 3261 as two phones on
// loopback need.

export type SipMessage = {
  /** `INVITE` and so on; empty for a response. */
  method: string
  /** 200 and so on; 0 for a request. */
  status: number
  /** By lower-case name; a header that comes more than once (Via) keeps all its values. */
  headers: ReadonlyMap<string, readonly string[]>
  body: string
}

/** @returns undefined for what is no SIP message (keep-alive bytes, for one) */
export function parse(text: string): SipMessage | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [start, ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 0) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    const values = headers.get(name) ?? []
    values.push(line.slice(colon + 1).trim())
    headers.set(name, values)
  }
  const response = start.startsWith('SIP/2.0 ')
  return {
    method: response ? '' : start.split(' ')[0],
    status: response ? Number(start.split(' ')[1]) : 0,
    headers,
    body: text.slice(end + 4),
  }
}

export function header(message: SipMessage, name: string): string {
  return message.headers.get(name.toLowerCase())?.[0] ?? ''
}

/** The tag of a From or To value, or ''. */
export function tagOf(value: string): string {
  return /;tag=([^;>\s]+)/.exec(value)?.[1] ?? ''
}

/** The address in a Contact: `<sip:a@b:1>` → `sip:a@b:1`. */
export function addressOf(value: string): string {
  return /<([^>]+)>/.exec(value)?.[1] ?? value.split(';')[0]
}

/** A response to `request`: what RFC 3261 8.2.6 copies is copied, `tag` goes on the To that has none. */
export function respond(
  request: SipMessage,
  status: string,
  options: { tag: string; contact: string; body?: string },
): string {
  const lines = [`SIP/2.0 ${status}`]
  for (const name of ['via', 'record-route', 'from', 'call-id', 'cseq'])
    for (const value of request.headers.get(name) ?? []) lines.push(`${name}: ${value}`)
  const to = header(request, 'to')
  lines.push(`to: ${to}${tagOf(to) === '' ? `;tag=${options.tag}` : ''}`)
  return finish(lines, options.contact, options.body ?? '')
}

export type RequestParts = {
  method: string
  uri: string
  from: string
  to: string
  callId: string
  cseq: number
  port: number
  branch: string
  extra?: Record<string, string>
  body?: string
}

export function request(parts: RequestParts): string {
  const lines = [
    `${parts.method} ${parts.uri} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${parts.port};rport;branch=z9hG4bK${parts.branch}`,
    'Max-Forwards: 70',
    `From: ${parts.from}`,
    `To: ${parts.to}`,
    `Call-ID: ${parts.callId}`,
    `CSeq: ${parts.cseq} ${parts.method}`,
    ...Object.entries(parts.extra ?? {}).map(([name, value]) => `${name}: ${value}`),
  ]
  return finish(lines, `sip:phone@127.0.0.1:${parts.port}`, parts.body ?? '')
}

function finish(lines: string[], contact: string, body: string): string {
  lines.push(`Contact: <${contact}>`)
  if (body !== '') lines.push('Content-Type: application/sdp')
  lines.push(`Content-Length: ${body.length}`)
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

/** An offer or answer of one codec and RFC 4733 keys. */
export function sdp(rtpPort: number, payloadType: number, ptimeMs: number): string {
  const codec = payloadType === 8 ? 'PCMA' : 'PCMU'
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${rtpPort} RTP/AVP ${payloadType} 101`,
    `a=rtpmap:${payloadType} ${codec}/8000`,
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-16',
    `a=ptime:${ptimeMs}`,
    'a=sendrecv',
    '',
  ].join('\r\n')
}

/** The peer's RTP port in a session description, or 0. */
export function rtpPortOf(body: string): number {
  return Number(/^m=audio (\d+)/m.exec(body)?.[1] ?? 0)
}
