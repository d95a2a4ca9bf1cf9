// The rows of the operator's table of live calls as server-sent events: the whole table first, then what has changed,
// at most once a second (board.ts).

import { Hono } from 'hono'
import type { RowBatch } from '../calls/rows.ts'
import { Board } from './board.ts'
import { described } from './cluster.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeMedia } from './describe.ts'
import { type EventStreams, streamsFull } from './event-stream.ts'

/** Batches that may wait for one client, each up to 200 kB with 500 calls. */
const maxQueuedBatches = 8

export function liveRoutes(deps: AdminDeps, streams: EventStreams) {
  const { clock, calls, cluster } = deps
  const own = new Board({ clock, calls })
  const all = cluster
    ? new Board({
        clock,
        calls,
        others: (listener) =>
          cluster.calls.followRows((machine, batch) => listener(machine, batch as RowBatch | undefined)),
      })
    : own
  return new Hono<AdminEnv>()
    .get(
      '/api/live',
      describeMedia('calls', 'Rows of the table of live calls, and their changes', ['text/event-stream'], {
        503: streamsFull,
      }),
      (context) => streams.answer(context, maxQueuedBatches, (send) => all.view(send)),
    )
    .get('/cluster/live', described('Rows of the live calls of this machine'), (context) =>
      streams.answer(context, maxQueuedBatches, (send) => own.view(send)),
    )
}
