// The thread's side of an errand (errand.ts): works at the lowest priority, reports, and ends when it is told to.

import { errorText } from '../base/errors.ts'
import type { ErrandFailed } from './errand.ts'
import { lowerPriority } from './priority.ts'

declare const self: {
  onmessage: ((event: MessageEvent) => void) | null
  postMessage(message: unknown): void
}

const idlePriority = 19

/**
 * A worker script calls this and does nothing else.
 *
 * @param what for a warning: `the rehearsal of a draft`
 * @param work does what the errand wants; `tell` sends a message before the last one, which it resolves with
 */
export function runErrand<Wanted, Message extends { kind: string }>(
  what: string,
  work: (wanted: Wanted, tell: (message: Message) => void) => Promise<Message | ErrandFailed>,
): void {
  const tell = (message: Message | ErrandFailed) => self.postMessage(message)
  self.onmessage = ({ data }) => {
    if (data === 'end') process.exit(0)
    lowerPriority(idlePriority, what)
    work(data, tell).then(tell, (error: unknown) => tell({ kind: 'failed', reason: errorText(error) }))
  }
}
