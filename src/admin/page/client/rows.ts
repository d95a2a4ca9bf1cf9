// What the table of live calls shows of a call: its cells, whether a filter lets it through, and its place in an order.

import { type Help, helpOf } from '../../../calls/needs-help.ts'
import type { CallRow } from '../../../calls/rows.ts'
import { dialledText, nameOf, phoneText, texts } from './dom.ts'
import { clockTime } from './elements.ts'

export const columns = ['who', 'dialled', 'topic', 'state', 'help', 'voice', 'time'] as const
export type Column = (typeof columns)[number]
export type Order = { column: Column; descending: boolean }
export type Filter = { text: string; onlyHelp: boolean }

/** What stands where nothing is known. */
const unknown = '—'

export const whoOf = ({ name, phone }: Pick<CallRow, 'name' | 'phone'>): string =>
  [name, phone === null ? null : phoneText(phone)].filter((part) => part !== null).join(' · ') || unknown

const quietMsOf = ({ quietSinceWallMs }: CallRow, nowWallMs: number): number =>
  quietSinceWallMs === null ? 0 : Math.max(0, nowWallMs - quietSinceWallMs)

/** A row, and what is made of it once per look. */
export type Shown = { row: CallRow; help: Help; quietMs: number }

export function shown(row: CallRow, nowWallMs: number): Shown {
  const quietMs = quietMsOf(row, nowWallMs)
  return { row, help: helpOf(row, quietMs), quietMs }
}

export function cellText({ row, help, quietMs }: Shown, column: Column, nowWallMs: number): string {
  switch (column) {
    case 'who':
      return whoOf(row)
    case 'dialled':
      return row.dialled === null ? unknown : dialledText(row.dialled)
    case 'topic':
      return row.topic === null ? unknown : nameOf(row.topic)
    case 'state':
      return row.phase === 'supervised' ? texts.supervised : nameOf(row.state)
    case 'help':
      return help.worries.map((worry) => worryText(row, worry)).join(', ') || unknown
    case 'voice':
      return row.speaking === 'nobody' ? clockTime(quietMs) : texts[row.speaking]
    case 'time':
      return clockTime(nowWallMs - row.startedWallMs)
  }
}

function worryText({ troubles }: CallRow, worry: Help['worries'][number]): string {
  const count =
    worry === 'notUnderstood' ? troubles.notUnderstood : worry === 'silent' ? troubles.silences : 0
  return count > 1 ? `${texts.worries[worry]} × ${count}` : texts.worries[worry]
}

/** Words in any order; a number is found with and without spaces. */
export function passes(each: Shown, { text, onlyHelp }: Filter, nowWallMs: number): boolean {
  if (onlyHelp && !each.help.isNeeded) return false
  if (text === '') return true
  const cells = columns.slice(0, 5).map((column) => cellText(each, column, nowWallMs))
  const all = [...cells, each.row.phone ?? '', each.row.dialled ?? '', each.row.desk].join(' ').toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}

/** Negative when `a` comes first. Equal calls are in the order of their beginnings, the oldest first. */
export function compare(a: Shown, b: Shown, { column, descending }: Order, nowWallMs: number): number {
  const sign = descending ? -1 : 1
  const oldest = a.row.startedWallMs - b.row.startedWallMs || (a.row.id < b.row.id ? -1 : 1)
  if (column === 'help') return sign * (a.help.score - b.help.score) || oldest
  if (column === 'voice') return sign * (a.quietMs - b.quietMs) || oldest
  if (column === 'time') return -sign * oldest
  const [left, right] = [cellText(a, column, nowWallMs), cellText(b, column, nowWallMs)]
  // What is not known comes last in either direction.
  if (left === unknown || right === unknown)
    return Number(left === unknown) - Number(right === unknown) || oldest
  return sign * collator.compare(left, right) || oldest
}

const collator = new Intl.Collator(document.documentElement.lang)
