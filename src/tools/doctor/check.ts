// What the doctor finds out about one thing in use. Types, and how a failure becomes a finding.

import { type ProviderFailure, thrownFailure } from '../../providers/errors.ts'
import type { About } from './advice.ts'
import { adviceFor } from './advice.ts'

export type Verdict = 'ok' | 'warning' | 'failed' | 'unused'

export type Check = {
  part: 'voice' | 'model' | 'recogniser' | 'list' | 'asterisk'
  /** What was tried: `openai gpt-6-luna`. */
  name: string
  verdict: Verdict
  /** What was seen, as a fragment of a sentence. */
  says: string
  /** Milliseconds to the first sign of an answer. */
  ms?: number
  /** Our code for the failure: `auth`, `timeout`. */
  code?: string
  /** The vendor's own code: `insufficient_quota`. */
  reason?: string
  status?: number
  /** What to do, as a sentence. */
  advice?: string
}

/** @param error what an adapter threw */
export function failed(about: About, error: unknown): Check {
  const { part, name } = about
  const failure = thrownFailure(about.definition.name, error, false)
  return { part, name, verdict: 'failed', ...factsOf(failure), advice: adviceFor(about, failure) }
}

export function factsOf(failure: ProviderFailure): Pick<Check, 'says' | 'code' | 'reason' | 'status'> {
  const { code, reason, status, message } = failure
  return {
    says: message,
    code,
    ...(reason === undefined ? {} : { reason }),
    ...(status === undefined ? {} : { status }),
  }
}
