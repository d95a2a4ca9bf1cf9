// The SDP of a browser's call: which audio section and codec an offer has, and which addresses our answer names. Pure;
// nothing here throws, whatever the text is. The library negotiates ICE and DTLS itself.

/** Chromium's offer for audio and a data channel has 3 kB. */
export const maxSdpBytes = 20_000
const maxLines = 600

export const codecNames = ['opus', 'pcmu', 'pcma'] as const
export type CodecName = (typeof codecNames)[number]

/** What a call needs of an offer. */
export type Offer = {
  /** The offer as the library gets it: without candidates (see {@link withoutCandidates}). */
  readonly sdp: string
  /** Name of the audio section. */
  readonly mid: string
  readonly codec: CodecName
  readonly payloadType: number
  /** Names this peer's ICE session. */
  readonly ufrag: string
  /** Payload type of RFC 2198 redundancy around Opus; undefined when the peer offers none. */
  readonly redType: number | undefined
}

/** Why an offer is refused: a sentence for the client's developer. */
export type SdpFault = { readonly fault: string }

type Format = { type: number; name: string }
const clockOf = { opus: 'opus/48000/2', pcmu: 'pcmu/8000', pcma: 'pcma/8000' } as const satisfies Record<
  CodecName,
  string
>

/** @param allowed codecs in our order of preference */
export function readOffer(text: string, allowed: readonly CodecName[]): Offer | SdpFault {
  if (text.length > maxSdpBytes) return { fault: `an offer has at most ${maxSdpBytes} bytes` }
  const lines = text.split(/\r\n|\n/)
  if (lines.length > maxLines) return { fault: `an offer has at most ${maxLines} lines` }
  if (lines[0] !== 'v=0') return { fault: 'the body is not SDP: it does not begin with v=0' }
  const sections = sectionsOf(lines)
  const audio = sections.filter(([first]) => /^m=audio /.test(first))
  if (audio.length !== 1) return { fault: 'an offer has one audio section' }
  const isOther = ([first]: string[]) => !/^m=(audio|application) /.test(first)
  if (sections.length > 3 || sections.some(isOther))
    return { fault: 'an offer has audio and a data channel, and nothing else' }
  const [section] = audio
  if (!section[0].includes('/RTP/SAVPF ')) return { fault: 'the audio section is not UDP/TLS/RTP/SAVPF' }
  if (section.some((line) => line === 'a=recvonly' || line === 'a=inactive'))
    return { fault: 'the audio section does not send' }
  const mid = attributeOf(section, 'mid') ?? ''
  if (!/^[\w-]{1,32}$/.test(mid)) return { fault: 'the audio section has no mid' }
  const all = [...lines.slice(0, lines.indexOf(section[0])), ...section]
  for (const name of ['ice-ufrag', 'ice-pwd', 'fingerprint'])
    if (attributeOf(all, name) === undefined) return { fault: `the offer has no ${name}` }
  const formats = formatsOf(section)
  for (const codec of allowed) {
    const found = formats.find(({ name }) => name === clockOf[codec])
    if (found === undefined) continue
    const red = codec === 'opus' ? formats.find(({ name }) => name === 'red/48000/2') : undefined
    return {
      ...{ sdp: withoutCandidates(lines), mid, codec, payloadType: found.type, redType: red?.type },
      ufrag: attributeOf(all, 'ice-ufrag') ?? '',
    }
  }
  return { fault: `the offer has none of the codecs ${allowed.join(', ')}` }
}

/**
 * A fragment that trickles candidates or asks for an ICE restart (RFC 8840).
 *
 * @returns the user name of its ICE session; undefined when it is not a fragment
 */
export function ufragOf(fragment: string): string | undefined {
  if (fragment.length > maxSdpBytes) return undefined
  const lines = fragment.split(/\r\n|\n/)
  return attributeOf(lines, 'ice-pwd') && attributeOf(lines, 'ice-ufrag')
}

/** Each media section with its `m=` line first. */
function sectionsOf(lines: readonly string[]): string[][] {
  const sections: string[][] = []
  for (const line of lines)
    if (line.startsWith('m=')) sections.push([line])
    else sections.at(-1)?.push(line)
  return sections
}

function attributeOf(lines: readonly string[], name: string): string | undefined {
  const start = `a=${name}:`
  return lines.find((line) => line.startsWith(start))?.slice(start.length)
}

/** The section's payload types with the codec that each one names, in lower case. */
function formatsOf(section: readonly string[]): Format[] {
  const named = new Map<number, string>([
    [0, clockOf.pcmu],
    [8, clockOf.pcma],
  ])
  for (const line of section) {
    const match = /^a=rtpmap:(\d{1,3}) ([\w./-]{1,40})$/.exec(line)
    if (match) named.set(Number(match[1]), match[2].toLowerCase().replace(/^(pcm[ua]\/8000)\/1$/, '$1'))
  }
  const offered = section[0].split(' ').slice(3).map(Number)
  return offered.flatMap((type) => {
    const name = Number.isInteger(type) && type >= 0 && type < 128 ? named.get(type) : undefined
    return name === undefined ? [] : [{ type, name }]
  })
}

/**
 * The offer without the peer's addresses. The server then sends nothing to an address that an offer merely names, which
 * might be anybody's; it answers where the peer's own checks come from. The browser's checks reach our public port.
 */
function withoutCandidates(lines: readonly string[]): string {
  const kept = lines.filter((line) => !/^a=(candidate:|end-of-candidates)/.test(line) && line !== '')
  return `${kept.join('\r\n')}\r\n`
}

/**
 * Writes our public addresses into the answer in place of those that the library found: behind 1:1 NAT it only knows
 * the private one.
 *
 * @param addresses IP addresses; an empty list leaves the answer as it is
 */
export function withPublic(answer: string, addresses: readonly string[], port: number): string {
  if (addresses.length === 0) return answer
  const candidates = addresses.map(
    // RFC 8445, 5.1.2: type preference 126, and the first address is preferred.
    (address, i) =>
      `a=candidate:${i + 1} 1 UDP ${126 * 2 ** 24 + (65_535 - i) * 256 + 255} ${address} ${port} typ host`,
  )
  const sections = answer.split(/(?=^m=)/m)
  return sections
    .map((section, i) => {
      const kept = section
        .split('\r\n')
        .filter((line) => !/^a=(candidate:|end-of-candidates)/.test(line) && line !== '')
      const isFirst = i === 1
      return [...kept, ...(isFirst ? [...candidates, 'a=end-of-candidates'] : [])]
        .map((line) => `${line}\r\n`)
        .join('')
    })
    .join('')
}
