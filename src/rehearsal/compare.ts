// Finds where a call that was played again differs from its record first: in what was said, in a state, or in how it
// ended. After the first difference the caller's recorded answers fit the call no more, so nothing later is compared.
// Times are not compared: the record has those of a real line.

/** The parts of a record that are compared. */
export type Outcome = {
  transcript: readonly { who: string; text: string; atMs: number; cut?: boolean | undefined }[]
  states: readonly { state: string; atMs: number }[]
  languages: readonly { language: string; atMs: number }[]
  outcome: string | null
  topic: string | null
  name: string | null
  phone: string | null
  callBack: boolean
}

export type Difference = {
  what: 'said' | 'state' | 'language' | 'outcome' | 'topic' | 'name' | 'phone' | 'callBack'
  /** Milliseconds since the call began. */
  atMs: number
  /** In the record; null: nothing. */
  was: string | null
  /** Now; null: nothing. */
  is: string | null
}

type Row = { atMs: number; text: string }

/** @param until when the recorded inputs end, if before the call's end: what came later is not known */
export function firstDifference(
  was: Outcome,
  is: Outcome,
  until: number | undefined,
  durationMs: number,
): Difference | undefined {
  const isPart = until !== undefined
  const rows = (['said', 'state', 'language'] as const).flatMap((what) => {
    const found = firstOf(rowsOf[what](was), rowsOf[what](is), isPart)
    return found ? [{ what, ...found }] : []
  })
  const first = rows.sort((a, b) => a.atMs - b.atMs)[0]
  if (first !== undefined || isPart) return first
  for (const what of ['outcome', 'topic', 'name', 'phone', 'callBack'] as const) {
    const [before, now] = [textOf(was[what]), textOf(is[what])]
    if (before !== now) return { what, atMs: durationMs, was: before, is: now }
  }
  return undefined
}

const rowsOf: Readonly<Record<'said' | 'state' | 'language', (from: Outcome) => Row[]>> = {
  said: ({ transcript }) =>
    transcript.map(({ who, text, atMs, cut }) => ({ atMs, text: `${who}: ${text}${cut ? ' —' : ''}` })),
  state: ({ states }) => states.map(({ state, atMs }) => ({ atMs, text: state })),
  language: ({ languages }) => languages.map(({ language, atMs }) => ({ atMs, text: language })),
}

function firstOf(
  was: readonly Row[],
  is: readonly Row[],
  isPart: boolean,
): Omit<Difference, 'what'> | undefined {
  const length = isPart ? Math.min(was.length, is.length) : Math.max(was.length, is.length)
  for (let i = 0; i < length; i++) {
    const [before, now] = [was[i], is[i]]
    if (before?.text === now?.text) continue
    return { atMs: before?.atMs ?? now!.atMs, was: before?.text ?? null, is: now?.text ?? null }
  }
  return undefined
}

const textOf = (value: string | boolean | null): string | null => (value === null ? null : String(value))
