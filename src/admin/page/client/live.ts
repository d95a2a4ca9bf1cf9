// The live calls: follows the rows of the server's table, and shows them (table.ts) and the one that is open
// (opened.ts).

import type { CallRow, RowBatch } from '../../../calls/rows.ts'
import { readEvents } from './api.ts'
import { texts } from './dom.ts'
import { byId } from './elements.ts'
import { openCall, showRow, whenClosed } from './opened.ts'
import { CallTable } from './table.ts'

const retryMs = 2_000
/** How long after the end of a call its record is surely on disk. */
const recordWrittenMs = 1_000
/** At a busy desk calls end all the time: the list of recordings is not read for each of them. */
const recordingsEveryMs = 10_000

const rows = new Map<string, CallRow>()
/** The server's wall clock minus that of the page. */
let aheadMs = 0
let table: CallTable

/** Follows the calls for as long as the page is open. @param ended runs when calls have ended */
export async function followCalls(ended: () => void): Promise<void> {
  table = new CallTable((callId) => chooseCall(callId, true))
  whenClosed((callId) => {
    table.mark(undefined)
    table.focus(callId)
  })
  setInterval(() => {
    if (!document.hidden) show()
  }, 1_000)
  const onEnded = atMost(recordingsEveryMs, ended)
  for (;;) {
    try {
      await readEvents(
        '/api/live',
        () => showLink(true),
        (batch) => take(batch as RowBatch, onEnded),
      )
    } catch {
      // The server may be restarting: the chip says that the connection is lost, and the next try follows.
    }
    showLink(false)
    await new Promise((resolve) => setTimeout(resolve, retryMs))
  }
}

/** Opens a call. @param takesFocus whether the keyboard goes to it */
export function chooseCall(callId: string, takesFocus: boolean): void {
  openCall(callId, takesFocus)
  table.mark(callId)
}

/** Whether the call is live, as far as the page knows. */
export function isLive(callId: string): boolean {
  return rows.has(callId)
}

function take(batch: RowBatch, onEnded: () => void): void {
  aheadMs = batch.atWallMs - performance.now()
  if (batch.isWhole) rows.clear()
  for (const row of batch.rows) {
    rows.set(row.id, row)
    showRow(row)
  }
  for (const { id } of batch.ended) rows.delete(id)
  if (batch.ended.length > 0) onEnded()
  show()
}

const show = (): void => table.show(rows.values(), performance.now() + aheadMs)

function showLink(isConnected: boolean): void {
  byId('link').textContent = isConnected ? texts.connected : texts.lost
  byId('link').className = isConnected ? 'chip good' : 'chip bad'
}

/** Calls it a moment after the first time, and then at most this often. */
function atMost(everyMs: number, action: () => void): () => void {
  let dueMs = 0
  let isWaiting = false
  return () => {
    if (isWaiting) return
    isWaiting = true
    setTimeout(
      () => {
        isWaiting = false
        dueMs = performance.now() + everyMs
        action()
      },
      Math.max(recordWrittenMs, dueMs - performance.now()),
    )
  }
}
