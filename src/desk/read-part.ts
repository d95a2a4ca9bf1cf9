// Reads a file of the desk by its schema. A faulty value is named in plain words and then left out, or replaced by
// something harmless, so that the rest of the file can be looked at too: all faults are named at once.

import type { z } from 'zod'
import { describeFault } from './texts.ts'

/** Stands for a name that could not be read: faults about it say nothing new. */
const unread = 'zz_unread'

/** Whether a fault is only about what stands in for a faulty value. */
export const isOfStandIn = (fault: string): boolean => fault.includes(unread)

/** What stands in for a faulty value that its table needs, by its key. Any other value is left out. */
const standIns: Readonly<Record<string, unknown>> = {
  ...{ menu: unread, ask: unread, again: unread, rephrase: unread, keys: unread, help: unread },
  ...{ say: `step_${unread}`, gesture: unread, takesS: 0, expect: 'open' },
  ...{ steps: [unread], instead: { do: 'callBack', say: unread } },
  ...{ name: unread, any: [unread], words: [], weight: 1, topic: unread },
  ...{ unknown: unread, tried: unread, nothingTried: unread, callBack: unread },
}

type Read<T> = {
  /** As far as the file could be read; undefined when too little is left of it. */
  part: T | undefined
  /** Nothing had to be left out or replaced. */
  isWhole: boolean
}

/** @param faults takes what is wrong, with the path of the key */
export function readPart<T>(schema: z.ZodType<T>, content: unknown, faults: string[]): Read<T> {
  const result = schema.safeParse(content)
  if (result.success) return { part: result.data, isWhole: true }
  const { issues } = result.error
  faults.push(...issues.flatMap(plainFaults))
  // A table of a name that cannot be used is not looked at, nor is what names it.
  if (issues.some(({ code, path }) => code === 'invalid_key' || path.length < 2))
    return { part: undefined, isWhole: false }
  const left = structuredClone(content)
  for (const issue of issues) repair(left, issue)
  return { part: schema.safeParse(left).data, isWhole: false }
}

function plainFaults(issue: z.core.$ZodIssue): string[] {
  const place = issue.path.join('.')
  const at = place === '' ? '' : `${place}.`
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => `${at}${key}: is not a known key: remove it, or correct its spelling`)
    case 'invalid_type': {
      const isMissing = issue.message.endsWith('received undefined')
      const article = /^[aeiou]/.test(issue.expected) ? 'an' : 'a'
      const kind = issue.expected === 'record' ? 'object' : issue.expected
      const wanted = kind === 'object' ? 'must be a table of keys' : `must be ${article} ${kind}`
      return [`${place || 'file'}: ${isMissing ? 'is missing: add it' : wanted}`]
    }
    case 'invalid_value':
      return [`${place}: must be ${issue.values.map(String).join(' or ')}`]
    case 'too_small':
      if (issue.origin === 'array' || issue.origin === 'string') return [`${place}: is empty: fill it in`]
      return [describeFault(issue)]
    default:
      return [describeFault(issue)]
  }
}

type Table = Record<string, unknown>

/** @param content is changed */
function repair(content: unknown, issue: z.core.$ZodIssue): void {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    const table = at(content, path)
    for (const key of issue.keys) delete table?.[key]
    return
  }
  const table = at(content, path.slice(0, -1))
  const key = path.at(-1)!
  if (table === undefined) return
  if (key === 'key') table.key = freeKey(at(content, path.slice(0, -2)) ?? {})
  else if (key in standIns) table[key] = standIns[key]
  else if (Array.isArray(table)) table[Number(key)] = unread
  else delete table[key]
}

const at = (content: unknown, path: readonly string[]): Table | undefined =>
  path.reduce<unknown>((inside, key) => (inside as Table | undefined)?.[key], content) as Table | undefined

/** A key that none of these entries has; without one, a key is used twice, which is not said then. */
function freeKey(entries: Table): number {
  const used = Object.values(entries).map((entry) => String((entry as Table | null)?.key))
  return [1, 2, 3, 4, 5, 6, 7].find((key) => !used.includes(String(key))) ?? 7
}
