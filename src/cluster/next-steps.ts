// The next step of every call on every machine: its own answer, the one in Redis, and when Redis has none that counts,
// the answer of the machine that has the call. The newest part of a call decides. Without Redis all others are asked.

import { z } from 'zod'
import type { Metrics } from '../base/metrics.ts'
import type { Claims } from './claims.ts'
import type { Peers } from './peers.ts'
import type { Store } from './store.ts'
import type { Vault } from './vault.ts'

/** How long an answer is kept. */
const keepMs = 300_000
/** How long a hang-up waits until its answer can be read on the other machines. */
const patienceMs = 100

/** What the dialplan reads, of which part of the call, and whether that part is over. */
const answerSchema = z.object({ text: z.string(), generation: z.number(), isFinal: z.boolean() })
export type Answer = z.infer<typeof answerSchema>

/** The part of asterisk/next-steps.ts that is shared. */
export type LocalSteps<Step> = {
  set(callId: string, step: Step, isAwaited?: boolean): void
  get(callId: string): string
  peek(callId: string): string
  has(callId: string): boolean
  forget(callId: string): void
  allAsked(limitMs: number): Promise<void>
  readonly size: number
}

export type SharedStepsOptions<Step> = {
  local: LocalSteps<Step>
  store: Pick<Store, 'isUp'>
  vault: Vault
  claims: Claims
  peers: Pick<Peers, 'ask' | 'askAll'>
  metrics: Metrics
}

export class SharedSteps<Step> implements LocalSteps<Step> {
  private readonly foreign

  constructor(private readonly options: SharedStepsOptions<Step>) {
    this.foreign = options.metrics.counter(
      'cluster_next_foreign_total',
      'Next steps that another machine had',
    )
  }

  get size(): number {
    return this.options.local.size
  }

  set(callId: string, step: Step, isAwaited?: boolean): void {
    const { local, claims, vault } = this.options
    if (claims.stateOf(callId) === 'taken') return
    local.set(callId, step, isAwaited)
    void claims.generationOf(callId).then((generation) => {
      if (generation === undefined) return local.forget(callId)
      const answer = this.own(callId)
      if (answer) vault.put('next', callId, answer, { ttlMs: keepMs, version: generation })
    })
  }

  /** This machine's own answer. */
  own(callId: string): Answer | undefined {
    const { local, claims } = this.options
    if (!local.has(callId)) return undefined
    const isFinal = claims.stateOf(callId) !== 'live'
    return { text: local.peek(callId), generation: claims.now(callId), isFinal }
  }

  /** The same, for a machine that asks on behalf of the dialplan. */
  ownAsked(callId: string): Answer | undefined {
    const answer = this.own(callId)
    if (answer?.isFinal) this.options.local.get(callId)
    return answer
  }

  /**
   * The answer for the dialplan, wherever the call is or was; undefined when no machine knows it. `isLost`: the call
   * had not ended, and the machine that has it does not answer.
   */
  async find(callId: string): Promise<{ answer: Answer | undefined; isLost: boolean }> {
    const own = this.ownAsked(callId)
    const { vault } = this.options
    const shared = await vault.get('next', callId)
    const found = newest([own, answerOf(shared)])
    // The newest part of the call is over, or is here: no other machine knows better.
    const hasAnswered = shared !== undefined && shared !== null
    if (found && hasAnswered && (found.isFinal || found === own)) return this.counted(found, own)
    const others = await this.others(callId)
    // A Redis that came back empty has the claim of a call again, and its answer only when it ends.
    const isLost = found
      ? !found.isFinal && found !== own && found.generation > (others?.generation ?? 0)
      : others === undefined
    return { ...this.counted(newest([found, others]), own), isLost }
  }

  get(callId: string): string {
    return this.options.local.get(callId)
  }
  peek(callId: string): string {
    return this.options.local.peek(callId)
  }
  has(callId: string): boolean {
    return this.options.local.has(callId)
  }

  forget(callId: string): void {
    this.options.local.forget(callId)
    this.options.vault.remove('next', callId)
  }

  /** What Redis has, any machine can answer. */
  async allAsked(limitMs: number): Promise<void> {
    if (!this.options.store.isUp) await this.options.local.allAsked(limitMs)
  }

  /** Resolves when the other machines can read the answer, or after 100 ms. */
  async written(callId: string): Promise<void> {
    const { claims, vault, store } = this.options
    if (!store.isUp) return
    await claims.generationOf(callId)
    await vault.written('next', callId, patienceMs)
  }

  private async others(callId: string): Promise<Answer | undefined> {
    const answers = await this.options.peers.askAll(`/cluster/calls/${callId}/next`)
    return newest(answers.map(({ json }) => answerOf(json)))
  }

  private counted(answer: Answer | undefined, own: Answer | undefined) {
    if (answer && answer !== own) this.foreign.add()
    return { answer, isLost: false }
  }
}

const answerOf = (json: unknown): Answer | undefined => answerSchema.safeParse(json).data

/** A part that is over beats its own beginning. */
function newest(answers: readonly (Answer | undefined)[]): Answer | undefined {
  let best: Answer | undefined
  for (const answer of answers)
    if (
      answer &&
      (best === undefined ||
        answer.generation > best.generation ||
        (answer.generation === best.generation && answer.isFinal && !best.isFinal))
    )
      best = answer
  return best
}
