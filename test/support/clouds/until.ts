// Waits for something that real sockets or other processes bring about.

/** Long enough for a busy machine, shorter than the limit of a test, whose message would not say what was awaited. */
const patienceMs = 50_000
/** A condition that asks another process is asked again after this long. */
const askAgainMs = 10

/**
 * Resolves as soon as `condition` holds; checks it every millisecond, one that answers later every 10 ms.
 *
 * @throws {Error} naming `what` when it does not hold after `limitMs`
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = patienceMs,
): Promise<void> {
  const endMs = performance.now() + limitMs
  for (;;) {
    const answer = condition()
    if (typeof answer === 'boolean' ? answer : await answer) return
    if (performance.now() > endMs) throw new Error(`did not happen within ${limitMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, typeof answer === 'boolean' ? 1 : askAgainMs))
  }
}
