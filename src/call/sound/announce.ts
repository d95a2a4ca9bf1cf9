// A call that is refused: one ready-made phrase, then the hang-up, after which the dialplan goes on to a human. There
// is no recogniser, no dialogue and no record, so that refusing stays cheap when very many callers come at once.

import { frameSamples } from '../../audio/pcm.ts'
import type { Clock } from '../../base/clock.ts'
import type { Connection, ConnectionListener } from '../connection.ts'
import { lastWordsTailMs } from './downlink.ts'
import { Playout } from './playout.ts'
import type { Ticked, Ticker } from './ticker.ts'

export type Announcement = { connection: Connection; ticker: Ticker; clock: Clock; onEnded: () => void }

/**
 * Speaks a phrase to a caller and ends the call.
 *
 * @param samples slin8; undefined ends the call at once
 */
export function announce(samples: Int16Array | undefined, announcement: Announcement): void {
  const { connection, ticker, clock, onEnded } = announcement
  if (samples === undefined) {
    connection.listener = { audio() {}, key() {}, closed: onEnded }
    connection.hangUp()
    return
  }
  const frame = new Int16Array(frameSamples)
  const hangUp = () => {
    ticker.remove(member)
    connection.hangUp()
  }
  const playout = new Playout({
    trackBegun() {},
    trackEnded: () => void clock.at(clock.now() + lastWordsTailMs, hangUp),
  })
  const member: Ticked & ConnectionListener = {
    tick: () => (playout.next(frame) ? connection.sendFrame(frame) : connection.sendSilence()),
    tickFailed: hangUp,
    audio() {},
    key() {},
    closed() {
      ticker.remove(member)
      onEnded()
    },
  }
  playout.begin(0)
  playout.push(0, samples)
  playout.end(0)
  connection.listener = member
  ticker.add(member)
}
