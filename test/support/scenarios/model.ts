// Whom a call asks, as a scenario has them. The language model gives one answer per turn of the caller, with its
// delays and faults, behind the same chain as a real one, which asks again, gives up in time, and asks for the rest
// of a reply that broke off. FindTechnician are free, not there, out of reach, or silent.

import type { Clock } from '../../../src/base/clock.ts'
import { ProviderError } from '../../../src/base/errors.ts'
import { Metrics } from '../../../src/base/metrics.ts'
import type { FindTechnician } from '../../../src/call/reply/technician-search.ts'
import { createLlmChain } from '../../../src/providers/fallback-llm.ts'
import type { Llm, LlmMessage } from '../../../src/providers/llm.ts'
import type { FakeClock } from '../lab/fake-clock.ts'
import type { ModelAnswer, Scenario } from './scenario-file.ts'

/** Seconds between two words. */
const wordS = 0.02
/** Seconds to the first word, unless the scenario says otherwise. */
const usualS = 0.3

export const pause = (clock: FakeClock, s: number): Promise<void> =>
  new Promise((done) => void clock.at(clock.now() + s * 1_000, done))

/** @param answers in the order of the caller's turns; after the last one the model is gone */
export function createModel(answers: readonly ModelAnswer[], clock: () => FakeClock): Llm {
  const turns = new Map<LlmMessage | undefined, ModelAnswer>()
  const answerTo = (caller: LlmMessage | undefined): ModelAnswer => {
    const answer = turns.get(caller) ?? answers[turns.size] ?? { fault: 'gone' }
    turns.set(caller, answer)
    return answer
  }
  const later: Clock = {
    now: () => clock().now(),
    wallMs: () => clock().wallMs(),
    at: (atMs, run) => clock().at(atMs, run),
  }
  const llm: Llm = {
    name: 'scenario',
    model: 'scenario',
    async *reply({ messages, signal }) {
      // A second try has the same messages; one for the rest has two more, of which the last is not the caller's.
      const goesOn = turns.has(messages.at(-3))
      const answer = answerTo(messages.at(goesOn ? -3 : -1))
      if (answer.fault === 'never')
        await new Promise<void>((done) => signal.addEventListener('abort', () => done()))
      else await pause(clock(), answer.after ?? usualS)
      if (signal.aborted) return
      const { fault } = answer
      if (fault === 'gone' || (goesOn && answer.rest === undefined))
        throw new ProviderError('unavailable', 'the model is gone', { retryable: true })
      if (fault === 'refused') throw new ProviderError('refused', 'the model refuses')
      if (!goesOn) yield `${answer.first_line ?? JSON.stringify(answer.understood ?? {})}\n`
      for (const word of ((goesOn ? answer.rest : answer.says) ?? '').split(/(?<= )/)) {
        yield word
        await pause(clock(), wordS)
        if (signal.aborted) return
      }
      if (fault === 'cut' && !goesOn)
        throw new ProviderError('cut', 'the model broke off', { retryable: true })
    },
    close() {},
  }
  return createLlmChain([llm], { clock: later, random: () => 0.5, metrics: new Metrics() })
}

export function createTechnicians(given: Scenario['given'], clock: () => FakeClock): FindTechnician {
  return async () => {
    if (given.technician_after > 0) await pause(clock(), given.technician_after)
    switch (given.technician) {
      case 'free':
        return { available: true }
      case 'none':
        return { available: false, opens: given.opens }
      case 'unreachable':
        throw new ProviderError('unavailable', 'the queue does not answer')
      case 'silent':
        return new Promise(() => {})
    }
  }
}
