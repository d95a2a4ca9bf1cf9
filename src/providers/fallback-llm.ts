// Several language models as one. When a model fails before its first word, the next one answers instead. When it
// breaks off later, the chain requests the rest of the answer, once from the same model and then from the next.

import { number } from '../base/setting.ts'
import type { BreakerOptions } from './breaker.ts'
import { chatDefaults } from './chat.ts'
import { continuation, wholeWords, withoutOverlap } from './continuation.ts'
import { ProviderFailure, thrownFailure } from './errors.ts'
import { attempt, brokeOff, type ChainDeps, createMembers, type RetryPolicy } from './fallback.ts'
import type { Llm, LlmRequest } from './llm.ts'

export type LlmRetryPolicy = RetryPolicy & {
  /** Longest time from a break in mid-answer to the first word of the rest. */
  continueMs: number
}
export const llmRetryPolicy: LlmRetryPolicy = {
  deadlineMs: 4_000,
  attemptMs: chatDefaults.firstTokenMs,
  backoffMs: 100,
  retries: 1,
  continueMs: 3_000,
}

export const llmChainSettings = {
  LLM_DEADLINE_MS: number(
    llmRetryPolicy.deadlineMs,
    'ms',
    500,
    60_000,
    'longest wait for the first token of all attempts together; then the scripted wording is spoken',
  ),
}

/**
 * @param adapters in the order they are asked, at least one
 * @returns one model; its `reply` throws `cut` when words were handed out and no model finishes them, and the last
 *   adapter's failure when there were none
 */
export function createLlmChain(
  adapters: readonly Llm[],
  deps: ChainDeps,
  options: { policy?: Partial<LlmRetryPolicy>; breaker?: Partial<BreakerOptions> } = {},
): Llm {
  const policy = { ...llmRetryPolicy, ...options.policy }
  const members = createMembers(adapters, (llm) => `${llm.name}/${llm.model}`, deps, options.breaker)
  const { clock, metrics } = deps

  async function* reply(request: LlmRequest): AsyncGenerator<string> {
    const { signal } = request
    let given = ''
    let from = 0
    let breaks = 0
    let deadlineAtMs = clock.now() + policy.deadlineMs
    for (;;) {
      const messages = given === '' ? request.messages : continuation(request.messages, given)
      let opened: { result: Begun; index: number }
      try {
        opened = await attempt(
          {
            members,
            from,
            policy,
            deadlineAtMs,
            signal,
            request: (llm: Llm, ended, alive) =>
              open(llm, { ...request, messages, signal: ended, onSign: signs(request, alive) }),
          },
          deps,
        )
      } catch (error) {
        if (signal.aborted) return
        throw given === '' ? error : cutFailure()
      }
      const { result, index } = opened
      try {
        const words = wholeWords(piecesOf(result))
        for await (const piece of given === '' ? words : withoutOverlap(given, words)) {
          given += piece
          yield piece
        }
        return
      } catch (error) {
        if (signal.aborted) return
        const failure = thrownFailure(members[index].label, error, true, clock.wallMs())
        brokeOff(members[index], failure, metrics)
        const sameAgain = breaks === 0 && failure.retryable && failure.code !== 'timeout'
        from = sameAgain ? index : index + 1
        breaks++
        if (from >= members.length) throw given === '' ? failure : cutFailure()
        if (given !== '') deadlineAtMs = clock.now() + policy.continueMs
      } finally {
        result.stop()
      }
    }
  }

  return {
    name: 'chain',
    model: adapters.map((llm) => llm.model).join(','),
    reply,
    close() {
      for (const llm of adapters) llm.close()
    },
  }
}

/** Passes the signs on; a model that thinks is given its time. */
const signs =
  ({ onSign }: LlmRequest, alive: () => void): LlmRequest['onSign'] =>
  (sign) => {
    if (sign === 'thinking') alive()
    onSign?.(sign)
  }

type Begun = { first: string; rest: AsyncIterator<string>; stop: () => void }

async function open(llm: Llm, request: LlmRequest): Promise<Begun> {
  const rest = llm.reply(request)[Symbol.asyncIterator]()
  const first = await rest.next()
  // The adapters' answers are generators: returning from one ends its request.
  const stop = () => {
    rest.return?.()?.catch(() => undefined)
  }
  if (first.done) throw new ProviderFailure('aborted', `${llm.name}: the request was aborted`)
  return { first: first.value, rest, stop }
}

async function* piecesOf({ first, rest }: Begun): AsyncGenerator<string> {
  yield first
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

const cutFailure = () => new ProviderFailure('cut', 'the reply broke off and no model finished it')
