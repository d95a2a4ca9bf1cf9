// Whether the server is overloaded, judged by how late its own work is: the state before, the lateness of the last
// look and the time go in, the next state comes out. Relief comes in steps; when the server is late for longer than a
// second, new calls are refused as well, so that live calls stay good. Pure.
//
// Hysteresis: a step is taken back only after `wellForMs` without strain, one at a time, and between the bounds
// `strained` and `well` nothing changes. A step that is needed again soon is kept for twice as long the next time.

/** How late the server's own work was since the last look, in ms: at least this late. 0 where nothing was done. */
export type Lateness = {
  /** Frames, p95: later than 20 ms, and a caller hears a gap. */
  tick: number
  /** From the last answer of a vendor to the first frame of the reply, p90 of the last two seconds. */
  turn: number
  /** The oldest window that the neural voice judge has not answered, or its slowest answer. */
  judge: number
}
type Signal = keyof Lateness

/** What is done about overload, in this order; each step keeps the steps before it. */
export const reliefSteps = ['judge', 'chunks', 'secondChoice', 'refuse'] as const
export type ReliefStep = (typeof reliefSteps)[number]
const allButRefusal = reliefSteps.length - 1

export type OverloadOptions = {
  bounds: Record<Signal, { well: number; strained: number; late: number }>
  /** Strain that lasts this long takes the next step of relief. */
  stepAfterMs: number
  /** Lateness that lasts this long refuses new calls. */
  refuseAfterMs: number
  /** How long the server must be well before a step is taken back: at first, and at most. */
  wellForMs: number
  mostWellForMs: number
}
export const overloadDefaults: OverloadOptions = {
  bounds: {
    tick: { well: 5, strained: 10, late: 20 },
    // Live calls answer within 800 ms at most.
    turn: { well: 150, strained: 200, late: 500 },
    // Answers later than 100 ms are not used any more.
    judge: { well: 50, strained: 100, late: 200 },
  },
  stepAfterMs: 500,
  refuseAfterMs: 1_000,
  wellForMs: 5_000,
  mostWellForMs: 60_000,
}

export type Overload = {
  /** Steps of relief in use, from the beginning of `reliefSteps`. */
  readonly steps: number
  /** What was last late or strained; undefined when nothing has been. */
  readonly because: Signal | undefined
  /** Since when it has been so without a break; undefined when it is not so. */
  readonly lateSinceMs: number | undefined
  readonly strainedSinceMs: number | undefined
  readonly wellSinceMs: number | undefined
  /** When the last step was taken back. */
  readonly backAtMs: number | undefined
  /** How long the server must be well before the next one is. */
  readonly wellForMs: number
}
export const notOverloaded: Overload = {
  steps: 0,
  because: undefined,
  lateSinceMs: undefined,
  strainedSinceMs: undefined,
  wellSinceMs: undefined,
  backAtMs: undefined,
  wellForMs: overloadDefaults.wellForMs,
}

/** @returns whether `step` is in use */
export const uses = ({ steps }: Pick<Overload, 'steps'>, step: ReliefStep): boolean =>
  reliefSteps.indexOf(step) < steps

/** The next state. @param nowMs the time of the look, monotonic */
export function judgeOverload(
  before: Overload,
  lateness: Lateness,
  nowMs: number,
  options: OverloadOptions = overloadDefaults,
): Overload {
  const { bounds, stepAfterMs, refuseAfterMs } = options
  const signals = Object.keys(bounds) as Signal[]
  const late = signals.find((signal) => lateness[signal] >= bounds[signal].late)
  const strained = late ?? signals.find((signal) => lateness[signal] >= bounds[signal].strained)
  const isWell = signals.every((signal) => lateness[signal] <= bounds[signal].well)
  const next: Overload = {
    ...before,
    because: strained ?? before.because,
    lateSinceMs: late && (before.lateSinceMs ?? nowMs),
    strainedSinceMs: strained && (before.strainedSinceMs ?? nowMs),
    wellSinceMs: isWell ? (before.wellSinceMs ?? nowMs) : undefined,
  }
  const lasts = (sinceMs: number | undefined, ms: number) => sinceMs !== undefined && nowMs - sinceMs >= ms
  if (lasts(next.lateSinceMs, refuseAfterMs))
    return next.steps === reliefSteps.length ? next : taken(next, reliefSteps.length, nowMs, options)
  if (lasts(next.strainedSinceMs, stepAfterMs) && next.steps < allButRefusal)
    return taken({ ...next, strainedSinceMs: nowMs }, next.steps + 1, nowMs, options)
  if (lasts(next.wellSinceMs, next.wellForMs) && next.steps > 0)
    return { ...next, steps: next.steps - 1, wellSinceMs: nowMs, backAtMs: nowMs }
  return next
}

/** Takes steps; when one was taken back lately, that was too early. */
function taken(
  state: Overload,
  steps: number,
  nowMs: number,
  { wellForMs, mostWellForMs }: OverloadOptions,
): Overload {
  const { backAtMs } = state
  if (backAtMs === undefined) return { ...state, steps }
  const wasEarly = nowMs - backAtMs < 2 * state.wellForMs
  return {
    ...state,
    steps,
    backAtMs: undefined,
    wellForMs: wasEarly ? Math.min(mostWellForMs, 2 * state.wellForMs) : wellForMs,
  }
}
