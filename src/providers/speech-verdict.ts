// What became of one request to a voice, counted once it is known: bytes with status 200 may still be no speech.

import type { Permit } from './breaker.ts'
import type { ProviderFailure } from './errors.ts'
import { brokeOff, type ChainDeps, countRequest, type Member, settle, succeeded } from './fallback.ts'

export class SpeechVerdict<T> {
  private isSettled = false

  constructor(
    private readonly member: Member<T>,
    private readonly permit: Permit,
    private readonly deps: ChainDeps,
    private readonly language: string,
  ) {}

  /** There is speech in it. */
  accept(): void {
    if (this.isSettled) return
    this.isSettled = true
    succeeded(this.member, this.permit, this.deps, this.language)
  }

  /** There was none, or it broke off. */
  refuse(failure: ProviderFailure): void {
    // When the converter is full, the voice is not at fault.
    if (failure.code === 'aborted') return
    if (this.isSettled) {
      brokeOff(this.member, failure, this.deps.metrics, this.permit)
      return
    }
    this.isSettled = true
    settle(this.permit, failure, this.language)
    countRequest(this.deps.metrics, this.member.label, failure.code)
  }

  /** The reader stopped before anything was known. */
  drop(): void {
    if (this.isSettled) return
    this.isSettled = true
    this.permit.dropped()
  }
}
