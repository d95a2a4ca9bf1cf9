// The Asterisk Manager Interface as text: bytes in, messages out, actions out. No socket here.

/** One message, its keys in lower case; of a key that comes twice the last one counts. */
export type AmiMessage = ReadonlyMap<string, string>

/** Far more than any message of Asterisk's; a peer that sends more is none. */
const maxMessageChars = 64 * 1024

export class AmiParser {
  private text = ''
  private readonly decoder = new TextDecoder()

  /**
   * @param bytes of any length, cut anywhere
   * @returns the messages that are complete now; undefined when the peer sends something that is no AMI
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

/** The banner line that Asterisk greets with has no colon and a blank, and is passed over like any such line. */
function readMessage(block: string): AmiMessage {
  const message = new Map<string, string>()
  for (const line of block.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) message.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return message
}

/**
 * One action as it goes over the wire.
 *
 * @throws {RangeError} on a line end in a field, which would begin a field or an action of its own
 */
export function amiAction(fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => {
    if (/[\r\n]/.test(name + value))
      throw new RangeError(`the field ${JSON.stringify(name)} holds a line end`)
    return `${name}: ${value}`
  })
  return `${lines.join('\r\n')}\r\n\r\n`
}

/**
 * Whether a `QueueMember` event tells of somebody who can take a call: not paused, device state 1 (not in use).
 * State 0 (unknown) counts as absent, although `QueueSummary` counts it as available.
 *
 * @see Asterisk include/asterisk/devicestate.h, enum ast_device_state
 */
export function isFreeMember(message: AmiMessage): boolean {
  return (
    message.get('event') === 'QueueMember' && message.get('paused') === '0' && message.get('status') === '1'
  )
}
