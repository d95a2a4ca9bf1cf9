// Asks Asterisk over the Manager Interface whether a queue has a free member. It keeps one connection open and
// reconnects at the next question after it was lost; calls that ask at the same time share one answer. `check` never
// throws.

import type { Clock } from '../base/clock.ts'
import { AppError, errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { amiAction, isFreeMember } from './ami.ts'
import { AmiLink } from './ami-link.ts'
import type { Technicians } from './technicians.ts'

export type QueueTechniciansOptions = {
  host: string
  port: number
  username: string
  secret: string
  /** Name of the queue in queues.conf. */
  queue: string
  clock: Clock
  log: Log
  limitMs?: number
  /**
   * Whether to assume a free technician when Asterisk gives no answer. True by default: the queue then tries, and an
   * unanswered call comes back to the bot, whereas false would keep callers from technicians who are there.
   */
  whenUnknown?: boolean
}

/** @throws {RangeError} on a line break in the user name, secret or queue */
export function createQueueTechnicians(options: QueueTechniciansOptions): Technicians {
  const { clock, log, limitMs = 1_500, whenUnknown = true } = options
  // Thrown away: it only checks the texts at start-up.
  amiAction({ Username: options.username, Secret: options.secret, Queue: options.queue })
  let link: AmiLink | undefined
  let asking: Promise<boolean> | undefined

  const ask = async (): Promise<boolean> => {
    try {
      const kept = link
      if (kept === undefined || kept.closed) return await freeMember(await openLink())
      try {
        return await freeMember(kept)
      } catch (error) {
        // Asterisk has restarted since. Only a request shows that, so try once more on a new connection.
        if (!(error instanceof AppError) || error.code !== 'ami_closed') throw error
        return await freeMember(await openLink())
      }
    } catch (error) {
      link?.close()
      link = undefined
      log.warn('queue status unknown', { error: errorText(error), assumedAvailable: whenUnknown })
      return whenUnknown
    }
  }
  const openLink = async () => {
    const opened = new AmiLink()
    link = opened
    await opened.connect(options.host, options.port)
    await opened.login(options.username, options.secret)
    return opened
  }
  const freeMember = async (opened: AmiLink) => {
    const action = amiAction({ Action: 'QueueStatus', Queue: options.queue })
    const messages = await opened.request(
      action,
      (message) => message.get('event') === 'QueueStatusComplete' || message.get('response') === 'Error',
    )
    return messages.some(isFreeMember)
  }
  const limited = async (): Promise<boolean> => {
    const timer = clock.at(clock.now() + limitMs, () =>
      link?.fail('ami_timeout', `no answer within ${limitMs} ms`),
    )
    try {
      return await ask()
    } finally {
      timer.cancel()
      asking = undefined
    }
  }
  return {
    name: 'asterisk',
    async check() {
      asking ??= limited()
      return { available: await asking }
    },
    close: () => link?.close(),
  }
}
