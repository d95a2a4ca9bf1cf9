// What a call asked outside, answered as in the recording: the language model and the search for a technician. A
// question that the recorded call did not ask has no answer: the script speaks then, and no technician is free.

import { ProviderError } from '../base/errors.ts'
import type { CallInput } from '../call/inputs/types.ts'
import type { FindTechnician } from '../call/reply/technician-search.ts'
import type { Llm, LlmRequest } from '../providers/llm.ts'
import type { ReplayClock } from './replay-clock.ts'

type ModelInput = Extract<CallInput, { kind: 'model' | 'modelSign' | 'modelEnded' | 'modelFailed' }>
type TechnicianInput = Extract<CallInput, { kind: 'technician' | 'technicianFailed' }>

/** The same question is asked at the same time, but for what the server needed to get there. */
const toleranceMs = 300

/** The answer to one request, as far as it has arrived. */
class Answer {
  private readonly arrived: ModelInput[] = []
  private wake: (() => void) | undefined

  constructor(readonly askedMs: number) {}

  push(input: ModelInput): void {
    this.arrived.push(input)
    this.wake?.()
  }

  async *read({ signal, onSign }: LlmRequest): AsyncGenerator<string> {
    signal.addEventListener('abort', () => this.wake?.())
    while (!signal.aborted) {
      const input = this.arrived.shift()
      if (input === undefined) await new Promise<void>((arrived) => (this.wake = arrived))
      else if (input.kind === 'model') yield input.text
      else if (input.kind === 'modelSign') onSign?.(input.sign)
      else if (input.kind === 'modelEnded') return
      else throw new ProviderError(input.code, 'the model failed in the recorded call')
    }
  }
}

export class RecordedModel implements Llm {
  readonly name = 'recorded'
  readonly model = 'recorded'
  private readonly answers: ReadonlyMap<number, Answer>
  private readonly free: Set<Answer>

  constructor(
    private readonly clock: ReplayClock,
    inputs: readonly CallInput[],
  ) {
    const asked = inputs.filter((input) => input.kind === 'modelAsked')
    this.answers = new Map(asked.map(({ n, at }) => [n, new Answer(at)]))
    this.free = new Set(this.answers.values())
  }

  take(input: ModelInput): void {
    this.answers.get(input.n)?.push(input)
  }

  async *reply(request: LlmRequest): AsyncGenerator<string> {
    const now = this.clock.now()
    const answer = [...this.free].find(({ askedMs }) => Math.abs(askedMs - now) <= toleranceMs)
    if (answer === undefined)
      throw new ProviderError('unavailable', 'the recorded call did not ask the model')
    this.free.delete(answer)
    yield* answer.read(request)
  }

  close(): void {}
}

export class RecordedTechnicians {
  private readonly waiting: ((input: TechnicianInput) => void)[] = []
  private readonly asked: number

  constructor(inputs: readonly CallInput[]) {
    this.asked = inputs.filter(({ kind }) => kind === 'technicianAsked').length
  }

  take(input: TechnicianInput): void {
    this.waiting[input.n - 1]?.(input)
  }

  readonly find: FindTechnician = () => {
    if (this.waiting.length >= this.asked) return Promise.resolve({ available: false })
    return new Promise((resolve, reject) => {
      this.waiting.push((input) => {
        if (input.kind === 'technicianFailed') reject(new Error('the search failed in the recorded call'))
        else resolve({ available: input.available, ...(input.opens && { opens: input.opens }) })
      })
    })
  }
}

export const isOfModel = (input: CallInput): input is ModelInput =>
  ['model', 'modelSign', 'modelEnded', 'modelFailed'].includes(input.kind)

export const isOfTechnician = (input: CallInput): input is TechnicianInput =>
  input.kind === 'technician' || input.kind === 'technicianFailed'
