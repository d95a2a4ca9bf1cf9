// The priority of a thread: every thread but the main one lets the caller's frames go first.

import { setPriority } from 'node:os'
import { errorText } from '../base/errors.ts'

/**
 * Lowers the priority of the calling thread; on Linux that of no other thread. Some containers forbid it: then the
 * thread works at the usual priority, with a warning.
 *
 * @param nice 0 to 19
 * @param what for the warning: `the embedded voice`
 */
export function lowerPriority(nice: number, what: string): void {
  try {
    setPriority(0, nice)
  } catch (error) {
    console.warn(`${what} keeps the usual priority (${errorText(error)})`)
  }
}
