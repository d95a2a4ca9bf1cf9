// What should be the same on every machine of a cluster, and on which machines it is not.

import type { Machine } from '../../schemas.ts'

export const sameEverywhere = ['version', 'fingerprint', 'voice', 'phrases'] as const
export type Same = (typeof sameEverywhere)[number]

/** The machines whose value is rarer than another one; all of them where no value is the most frequent. */
export function differing(machines: readonly Machine[], what: Same): Machine[] {
  const counts = new Map<string | number, number>()
  for (const machine of machines) counts.set(machine[what], (counts.get(machine[what]) ?? 0) + 1)
  if (counts.size < 2) return []
  const most = Math.max(...counts.values())
  const isTie = [...counts.values()].filter((count) => count === most).length > 1
  return machines.filter((machine) => isTie || counts.get(machine[what])! < most)
}
