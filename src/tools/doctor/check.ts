// What the doctor finds out about one thing in use. Types only.

import type { AdapterDefinition } from '../../providers/adapter.ts'

export type Verdict = 'ok' | 'warning' | 'failed' | 'unused'

export type Check = {
  part: 'voice' | 'model' | 'recogniser' | 'list' | 'asterisk' | 'desk'
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

/** The adapter that is checked. */
export type About = Pick<Check, 'part' | 'name'> & {
  definition: AdapterDefinition
  values: Readonly<Record<string, unknown>>
  /** Models that the server offers; empty when it has no list. */
  offered: readonly string[]
}
