// What a caller takes back while dictating a number: "31, no, 32", "31, 32 sorry, 40", "31, not 13".

import { cost, type Path } from './number-path.ts'
import type { Correction } from './number-words.ts'

/** The paths to which the group behind a correction can belong: it takes the place of groups before it, or of none. */
export function corrected(path: Path, digits: string, { sure, to: side }: Correction): Path[] {
  const { groups } = path
  if (groups.length === 0) return [path]
  const isLikely = sure || isAlike(groups.at(-1)!, digits)
  const found = [{ ...changed(path, groups, isLikely ? cost.noCorrection : 0), replaces: false }]
  for (let many = 1; many <= Math.min(4, groups.length); many++) {
    // "41 15, no, 41 16": who begins with the same group says all from there again.
    const isFar = many > 1 && groups.at(-many) !== digits
    const doubts = [isFar, !isLikely, side === 'last'].filter(Boolean).length
    found.push(changed(path, groups.slice(0, -many), doubts * cost.unlikely))
  }
  const [one, other] = groups.slice(-2)
  // A group that has just replaced another one does not replace a second one.
  if (side === 'next' || other === undefined || path.replaces) return found
  const more = side === 'last' ? 0 : cost.noCorrection
  const unlike = side === 'last' ? cost.unlikely : cost.unlike
  found.push({
    ...changed(path, [...groups.slice(0, -2), other], more + (isAlike(one!, other) ? 0 : unlike)),
    replaces: false,
  })
  return found
}

/** "31, 32 sorry" at the end: 32 replaces 31. */
export function correctedAtEnd(path: Path, { to: side }: Correction): Path[] {
  const [one, other] = path.groups.slice(-2)
  if (side === 'next' || other === undefined || !isAlike(one!, other)) return []
  return [changed(path, [...path.groups.slice(0, -2), other], cost.noCorrection)]
}

/** "Not 13": it is no part of the number, and if it was said just before, it is taken back. */
export const denied = (path: Path, digits: string): Path =>
  changed(path, path.groups.at(-1) === digits ? path.groups.slice(0, -1) : path.groups, 0)

const changed = (path: Path, groups: readonly string[], more: number): Path => ({
  ...path,
  groups,
  cost: path.cost + more,
  corrected: true,
  replaces: true,
})

/** Whether one group may be a slip for the other: as long, and a digit in the same place. */
export const isAlike = (one: string, other: string): boolean =>
  one.length === other.length && [...one].some((digit, at) => other[at] === digit)
