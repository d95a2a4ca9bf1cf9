// The text protocol of the Asterisk Manager Interface (AMI): parses bytes into messages and formats actions. It has no
// socket.

/** One message; keys are in lower case, and of a repeated key the last value counts. */
export type AmiMessage = ReadonlyMap<string, string>

/** No real AMI message comes close; a peer that sends more does not speak AMI. */
const maxMessageChars = 64 * 1024

export class AmiParser {
  private text = ''
  private readonly decoder = new TextDecoder()

  /**
   * @param bytes a chunk of any length, cut anywhere
   * @returns the messages completed by this chunk; undefined when the peer does not speak AMI
   */
  push(bytes: Uint8Array): AmiMessage[] | undefined {
    this.text += this.decoder.decode(bytes, { stream: true })
    const messages: AmiMessage[] = []
    for (let end = this.text.indexOf('\r\n\r\n'); end >= 0; end = this.text.indexOf('\r\n\r\n')) {
      messages.push(readMessage(this.text.slice(0, end)))
      this.text = this.text.slice(end + 4)
    }
    return this.text.length > maxMessageChars ? undefined : messages
  }
}

/** Lines without a colon are skipped; Asterisk's greeting is one. */
function readMessage(block: string): AmiMessage {
  const message = new Map<string, string>()
  for (const line of block.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) message.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return message
}

/**
 * Formats one action for the wire.
 *
 * @throws {RangeError} on a line break in a field, which would start another field or action
 */
export function amiAction(fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => {
    if (/[\r\n]/.test(name + value))
      throw new RangeError(`the field ${JSON.stringify(name)} contains a line break`)
    return `${name}: ${value}`
  })
  return `${lines.join('\r\n')}\r\n\r\n`
}

/**
 * Whether a `QueueMember` event describes a member who can take a call: not paused, and device state 1 (not in use).
 * State 0 (unknown) counts as absent here, although `QueueSummary` counts it as available.
 *
 * @see Asterisk include/asterisk/devicestate.h, enum ast_device_state
 */
export function isFreeMember(message: AmiMessage): boolean {
  return (
    message.get('event') === 'QueueMember' && message.get('paused') === '0' && message.get('status') === '1'
  )
}
