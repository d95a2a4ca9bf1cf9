// A call that is not taken: one ready-made phrase, then the end, so that the dialplan goes on to a human. No
// recogniser, no dialogue, no record: it costs little even when very many come at once.

import { frameSamples } from '../../audio/pcm.ts'
import type { Clock } from '../../base/clock.ts'
import type { Connection, ConnectionListener } from '../connection.ts'
import { Playout } from './playout.ts'
import type { Ticked, Ticker } from './ticker.ts'

export type Announcement = { connection: Connection; ticker: Ticker; clock: Clock; onEnded: () => void }

/** Silence after the phrase, so that a phone's jitter buffer is played out. */
const afterWordsMs = 240

/**
 * Speaks a phrase to a caller and ends the call.
 *
 * @param samples slin8; none ends the call at once
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
    trackEnded: () => void clock.at(clock.now() + afterWordsMs, hangUp),
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
