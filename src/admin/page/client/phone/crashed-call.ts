// Where the call of this tab is, kept for a page whose tab crashes or that the system ends: loaded again, it goes on in
// the same call. A page that ends in order hangs up, and forgets it.

const key = 'voicebot-place'

/** The tab's storage; a frame whose browser keeps nothing for pages of others has none. */
function storage(): Storage | undefined {
  try {
    return sessionStorage
  } catch {
    return undefined
  }
}

export const keep = (place: string): void => storage()?.setItem(key, place)
export const forget = (): void => storage()?.removeItem(key)

/** @returns the place, once, of a page that was loaded again: a copy of the tab would take the call away from it */
export function take(): string | undefined {
  const place = storage()?.getItem(key) ?? undefined
  forget()
  const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return load?.type === 'reload' ? place : undefined
}
