// A receiver of webhooks, written from the specification and not from our sender: it takes an event only with a valid
// signature of the last five minutes, and an event that comes twice once.
//
// @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

import { createHmac, timingSafeEqual } from 'node:crypto'
import { BadServer, type Got, type Mood } from './bad-server.ts'

export type ReceivedEvent = { type: string; timestamp: string; data: Record<string, unknown> }

const toleranceS = 300

export class WebhookReceiver {
  /** In the order in which they were taken. */
  readonly events: ReceivedEvent[] = []
  /** Why requests were refused. */
  readonly faults: string[] = []
  readonly server: BadServer
  private readonly ids = new Set<string>()

  /** @param mood what it does with an event instead of taking it @param nowS Unix time */
  constructor(
    private readonly secret: string,
    mood: (event: ReceivedEvent) => Mood | undefined = () => undefined,
    private readonly nowS: () => number = () => Date.now() / 1_000,
  ) {
    this.server = new BadServer(() => {
      // The server notes a request before it asks for the answer.
      const got = this.server.got.at(-1)!
      const fault = this.faultOf(got)
      if (fault !== undefined) {
        this.faults.push(fault)
        return { answers: {}, status: 401 }
      }
      const event = JSON.parse(got.body) as ReceivedEvent
      const instead = mood(event)
      if (instead !== undefined) return instead
      const id = got.headers['webhook-id']
      if (!this.ids.has(id)) this.events.push(event)
      this.ids.add(id)
      return { text: '', status: 204 }
    })
  }

  get types(): string[] {
    return this.events.map(({ type }) => type)
  }

  private faultOf({ headers, body, method }: Got): string | undefined {
    const { 'webhook-id': id, 'webhook-timestamp': atS, 'webhook-signature': signatures } = headers
    if (method !== 'POST') return 'not a POST'
    if (!id || id.includes('.') || !atS || !signatures) return 'a header is missing'
    if (!/^\d+$/.test(atS) || Math.abs(this.nowS() - Number(atS)) > toleranceS) return 'too old or too new'
    const key = Buffer.from(this.secret.replace('whsec_', ''), 'base64')
    const wanted = createHmac('sha256', key).update(`${id}.${atS}.${body}`).digest()
    const isSigned = signatures.split(' ').some((one) => {
      const [version, text = ''] = one.split(',')
      const given = Buffer.from(text, 'base64')
      return version === 'v1' && given.length === wanted.length && timingSafeEqual(given, wanted)
    })
    return isSigned ? undefined : 'the signature is wrong'
  }
}
