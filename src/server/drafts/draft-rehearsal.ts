// What is known of the rehearsal of a draft: how far it is, and the first difference of each call. These have callers'
// words: an erasure forgets them with the call, and an hour after the end all of them go.

import type { DraftDifferences, DraftRehearsal } from '../../admin/draft-types.ts'
import type { Timer } from '../../base/clock.ts'
import type { ServerContext } from '../context.ts'
import { type FromRehearsal, startRehearsal } from './rehearsal-thread.ts'

const keptMs = 3_600_000

export class RunningRehearsal {
  readonly state: DraftRehearsal = {
    ...{ phase: 'running', total: 0, calls: 0, differ: 0, left: 0, reason: null },
  }
  private rows: DraftDifferences = { differ: [], left: [] }
  private readonly forgotten = new Set<string>()
  private readonly end: () => void
  private timer: Timer | undefined

  constructor(
    private readonly context: Pick<ServerContext, 'config' | 'clock'>,
    last: number,
  ) {
    const { config, clock } = context
    this.end = startRehearsal({ config, last, wallMs: clock.wallMs() }, (message) => this.take(message))
  }

  get differences(): DraftDifferences {
    return this.rows
  }

  forget(callId: string): void {
    if (this.state.phase === 'running') this.forgotten.add(callId)
    this.keep(({ call }) => !call.startsWith(callId))
  }

  stop(): void {
    this.end()
    this.timer?.cancel()
  }

  private take(message: FromRehearsal): void {
    const { state } = this
    if (message.kind === 'total') state.total = message.total
    else if (message.kind === 'played') {
      state.calls = message.calls
      state.differ += message.differ.length
      state.left += message.left.length
      this.rows.differ.push(...message.differ)
      this.rows.left.push(...message.left)
      for (const callId of this.forgotten) this.keep(({ call }) => !call.startsWith(callId))
    } else this.over(message)
  }

  private over(message: FromRehearsal & { kind: 'done' | 'failed' }): void {
    const { clock } = this.context
    this.state.phase = message.kind
    if (message.kind === 'failed') this.state.reason = message.reason
    this.forgotten.clear()
    this.timer = clock.at(clock.now() + keptMs, () => {
      this.rows = { differ: [], left: [] }
    })
  }

  private keep(isKept: (row: { call: string }) => boolean): void {
    this.rows = { differ: this.rows.differ.filter(isKept), left: this.rows.left.filter(isKept) }
  }
}
