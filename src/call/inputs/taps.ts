// Where the inputs of a call are noted: between the session and what it is given. Each tap passes on what it gets, at
// the same moment and in the same order.

import type { Clock } from '../../base/clock.ts'
import { AppError } from '../../base/errors.ts'
import type { Line } from '../../dialogue/types.ts'
import type { Llm } from '../../providers/llm.ts'
import type { FindTechnician } from '../reply/technician-search.ts'
import type { CallLanguage } from '../reply/thinker-deps.ts'
import type { SessionDeps } from '../session-deps.ts'
import type { CallSoundDeps } from '../sound/call-sound.ts'
import type { CallInputs } from './collector.ts'

type Asked = Pick<SessionDeps, 'clock' | 'technicians' | 'model'> & Pick<SessionDeps, 'offered' | 'customer'>

/** The parts of a call that answer its questions, and its timers. */
export function tapAnswers<T extends Asked>(deps: T, inputs: CallInputs): T {
  const count = { model: 0 }
  const modelOf = (model: CallLanguage['model']) =>
    model && { ...model, llm: tapModel(model.llm, inputs, count) }
  return {
    ...deps,
    clock: tapClock(deps.clock, inputs),
    technicians: tapTechnicians(deps.technicians, inputs),
    customer: deps.customer?.then((found) => {
      if (found) inputs.note({ kind: 'customer', ...found })
      return found
    }),
    model: modelOf(deps.model),
    ...(deps.offered && {
      offered: deps.offered.map(({ texts, model }) => ({ texts, model: modelOf(model) })),
    }),
  }
}

function tapClock(clock: Clock, inputs: CallInputs): Clock {
  return {
    now: () => clock.now(),
    wallMs: () => clock.wallMs(),
    at: (atMs, task) =>
      clock.at(atMs, () => {
        inputs.note({ kind: 'timer', due: inputs.since(atMs) })
        task()
      }),
  }
}

function tapTechnicians(find: FindTechnician, inputs: CallInputs): FindTechnician {
  let asked = 0
  return async () => {
    const n = ++asked
    inputs.note({ kind: 'technicianAsked', n })
    try {
      const answer = await find()
      inputs.note({ kind: 'technician', n, ...answer })
      return answer
    } catch (error) {
      inputs.note({ kind: 'technicianFailed', n })
      throw error
    }
  }
}

function tapModel(llm: Llm, inputs: CallInputs, count: { model: number }): Llm {
  return {
    name: llm.name,
    model: llm.model,
    reply: (request) => {
      const n = ++count.model
      inputs.note({ kind: 'modelAsked', n })
      return tapReply(llm, request, inputs, n)
    },
    close: () => llm.close(),
  }
}

async function* tapReply(
  llm: Llm,
  request: Parameters<Llm['reply']>[0],
  inputs: CallInputs,
  n: number,
): AsyncGenerator<string> {
  const onSign: typeof request.onSign = (sign) => {
    inputs.note({ kind: 'modelSign', n, sign })
    request.onSign?.(sign)
  }
  try {
    for await (const text of llm.reply({ ...request, onSign })) {
      if (!request.signal.aborted) inputs.note({ kind: 'model', n, text })
      yield text
    }
    if (!request.signal.aborted) inputs.note({ kind: 'modelEnded', n })
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'unavailable'
    if (!request.signal.aborted) inputs.note({ kind: 'modelFailed', n, code })
    throw error
  }
}

/** What the call's sound tells: the caller's voice and words, and how far the agent's lines were heard. */
export function tapSound(deps: CallSoundDeps, inputs: CallInputs): CallSoundDeps {
  const { feed, onUnheard, spoken } = deps
  return {
    ...deps,
    feed: (input) => {
      inputs.heard(input)
      feed(input)
    },
    onUnheard: () => {
      inputs.note({ kind: 'unheard' })
      onUnheard()
    },
    spoken: {
      ...spoken,
      lineBegun: (turn, index, line) => {
        inputs.lineHeard(turn, index)
        inputs.note({ kind: 'lineBegun', turn, index })
        spoken.lineBegun(turn, index, line)
      },
      lineEnded: (turn, index, line, text, cut) => {
        const heard = heardPart(line, text)
        if (cut) inputs.note({ kind: 'lineCut', turn, index, heard })
        else inputs.note({ kind: 'lineEnded', turn, index, ...(text !== line.text && { heard }) })
        spoken.lineEnded(turn, index, line, text, cut)
      },
      lineLeftOut: (turn, index, line, text) => {
        inputs.lineHeard(turn, index)
        inputs.note({ kind: 'lineLeftOut', turn, index, heard: heardPart(line, text) })
        spoken.lineLeftOut(turn, index, line, text)
      },
      lineFailed: (turn, index, line, text) => {
        inputs.lineHeard(turn, index)
        inputs.note({ kind: 'lineFailed', turn, index, heard: heardPart(line, text) })
        spoken.lineFailed(turn, index, line, text)
      },
    },
  }
}

/** Where the heard words are in the line: `history.ts` cuts them out of it. */
function heardPart(line: Line, text: string): [number, number] {
  const from = line.text.startsWith(text) ? 0 : Math.max(0, line.text.lastIndexOf(text))
  return [from, from + text.length]
}
