// The doctor's findings as text for a person, or as JSON for a program.

import type { Check, Verdict } from './check.ts'

export type Report = {
  /** Whether everything in use works. */
  ok: boolean
  checks: readonly Check[]
}

const marks: Record<Verdict, string> = { ok: 'ok  ', warning: 'WARN', failed: 'FAIL', unused: '-   ' }
const partWidth = 'recogniser'.length

/** @returns lines, the last one with the result */
export function printed({ ok, checks }: Report): string {
  const nameWidth = Math.max(...checks.map(({ name }) => name.length), 0)
  const lines = checks.flatMap(({ part, name, verdict, says, advice }) => {
    const line = `${marks[verdict]}  ${part.padEnd(partWidth)}  ${name.padEnd(nameWidth)}  ${says}`
    return advice === undefined ? [line] : [line, `      → ${advice}`]
  })
  const count = (verdict: Verdict) => checks.filter((check) => check.verdict === verdict).length
  const result = ok
    ? `Everything in use works (${count('ok')} checks, ${count('warning')} warnings).`
    : `${count('failed')} of ${checks.length} checks failed: callers get the next adapter of the list, or the script.`
  return `${[...lines, '', result].join('\n')}\n`
}

export const asJson = (report: Report): string => `${JSON.stringify(report, null, 2)}\n`
