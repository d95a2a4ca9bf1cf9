// A failure of an adapter as a finding: what was seen, and what to do.

import { thrownFailure } from '../../providers/errors.ts'
import { adviceFor } from './advice.ts'
import type { About, Check } from './check.ts'

/** @param error what the adapter threw */
export function failed(about: About, error: unknown): Check {
  const failure = thrownFailure(about.definition.name, error, false)
  const { code, reason, status, message } = failure
  return {
    ...{ part: about.part, name: about.name, verdict: 'failed', says: message, code },
    ...(reason === undefined ? {} : { reason }),
    ...(status === undefined ? {} : { status }),
    advice: adviceFor(about, failure),
  }
}
